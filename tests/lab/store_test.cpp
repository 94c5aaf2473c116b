#include "penchant/lab/store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "support/temporary.h"
#include "support/trials.h"

namespace penchant {
namespace {

using testing::refusal;
using testing::TemporaryFolder;
using testing::trial;
using testing::trials;

SweepDescription sweep(double last_scale = 1.0) {
  const Value axis = Value::object({{"name", "init.scale"}, {"values", Value::List{1e-3, last_scale}}});
  return {.sweep = Value::object({{"spec", Value::object({{"model", Value::object({{"kind", "diagonal"}})}})}, {"axes", Value::List{axis}}}),
          .trials = 10,
          .provenance = Value::object({{"version", "0.1.0"}})};
}

TEST(Store, is_made_once_and_opened_afterwards) {
  const TemporaryFolder folder;
  const std::string path = folder.path("deep/er/store");
  Store::create_or_open(path, sweep());
  SweepDescription later = sweep();
  later.provenance = Value::object({{"version", "0.2.0"}});
  const Store store = Store::create_or_open(path, later);
  EXPECT_EQ(store.sweep().trials, 10u);
  EXPECT_TRUE(same(store.sweep().sweep, sweep().sweep));
  EXPECT_TRUE(same(store.sweep().provenance, sweep().provenance)) << "who made it stays";
  EXPECT_TRUE(same(Store::open(path).sweep().sweep, sweep().sweep));
}

TEST(Store, another_sweep_is_refused_with_the_first_difference) {
  const TemporaryFolder folder;
  Store::create_or_open(folder.path("s"), sweep());
  EXPECT_EQ(refusal([&] { Store::create_or_open(folder.path("s"), sweep(2.0)); }),
            folder.path("s") + ": holds another sweep: axes is [{\"name\":\"init.scale\",\"values\":[0.001,1.0]}] there, "
                               "[{\"name\":\"init.scale\",\"values\":[0.001,2.0]}] here; choose another folder");
  SweepDescription other = sweep();
  other.sweep.set("keep", Value::List{"w"});
  EXPECT_NE(refusal([&] { Store::create_or_open(folder.path("s"), other); }).find("keep is only here"), std::string::npos);
}

TEST(Store, a_folder_with_something_else_in_it_is_refused) {
  const TemporaryFolder folder;
  folder.write("thesis.tex", "x");
  EXPECT_NE(refusal([&] { Store::create_or_open(folder.path(), sweep()); }).find("not empty (\"thesis.tex\")"), std::string::npos);
  EXPECT_NE(refusal([&] { Store::open(folder.path()); }).find("no store: there is no sweep.json"), std::string::npos);
  EXPECT_NE(refusal([&] { Store::open(folder.path("none")); }).find("no such folder"), std::string::npos);
  EXPECT_NE(refusal([&] { Store::open(folder.path("thesis.tex")); }).find("is a file"), std::string::npos);
  EXPECT_NE(refusal([&] { Store::create_or_open(folder.path("thesis.tex"), sweep()); }).find("is a file"), std::string::npos);
}

TEST(Store, a_newer_schema_is_refused) {
  const TemporaryFolder folder;
  folder.write("sweep.json", R"({"schema": "penchant/sweep/7", "trials": 1, "sweep": {}, "provenance": {}})");
  EXPECT_EQ(refusal([&] { Store::open(folder.path()); }),
            folder.path("sweep.json") + ": written by a newer Penchant (penchant/sweep/7); this one reads up to penchant/sweep/1");
  folder.write("sweep.json", R"({"schema": "penchant/record/1"})");
  EXPECT_NE(refusal([&] { Store::open(folder.path()); }).find("no sweep of Penchant"), std::string::npos);
  folder.write("sweep.json", R"({"schema": "penchant/sweep/1"})");
  EXPECT_NE(refusal([&] { Store::open(folder.path()); }).find("broken"), std::string::npos);
}

TEST(Store, a_maker_that_was_stopped_half_way_is_no_obstacle) {
  const TemporaryFolder folder;
  folder.write("sweep.json.partial", "{");
  folder.write("store.lock", "");
  EXPECT_EQ(Store::create_or_open(folder.path(), sweep()).sweep().trials, 10u);
}

TEST(Store, what_json_cannot_hold_does_not_make_a_sweep_differ_from_itself) {
  const TemporaryFolder folder;
  SweepDescription odd = sweep();
  odd.sweep.set("nothing", std::numeric_limits<double>::quiet_NaN());
  Store::create_or_open(folder.path("s"), odd);
  EXPECT_EQ(Store::create_or_open(folder.path("s"), odd).sweep().trials, 10u);
}

TEST(Store, finished_trials_of_all_journals_are_done) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  EXPECT_TRUE(store.done_keys().empty());
  store.writer("a").append(trials(0, 3));
  const std::vector<TrialResult> others = {trial(5, TrialOutcome::failed), trial(6, TrialOutcome::refused)};
  store.writer("b").append(others);
  EXPECT_EQ(store.done_keys().size(), 5u);
  EXPECT_EQ(store.done_keys(true).size(), 4u) << "failed trials are tried again";
  EXPECT_TRUE(store.done_keys().contains(TrialKey::from_text(trial(6).key)));
  EXPECT_FALSE(store.done_keys().contains(TrialKey::from_text(trial(7).key)));
  EXPECT_EQ(store.done_indices(), (std::vector<bool>{true, true, true, false, false, true, true, false, false, false}));
  EXPECT_EQ(store.done_indices(true), (std::vector<bool>{true, true, true, false, false, false, true, false, false, false}));
}

TEST(Store, a_key_is_32_hexadecimal_digits) {
  EXPECT_EQ(TrialKey::from_text("000000000000000a000000000000000b").bits, (std::array<std::uint64_t, 2>{10, 11}));
  for (const char* bad : {"", "0", "000000000000000a000000000000000g", "000000000000000a000000000000000b0"})
    EXPECT_NE(refusal([&] { TrialKey::from_text(bad); }).find("32 hexadecimal digits"), std::string::npos) << bad;
}

}  // namespace
}  // namespace penchant
