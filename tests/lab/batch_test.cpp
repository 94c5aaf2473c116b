#include "penchant/lab/batch.h"

#include <gtest/gtest.h>

#include <map>

#include "penchant/core/json.h"
#include "penchant/lab/engine.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using testing::TemporaryFolder;

const std::string kBase =
    "[data]\ngenerate = \"sparse_regression\"\nsamples = 8\nfeatures = 20\nnonzeros = 2\n[model]\nkind = "
    "\"diagonal\"\n[init]\nscale = 0.1\n"
    "[loss]\nkind = \"squared\"\n[dynamics]\nkind = \"gradient_descent\"\nstep_size = 0.005\n[stop]\nsteps = 500\n";

Grid grid(const std::string& sweep, const std::string& base = kBase) {
  const TemporaryFolder folder;
  return Grid(read_sweep({folder.write("sweep.toml", base + "[sweep]\n" + sweep)}));
}

std::string fingerprint(const TrialResult& r) {
  std::string out = r.key + std::string(name(r.outcome)) + r.text + to_json(r.values, -1);
  for (const auto& [name, array] : r.arrays) out += name + to_json(Value(array), -1);
  return out;
}

std::vector<TrialSpec> trials_of(const Grid& g) {
  std::vector<TrialSpec> out;
  for (std::uint64_t place = 0; place < g.size(); ++place) out.push_back(g.trial(g.index_at(place)));
  return out;
}

class BatchOfSize : public ::testing::TestWithParam<int> {};

TEST_P(BatchOfSize, a_trials_bits_are_those_of_one_by_one) {
  // starts and steps of many sizes: some trials are past the stability bound, some diverge, all of them in one batch
  const Grid g = grid(cat("\"init.scale\" = { log = [1e-2, 2, ", GetParam() + 1,
                          "] }\n\"dynamics.step_size\" = [0.005, \"auto\", 0.03, 3.0]\n",
                          "\"dynamics.force\" = [true, false]\nkeep = [\"w\", \"curve\"]\nverbs = [\"simulate\"]\n"));
  const std::vector<TrialSpec> trials = trials_of(g);
  const TrialOptions together = trial_options(g.sweep(), std::make_shared<SharedData>()), alone = trial_options(g.sweep());
  const auto size = static_cast<std::size_t>(GetParam());
  int failed = 0, refused = 0;
  for (std::size_t first = 0; first < trials.size(); first += size) {
    const std::span<const TrialSpec> batch(trials.data() + first, std::min(size, trials.size() - first));
    const std::vector<TrialResult> results = run_batch(batch, together);
    ASSERT_EQ(results.size(), batch.size());
    for (std::size_t m = 0; m < batch.size(); ++m) {
      EXPECT_EQ(fingerprint(results[m]), fingerprint(run_trial(batch[m].experiment, alone))) << batch[m].index;
      failed += results[m].outcome == TrialOutcome::failed;
      refused += results[m].outcome == TrialOutcome::refused;
    }
  }
  EXPECT_GT(failed, 0);
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Sizes, BatchOfSize, ::testing::Values(1, 2, 3, 7, 8, 9, 64));

TEST(Batch, trials_that_share_data_and_the_kernel_are_one_batch) {
  const Grid g = grid("\"init.scale\" = { log = [1e-2, 2, 100] }\n\"data.seed\" = [0, 1]\n");
  TrialOptions runs;
  runs.verbs.predict = runs.verbs.solve = false;
  const std::vector<TrialSpec> trials = trials_of(g);
  const TrialReader reader(g);
  EXPECT_EQ(batch_size(trials, reader, runs), kMostTogether);
  EXPECT_EQ(batch_size(std::span(trials).subspan(64), reader, runs), 36u) << "then other data begin";
  EXPECT_EQ(batch_size(trials, reader, TrialOptions{}), 1u) << "predictions ask for what a run measures";
  const auto shaken = [](const char* batch) {
    const std::string base = kBase.substr(0, kBase.find("[dynamics]")) + "[dynamics]\nkind = \"stochastic\"\nbatch = " + batch +
                             "\nlabel_noise = { kind = \"sign\", sigma = 0.1 }\n[stop]\nsteps = 10\n";
    return grid("\"dynamics.seed\" = { range = [0, 5] }\n", base);
  };
  const Grid all = shaken("0"), some = shaken("2");
  EXPECT_EQ(batch_size(trials_of(all), TrialReader(all), runs), 5u) << "seeds of noise on the labels";
  EXPECT_EQ(batch_size(trials_of(some), TrialReader(some), runs), 1u) << "minibatches have no kernel for many";
  const Grid flows =
      grid("\"init.scale\" = [1, 2, 3]\n", kBase.substr(0, kBase.find("[dynamics]")) + "[dynamics]\nkind = \"gradient_flow\"\n");
  EXPECT_EQ(batch_size(trials_of(flows), TrialReader(flows), runs), 1u) << "an adaptive flow has an integrator of its own";
}

TEST(Batch, a_sweep_in_batches_is_the_sweep_one_by_one) {
  const Grid g = grid(
      "\"init.scale\" = { log = [1e-2, 2, 30] }\n\"data.seed\" = [0, 1, 2]\n\"data.samples\" = [6, 8]\nverbs = [\"simulate\"]\n");
  const auto swept = [&](SweepOptions options) {
    std::map<std::uint64_t, std::string> out;
    run_sweep(g, [&](std::span<const TrialResult> results) {
      for (const TrialResult& r : results) out[r.index] = fingerprint(r);
    }, options);
    return out;
  };
  SweepOptions one_by_one, batches;
  one_by_one.threads = 1;
  one_by_one.runner = [&](std::span<const TrialSpec> trials) {
    std::vector<TrialResult> out;
    for (const TrialSpec& trial : trials) out.push_back(run_trial(trial.experiment, trial_options(g.sweep())));
    return out;
  };
  const auto expected = swept(one_by_one);
  ASSERT_EQ(expected.size(), g.size());
  for (const int threads : {1, 2}) {
    batches.threads = threads;
    EXPECT_EQ(swept(batches), expected) << threads << " threads";
  }
}

}  // namespace
}  // namespace penchant
