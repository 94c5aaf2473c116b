#include "penchant/lab/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include "penchant/core/json.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::refusal;
using testing::TemporaryFolder;

const std::string kBase =
    "[data]\ngenerate = \"sparse_regression\"\nsamples = 6\nfeatures = 12\nnonzeros = 2\n[model]\nkind = "
    "\"diagonal\"\n[init]\nscale = 0.1\n"
    "[loss]\nkind = \"squared\"\n[dynamics]\nkind = \"gradient_descent\"\nstep_size = 0.01\n[stop]\nsteps = 200\n";

Grid grid(const std::string& sweep, const std::string& base = kBase) {
  const TemporaryFolder folder;
  return Grid(read_sweep({folder.write("sweep.toml", base + "[sweep]\n" + sweep)}));
}

// Everything of a result that must not depend on who computed it.
std::string fingerprint(const TrialResult& r) {
  std::string out = r.key + std::string(name(r.outcome)) + r.text + to_json(r.assignments, -1) + to_json(r.values, -1);
  for (const auto& [name, array] : r.arrays) out += name + to_json(Value(array), -1);
  return out;
}

using Table = std::map<std::uint64_t, std::string>;

Table swept(const Grid& g, SweepOptions options, SweepSummary* summary = nullptr) {
  Table out;
  const SweepSummary got = run_sweep(g, [&](std::span<const TrialResult> results) {
    for (const TrialResult& r : results) EXPECT_TRUE(out.emplace(r.index,
                                                                 fingerprint(r)).second) << "trial " << r.index << " ran twice";
  }, options);
  if (summary) *summary = got;
  return out;
}

TrialRunner quick() {
  return [](std::span<const TrialSpec> trials) { return std::vector<TrialResult>(trials.size()); };
}

TEST(Engine, results_do_not_depend_on_threads) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 6] }\n\"data.seed\" = { range = [0, 4] }\nkeep = [\"w\", \"curve\"]\n");
  SweepOptions one, three;
  one.threads = 1;
  three.threads = 3;
  const Table alone = swept(g, one), together = swept(g, three);
  EXPECT_EQ(alone.size(), g.size());
  EXPECT_EQ(alone, together);
  EXPECT_EQ(alone.at(7).substr(0, 32), g.trial(7).key);
}

TEST(Engine, what_exists_is_not_run_again) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 100] }\n");
  SweepOptions options;
  options.threads = 2;
  options.runner = quick();
  options.done.assign(g.size(), false);
  for (std::uint64_t i = 0; i < g.size(); i += 3) options.done[i] = true;
  SweepSummary summary;
  const Table table = swept(g, options, &summary);
  EXPECT_EQ(table.size(), 66u);
  EXPECT_FALSE(table.contains(3));
  EXPECT_EQ(summary.progress.existing, 34u);
  EXPECT_EQ(summary.progress.finished, 66u);
  EXPECT_EQ(summary.stopped, StopRequest::none);
}

TEST(Engine, shards_are_disjoint_and_cover_the_grid) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 10] }\n\"data.seed\" = { range = [0, 5] }\n");
  Table all;
  for (std::uint64_t i = 0; i < 4; ++i) {
    SweepOptions options;
    options.threads = 2;
    options.runner = quick();
    options.shard = {i, 4};
    const Table part = swept(g, options);
    for (const auto& [index, text] : part) {
      EXPECT_EQ(index % 4, i);
      EXPECT_TRUE(all.emplace(index, text).second);
    }
  }
  EXPECT_EQ(all.size(), g.size());
}

TEST(Engine, a_failing_or_unreadable_trial_stops_no_other) {
  const Grid g = grid("\"dynamics.step_size\" = [0.01, 1e4]\n\"dynamics.force\" = [false, true]\n");
  SweepSummary summary;
  const Table table = swept(g, {}, &summary);
  EXPECT_EQ(table.size(), 4u);
  EXPECT_EQ(summary.progress.failed, 1u) << "1e4 with force diverges";
  EXPECT_EQ(summary.progress.refused, 1u) << "1e4 without force is past the stability bound";
}

TEST(Engine, a_request_to_stop_keeps_what_is_finished) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 1000] }\n");
  std::atomic<int> made{0};
  SweepOptions options;
  options.threads = 2;
  options.runner = [&](std::span<const TrialSpec> trials) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    made += static_cast<int>(trials.size());
    return std::vector<TrialResult>(trials.size());
  };
  options.stop = [&] { return made >= 20 ? StopRequest::finish : StopRequest::none; };
  SweepSummary summary;
  const Table table = swept(g, options, &summary);
  EXPECT_EQ(summary.stopped, StopRequest::finish);
  EXPECT_EQ(table.size(), static_cast<std::size_t>(made.load())) << "all that was computed is kept";
  EXPECT_LT(table.size(), 30u);
}

TEST(Engine, an_abandoned_run_is_not_recorded) {
  // A flow at its saddle: without the request it would run for seconds.
  const Grid g =
      grid("\"init.scale\" = [0.1, 0.2]\n",
           "[data]\ngenerate = \"sparse_regression\"\nsamples = 6\nfeatures = 12\nnonzeros = 2\n[model]\nkind = "
           "\"diagonal\"\n[init]\nscale = 0.1\n"
           "[loss]\nkind = \"squared\"\n[dynamics]\nkind = \"gradient_descent\"\nstep_size = 1e-9\n[stop]\nsteps = 4e9\n");
  const auto start = std::chrono::steady_clock::now();
  SweepOptions options;
  options.threads = 1;
  options.stop = [&] {
    return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(200) ? StopRequest::abandon : StopRequest::none;
  };
  SweepSummary summary;
  EXPECT_TRUE(swept(g, options, &summary).empty());
  EXPECT_EQ(summary.stopped, StopRequest::abandon);
}

TEST(Engine, an_error_of_the_sink_ends_the_sweep_and_comes_out) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 20000] }\n");
  SweepOptions options;
  options.threads = 2;
  options.runner = quick();
  const auto full = [](std::span<const TrialResult>) { throw InvalidInput("disk full"); };
  EXPECT_THAT(refusal([&] { run_sweep(g, full, options); }), HasSubstr("disk full"));
}

TEST(Engine, an_error_of_a_runner_ends_the_sweep_and_comes_out) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 200] }\n");
  SweepOptions options;
  options.threads = 2;
  options.runner = [](std::span<const TrialSpec>) -> std::vector<TrialResult> { throw InvalidInput("runner broke"); };
  EXPECT_THAT(refusal([&] { swept(g, options); }), HasSubstr("runner broke"));
}

TEST(Engine, a_second_attempt_says_so) {
  const Grid g = grid("\"init.scale\" = [1, 2]\n");
  SweepOptions options;
  options.runner = quick();
  options.failed_before = {false, true};
  std::map<std::uint64_t, int> attempts;
  run_sweep(g, [&](std::span<const TrialResult> results) {
    for (const TrialResult& r : results) attempts[r.index] = r.attempt;
  }, options);
  EXPECT_EQ(attempts, (std::map<std::uint64_t, int>{{0, 1}, {1, 2}}));
}

TEST(Engine, a_chunk_is_about_fifty_milliseconds_of_work) {
  ChunkSize chunk;
  EXPECT_EQ(chunk.next(), 1u);
  for (int k = 0; k < 10; ++k) chunk.measured(chunk.next(), 1e-3 * static_cast<double>(chunk.next()));
  EXPECT_EQ(chunk.next(), 50u);
  chunk.measured(chunk.next(), 100.0);
  EXPECT_EQ(chunk.next(), 1u) << "slow trials are taken one at a time";
}

TEST(Engine, shards_are_read_as_i_of_n) {
  EXPECT_EQ(shard_from("3/4").index, 3u);
  EXPECT_EQ(shard_from("3/4").count, 4u);
  for (const char* wrong : {"4/4", "", "/", "1", "1/0", "-1/4", "a/4", "1/4x", "1/", "/4", "1.5/4"})
    EXPECT_THAT(refusal([&] { shard_from(wrong); }), HasSubstr("expected i/n with 0 <= i < n")) << wrong;
}

TEST(Engine, a_task_of_a_slurm_array_is_a_shard) {
  EXPECT_FALSE(slurm_shard());
  setenv("SLURM_ARRAY_TASK_ID", "7", 1);
  setenv("SLURM_ARRAY_TASK_COUNT", "4", 1);
  setenv("SLURM_ARRAY_TASK_MIN", "5", 1);
  EXPECT_EQ(slurm_shard()->index, 2u);
  EXPECT_EQ(slurm_shard()->count, 4u);
  setenv("SLURM_ARRAY_TASK_ID", "9", 1);
  EXPECT_THAT(refusal([] { slurm_shard(); }), HasSubstr("SLURM_ARRAY_TASK_ID = 9"));
  setenv("SLURM_ARRAY_TASK_ID", "nine", 1);
  EXPECT_THAT(refusal([] { slurm_shard(); }), HasSubstr("expected an integer"));
  for (const char* name : {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"}) unsetenv(name);
}

}  // namespace
}  // namespace penchant
