#include "penchant/lab/store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <limits>

#include "penchant/lab/sqlite.h"
#include "penchant/lab/store_check.h"
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
  return {.sweep = Value::object(
              {{"spec", Value::object({{"model", Value::object({{"kind", "diagonal"}})}})}, {"axes", Value::List{axis}}}),
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
            folder.path("s") + ": holds another sweep: axes[0].values[1] is 1.0 there, 2.0 here; choose another folder");
  SweepDescription other = sweep();
  other.sweep.set("keep", Value::List{"w"});
  EXPECT_NE(refusal([&] { Store::create_or_open(folder.path("s"), other); }).find("keep is only here"), std::string::npos);
}

TEST(Store, a_sweep_may_be_renamed) {
  const TemporaryFolder folder;
  SweepDescription named = sweep();
  named.sweep.set("name", "first");
  Store::create_or_open(folder.path("s"), named);
  named.sweep.set("name", "second");
  EXPECT_EQ(*Store::create_or_open(folder.path("s"), named).sweep().sweep.find("name")->as_string(), "first");
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

std::vector<TrialResult> all_of(const Store& store) {
  std::vector<TrialResult> out;
  store.each_trial([&](const JournalEntry& entry) { out.push_back(entry.result); });
  return out;
}

TEST(Store, folded_trials_come_back_in_order_of_the_grid_as_they_were) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  store.writer("b").append(trials(5, 10));
  store.writer("a").append(trials(0, 5));
  EXPECT_EQ(store.fold().added, 10u);
  const auto back = all_of(store);
  ASSERT_EQ(back.size(), 10u);
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_TRUE(testing::same_trial(back[i], trial(i))) << i;
}

TEST(Store, folding_again_adds_only_what_is_new) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  JournalWriter writer = store.writer("a");
  writer.append(trials(0, 4));
  EXPECT_EQ(store.fold().added, 4u);
  EXPECT_EQ(store.fold().added, 0u);
  writer.append(trials(4, 6));
  EXPECT_EQ(store.fold().added, 2u);
  EXPECT_EQ(store.table().rows(), 6u);
}

TEST(Store, what_is_done_stays_and_what_failed_gives_way) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  TrialResult other = trial(0);
  other.text = "computed twice";
  const std::vector<TrialResult> batch = {trial(0), other, trial(1, TrialOutcome::failed), trial(2, TrialOutcome::failed, 2),
                                          trial(2, TrialOutcome::failed,
                                                1), trial(3, TrialOutcome::failed), trial(0, TrialOutcome::failed, 9)};
  store.writer("a").append(batch);
  const std::vector<TrialResult> later = {trial(1, TrialOutcome::done, 2), trial(3, TrialOutcome::failed, 2)};
  store.writer("b").append(later);
  const FoldSummary summary = store.fold();
  EXPECT_EQ(summary.added, 4u);
  EXPECT_EQ(summary.replaced, 2u);
  const auto back = all_of(store);
  EXPECT_EQ(back[0].text, trial(0).text);
  EXPECT_EQ(back[0].outcome, TrialOutcome::done);
  EXPECT_EQ(back[1].outcome, TrialOutcome::done);
  EXPECT_EQ(back[2].attempt, 2);
  EXPECT_EQ(back[3].attempt, 2);
}

TEST(Store, one_place_in_the_grid_with_two_specs_is_told) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  TrialResult impostor = trial(8);
  impostor.index = 0;
  store.writer("a").append(trials(0, 1));
  store.writer("b").append({&impostor, 1});
  const FoldSummary summary = store.fold();
  ASSERT_EQ(summary.contradictions.size(), 1u);
  EXPECT_NE(summary.contradictions[0].find("trial 0 has key " + impostor.key), std::string::npos);
  EXPECT_EQ(store.table().keys, std::vector<TrialKey>{TrialKey::from_text(trial(0).key)});
}

// A journal that shrank and grew again is another file: reading on at the old place would miss what lies before it.
TEST(Store, a_journal_that_was_cut_and_grew_again_is_read_from_its_start) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  store.writer("a").append(trials(0, 3));
  store.fold();
  std::filesystem::resize_file(store.journals()[0], 0);
  store.writer("a").append(trials(3, 9));
  EXPECT_EQ(store.fold().added, 6u);
  EXPECT_EQ(store.table().rows(), 9u);
}

TEST(Store, cells_of_every_type_come_back_as_they_were) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  const Value step = Value::object({{"kind", "power"}, {"initial", 0.5}});
  std::vector<TrialResult> batch = trials(0, 6);
  const Value cells[] = {true, 3, 0.1, "x", step, Value()};
  for (std::size_t i = 0; i < 6; ++i) {
    batch[i].assignments = Value::object({{"dynamics.step_size", cells[(i + 2) % 6]}, {"Text", cells[(i + 4) % 6]}});
    batch[i].values =
        Value::object({{"mixed", cells[i]}, {"later", cells[(i + 1) % 6]}, {"MIXED", cells[(i + 3) % 6]}, {"text", 1}});
  }
  store.writer("a").append(batch);
  const auto back = all_of(store);
  ASSERT_EQ(back.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_TRUE(testing::same_trial(back[i], batch[i])) << i;
    EXPECT_EQ(back[i].values.find("mixed")->as_bool() != nullptr, i == 0) << i;
    EXPECT_EQ(back[i].values.find("mixed")->as_integer() != nullptr, i == 1) << i;
  }
}

TEST(Store, a_table_has_a_column_per_axis_and_per_value) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  store.writer("b").append(trials(2, 4));
  std::vector<TrialResult> first = {trial(0), trial(1, TrialOutcome::failed)};
  first[1].values = Value::object({{"verdict", "undecided"}});
  store.writer("c").append(first);
  const StoreTable table = store.table();
  EXPECT_EQ(table.trials, 10u);
  EXPECT_EQ(table.index, (std::vector<std::uint64_t>{0, 1, 2, 3}));
  EXPECT_EQ(table.outcomes[1], TrialOutcome::failed);
  EXPECT_EQ(table.texts, (std::vector<std::string>{"", trial(1, TrialOutcome::failed).text, "", ""}));
  ASSERT_NE(table.find("init.scale"), nullptr);
  EXPECT_TRUE(table.find("init.scale")->axis);
  EXPECT_EQ(table.find("init.scale")->numbers[3], std::pow(10.0, -0.75));
  const StoreColumn& distance = *table.find("distance");
  EXPECT_FALSE(distance.axis);
  EXPECT_EQ(distance.numbers[2], 1.0 / 3.0);
  EXPECT_TRUE(std::isnan(distance.numbers[1]));
  EXPECT_TRUE(distance.words.empty());
  EXPECT_TRUE(same(table.find("verdict")->value(1), Value("undecided")));
  EXPECT_TRUE(table.find("independent")->boolean);
  EXPECT_TRUE(same(table.find("independent")->value(2), Value(true)));
  EXPECT_TRUE(table.find("independent")->value(1).is_null());
  EXPECT_NE(table.find("steps")->value(3).as_integer(), nullptr);
  const StoreTable one = store.table({.columns = {"distance"}, .texts = true});
  ASSERT_EQ(one.columns.size(), 1u);
  EXPECT_EQ(one.columns[0].name, "distance");
  EXPECT_EQ(one.texts[3], trial(3).text);
}

TEST(Store, reading_sees_what_a_running_writer_has_finished) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  JournalWriter writer = store.writer("a");
  writer.append(trials(0, 2));
  EXPECT_EQ(store.table().rows(), 2u);
  writer.append(trials(2, 3));
  EXPECT_EQ(store.table().rows(), 3u);
  EXPECT_EQ(all_of(store).size(), 3u);
}

TEST(Store, a_table_of_a_newer_schema_or_of_another_program_is_refused) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  store.fold();
  { Database::create_or_open(store.database_path()).execute("PRAGMA user_version = 9"); }
  EXPECT_EQ(refusal([&] { store.table(); }),
            store.database_path() + ": written by a newer Penchant (schema 9); this one reads up to 1");
  EXPECT_EQ(refusal([&] { store.fold(); }),
            store.database_path() + ": written by a newer Penchant (schema 9); this one reads up to 1");
  { Database::create_or_open(store.database_path()).execute("PRAGMA user_version = 1; PRAGMA application_id = 7"); }
  EXPECT_NE(refusal([&] { store.fold(); }).find("an SQLite file of another program"), std::string::npos);
}

TEST(Store, a_broken_table_is_refused_saying_how_to_make_it_again) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  store.writer("a").append(trials(0, 4));
  store.fold();
  write_file(store.database_path(), std::string(8192, 'x'));
  EXPECT_NE(refusal([&] { store.table(); }).find("remove this file and it is made again"), std::string::npos);
  std::filesystem::remove(store.database_path());
  EXPECT_EQ(store.table().rows(), 4u);
}

TEST(Store, an_array_without_entries_is_no_damage) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  TrialResult result = trial(0);
  result.arrays = {{"curve", Vector()}, {"w", Vector::Ones(3)}};
  store.writer("a").append(std::span<const TrialResult>(&result, 1));
  const StoreCheck check = check_store(store);
  EXPECT_EQ(check.damage, std::vector<std::string>());
  EXPECT_EQ(check.arrays, 2u);
  EXPECT_EQ(check.missing, 9u);
}

TEST(Store, two_processes_do_not_fold_at_once) {
  const TemporaryFolder folder;
  const Store store = Store::create_or_open(folder.path("s"), sweep());
  const FileLock other(folder.path("s/store.lock"), "held");
  EXPECT_THROW(store.fold(0.03), StoreBusy);
  EXPECT_EQ(refusal([&] { store.fold(0.0); }),
            cat(folder.path("s"), ": is being folded by process ", static_cast<int>(getpid()), " on ", host_name()));
}

// Killed at any moment, folding loses and doubles nothing.
TEST(Store, folding_killed_at_random_moments_ends_in_the_same_table) {
  const TemporaryFolder folder;
  SweepDescription large = sweep();
  large.trials = 2000;
  const Store store = Store::create_or_open(folder.path("s"), large);
  store.writer("a").append(trials(0, 1000));
  store.writer("b").append(trials(1000, 2000));
  for (int round = 0; round < 8; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      store.fold();
      _exit(0);
    }
    usleep(static_cast<useconds_t>(1000 + 7919 * round % 30'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  store.fold();
  const auto back = all_of(store);
  ASSERT_EQ(back.size(), 2000u);
  for (std::uint64_t i = 0; i < 2000; ++i) ASSERT_TRUE(testing::same_trial(back[i], trial(i))) << i;
}

TEST(Store, a_key_is_32_hexadecimal_digits) {
  const std::string text = "000102030405060708090a0b0c0d0eff";
  EXPECT_EQ(TrialKey::from_text(text).bytes[15], 255);
  EXPECT_EQ(TrialKey::from_text(text).text(), text);
  for (const char* bad : {"", "0", "000000000000000a000000000000000g", "000000000000000a000000000000000b0"})
    EXPECT_NE(refusal([&] { TrialKey::from_text(bad); }).find("32 hexadecimal digits"), std::string::npos) << bad;
}

}  // namespace
}  // namespace penchant
