#include "penchant/lab/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "penchant/core/toml.h"
#include "penchant/lab/experiment.h"
#include "support/temporary.h"

namespace penchant {
namespace {

Experiment experiment(int seed, int features = 12) {
  const std::string text = cat(
      "[data]\ngenerate = \"sparse_regression\"\nsamples = 6\nfeatures = ", features, "\nnonzeros = 2\nseed = ", seed,
      "\n[model]\nkind = \"diagonal\"\n[init]\nscale = 0.1\n[loss]\nkind = \"squared\"\n[dynamics]\nkind = \"gradient_flow\"\n");
  return experiment_from(from_toml(text, "test"), "test", ".");
}

Problem problem_of(const Experiment& e, DatasetPtr data) { return make_problem(std::move(data), e.model, e.loss, e.init); }

TEST(SharedData, equal_descriptions_share_one_data_set) {
  SharedData shared;
  const Experiment a = experiment(1), b = experiment(2);
  const DatasetPtr first = shared.load(a.data, ".");
  EXPECT_EQ(shared.load(a.data, "."), first);
  EXPECT_NE(shared.load(b.data, "."), first);
  EXPECT_EQ(first->hash, load_dataset(a.data, ".")->hash);
}

TEST(SharedData, facts_are_those_of_compute_facts) {
  SharedData shared;
  const Experiment e = experiment(1);
  const Problem problem = problem_of(e, shared.load(e.data, "."));
  const Facts alone = compute_facts(problem, e.dynamics);
  for (int again = 0; again < 2; ++again) {
    const Facts facts = shared.facts(problem, e.dynamics);
    EXPECT_EQ(facts.rank, alone.rank);
    EXPECT_EQ(facts.l1_norm, alone.l1_norm);
    EXPECT_EQ(facts.inconsistency, alone.inconsistency);
  }
  const Problem stranger = problem_of(e, load_dataset(e.data, "."));
  EXPECT_EQ(shared.facts(stranger, e.dynamics).rank, alone.rank) << "data it does not know";
}

// Of all facts the magnification alone is of the start: one data set, two rates.
TEST(SharedData, each_start_has_its_own_magnification) {
  SharedData shared;
  Experiment e = experiment(1);
  e.data.positive = true;
  const DatasetPtr data = shared.load(e.data, ".");
  for (double rate : {0.3, 0.5}) {
    e.model = WeightNormalised{2, rate};
    const Problem problem = problem_of(e, data);
    const auto alone = compute_facts(problem, e.dynamics).log_magnification;
    ASSERT_TRUE(alone);
    EXPECT_EQ(shared.facts(problem, e.dynamics).log_magnification, alone) << rate;
  }
}

TEST(SharedData, memory_is_bounded_and_the_last_data_stay) {
  SharedData shared(8 * 9 * 13 * 3);  // three of these
  for (int seed = 0; seed < 20; ++seed) shared.load(experiment(seed).data, ".");
  EXPECT_LE(shared.size(), 3u);
  const DatasetPtr big = shared.load(experiment(0, 4000).data, ".");
  EXPECT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared.load(experiment(0, 4000).data, "."), big);
}

TEST(SharedData, threads_that_need_the_same_data_get_the_same) {
  SharedData shared;
  const Experiment e = experiment(1, 2000);
  std::vector<DatasetPtr> got(4);
  std::vector<std::thread> threads;
  for (DatasetPtr& mine : got) threads.emplace_back([&] { mine = shared.load(e.data, "."); });
  for (std::thread& thread : threads) thread.join();
  for (const DatasetPtr& other : got) EXPECT_EQ(other, got.front());
}

TEST(SharedData, what_cannot_be_loaded_is_refused_every_time) {
  SharedData shared;
  Experiment e = experiment(1);
  e.data.generate.clear();
  e.data.file = "no-such-file.csv";
  e.data.target = "y";
  for (int again = 0; again < 2; ++again)
    EXPECT_THAT(testing::refusal([&] { shared.load(e.data, "."); }), ::testing::HasSubstr("no-such-file.csv"));
}

}  // namespace
}  // namespace penchant
