#include "penchant/lab/grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "penchant/core/random.h"
#include "penchant/lab/layers.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::refusal;
using testing::TemporaryFolder;

const std::string kBase =
    "[data]\ngenerate = \"sparse_regression\"\nsamples = 8\nfeatures = 20\nnonzeros = 2\n[model]\nkind = "
    "\"diagonal\"\n[init]\nscale = 0.1\n"
    "[loss]\nkind = \"squared\"\n[dynamics]\nkind = \"gradient_descent\"\nstep_size = 0.01\n";

Grid grid(const std::string& sweep, const std::string& base = kBase, std::uint64_t seed = 0) {
  const TemporaryFolder folder;
  return Grid(read_sweep({folder.write("sweep.toml", base + "[sweep]\n" + sweep)}, {}, {}, seed));
}

// The long way: every axis laid over the base, the whole spec read as `run` reads it.
Experiment the_long_way(const Grid& g, const TrialSpec& trial) {
  Value spec = g.sweep().base;
  for (const auto& [key, value] : *trial.assignments.as_object()) set_dotted(spec, key, value, "test");
  return experiment_from(spec, "sweep.toml", g.sweep().folder, g.sweep().seed);
}

const std::string kManyAxes =
    "\"init.scale\" = { log = [1e-6, 1, 7] }\n\"data.seed\" = { range = [0, 5] }\n\"data.samples\" = [6, 9, 12]\n\"data.nonzeros\" "
    "= [1, 2, 3]\n"
    "\"dynamics.step_size\" = [0.01, \"auto\", { kind = \"power\", initial = 0.1, exponent = 0.5 }]\n\"stop.steps\" = [10, 1e3]\n"
    "\"model.factors\" = [\"tied\", \"separate\"]\nzip = [[\"data.samples\", \"data.nonzeros\"]]\n";

TEST(Grid, a_trials_key_is_the_hash_that_run_gives_the_whole_spec) {
  for (const std::uint64_t seed : {0, 7}) {
    const Grid g = grid(kManyAxes, kBase, seed);
    ASSERT_EQ(g.size(), 7u * 5 * 3 * 3 * 2 * 2);
    TrialReader reader(g);
    const RandomKey key(seed, "grid_test");
    for (std::uint32_t k = 0; k < 200; ++k) {
      const std::uint64_t index = uniform_index(key, k, 0, 0, g.size());
      const TrialSpec trial = reader.trial(index);
      EXPECT_EQ(trial.refusal, "");
      const Experiment e = the_long_way(g, trial);
      ASSERT_EQ(trial.key, e.hash) << "index " << index;
      EXPECT_EQ(trial.key, reader.key(index));
      EXPECT_EQ(trial.experiment.hash, e.hash);
      EXPECT_EQ(trial.experiment.data.seed, e.data.seed);
      EXPECT_EQ(trial.experiment.init.scale, e.init.scale);
      EXPECT_TRUE(same(to_value(trial.experiment.dynamics), to_value(e.dynamics)));
      EXPECT_TRUE(same(to_value(trial.experiment.stop), to_value(e.stop)));
    }
  }
}

TEST(Grid, the_first_axis_is_slowest_and_zipped_axes_go_together) {
  const Grid g = grid(
      "\"data.samples\" = [6, 9]\n\"init.scale\" = [1, 2, 3]\n\"data.nonzeros\" = [1, 2]\nzip = [[\"data.samples\", "
      "\"data.nonzeros\"]]\n");
  ASSERT_EQ(g.size(), 6u);
  std::vector<std::vector<double>> got;
  for (std::uint64_t i = 0; i < g.size(); ++i) {
    const TrialSpec trial = g.trial(i);
    std::vector<double> row;
    for (const auto& [key, value] : *trial.assignments.as_object()) row.push_back(value.number());
    got.push_back(row);
  }
  EXPECT_EQ(got, (std::vector<std::vector<double>>{{6, 1, 1}, {6, 2, 1}, {6, 3, 1}, {9, 1, 2}, {9, 2, 2}, {9, 3, 2}}));
}

TEST(Grid, the_order_of_work_is_a_permutation_with_equal_data_side_by_side) {
  const Grid g = grid(kManyAxes);
  TrialReader reader(g);
  std::set<std::uint64_t> seen, groups;
  std::uint64_t last_group = 0, changes = 0;
  for (std::uint64_t place = 0; place < g.size(); ++place) {
    const std::uint64_t index = g.index_at(place);
    EXPECT_TRUE(seen.insert(index).second);
    const std::uint64_t group = reader.data_group(index);
    changes += place == 0 || group != last_group;
    groups.insert(group);
    last_group = group;
  }
  EXPECT_EQ(*seen.rbegin(), g.size() - 1);
  EXPECT_EQ(changes, groups.size());
  EXPECT_EQ(groups.size(), 15u) << "5 seeds of 3 sizes";
}

TEST(Grid, a_million_times_a_million_trials_are_refused_at_once_with_the_count) {
  const auto start = std::chrono::steady_clock::now();
  const std::string text =
      refusal([] { grid("\"data.seed\" = { range = [0, 1000000] }\n\"init.scale\" = { log = [1e-6, 1, 1000000] }\n"); });
  EXPECT_THAT(text, HasSubstr("1000000000000 trials (1000000 x 1000000)"));
  constexpr double kAtOnce = 0.5;  // seconds; a million values written down would take longer
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), kAtOnce);
  const std::string wide = "{ range = [0, 9000000000000000000] }\n";
  EXPECT_THAT(refusal([&] { grid("\"data.seed\" = " + wide + "\"init.scale\" = " + wide + "\"stop.steps\" = " + wide); }),
              HasSubstr("about 7.29e+56 trials"));
}

TEST(Grid, a_key_that_the_spec_does_not_have_is_refused_with_a_suggestion) {
  EXPECT_THAT(refusal([] { grid("\"init.scal\" = [1, 2]\n"); }),
              HasSubstr("sweep.toml:16: init.scal: unknown key (did you mean \"scale\"?)"));
  EXPECT_THAT(refusal([] { grid("\"inti.scale\" = [1, 2]\n"); }), HasSubstr("did you mean \"init\""));
  EXPECT_THAT(refusal([] { grid("\"dynamics.rtol\" = [1e-6]\n"); }), HasSubstr("it belongs to gradient_flow"));
  EXPECT_THAT(refusal([] { grid("name = [\"a\", \"b\"]\n"); }), HasSubstr("no key of a spec"));
}

TEST(Grid, a_value_that_no_trial_can_use_is_refused_before_anything_runs) {
  EXPECT_THAT(refusal([] { grid("\"data.samples\" = [8, -1]\n"); }), HasSubstr("sweep.toml:16: data.samples: got -1"));
  EXPECT_THAT(refusal([] { grid("\"model.depth\" = { range = [1, 3] }\n"); }), HasSubstr("model.depth: got 1"));
}

TEST(Grid, values_that_describe_the_same_trial_are_refused) {
  EXPECT_THAT(refusal([] { grid("\"init.scale\" = [1, 2, 1.0]\n"); }), HasSubstr("values 1 (1) and 3 (1) describe the same trial"));
}

TEST(Grid, a_trial_whose_spec_cannot_be_read_carries_its_refusal) {
  // From place 10,000 on the momentum is 1 or more; so far nobody looks before anything runs.
  const Grid g = grid("\"dynamics.momentum\" = { linear = [0, 2, 20001] }\n");
  EXPECT_EQ(g.trial(9'999).refusal, "");
  const TrialSpec wrong = g.trial(15'000), other = g.trial(15'001);
  EXPECT_THAT(wrong.refusal, HasSubstr("dynamics.momentum: got 1.5, expected a number in [0, 1)"));
  EXPECT_EQ(wrong.key.size(), 32u);
  EXPECT_NE(wrong.key, other.key);
}

TEST(Grid, a_limit_without_training_is_swept_too) {
  const Grid g =
      grid("\"limit.delta\" = [0, 0.1]\n\"data.seed\" = [0, 1]\n",
           "[data]\ngenerate = \"sparse_regression\"\nsamples = 8\nfeatures = 20\nnonzeros = 2\n[limit]\nkind = \"min_l1\"\n");
  EXPECT_EQ(g.trial(3).key, the_long_way(g, g.trial(3)).hash);
}

}  // namespace
}  // namespace penchant
