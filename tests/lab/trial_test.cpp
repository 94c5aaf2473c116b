#include "penchant/lab/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/core/json.h"
#include "penchant/core/toml.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

Experiment experiment(const std::string& dynamics, const std::string& more_data = "", const std::string& stop = "") {
  const std::string text = "[data]\ngenerate = \"sparse_regression\"\nsamples = 8\nfeatures = 20\nnonzeros = 2\n" + more_data +
                           "[model]\nkind = \"diagonal\"\n[init]\nscale = 0.1\n[loss]\nkind = \"squared\"\n[dynamics]\n" +
                           dynamics + "[stop]\n" + stop;
  return experiment_from(from_toml(text, "trial.toml"), "trial.toml", ".");
}

TEST(Trial, values_have_their_names_in_order) {
  const TrialResult trial = run_trial(experiment("kind = \"gradient_flow\"\n"));
  std::vector<std::string> names;
  for (const auto& [key, value] : *trial.values.as_object()) names.push_back(key);
  ASSERT_GE(names.size(), trial_value_names().size());
  for (std::size_t i = trial_value_names().size(); i < names.size(); ++i)
    EXPECT_THAT(names[i], ::testing::AnyOf(::testing::StartsWith("slope_"), ::testing::StartsWith("C.")));
  names.resize(trial_value_names().size());
  EXPECT_EQ(names, trial_value_names());
}

TEST(Trial, numbers_are_those_of_the_record) {
  const Experiment e = experiment("kind = \"gradient_flow\"\n", "test = 0.25\n");
  const Record record = run(e);
  const TrialResult trial = run_trial(e, {{"w", "limit_w", "truth", "curve"}, {}});
  EXPECT_EQ(trial.outcome, TrialOutcome::done) << trial.text;
  EXPECT_EQ(trial.key, e.hash);
  EXPECT_EQ(trial.text, record.comparisons.front().text);
  EXPECT_EQ(*trial.values.find("verdict")->as_string(), "agrees");
  EXPECT_EQ(trial.values.find("distance")->number(), record.comparisons.front().distance);
  const Value json = record_value(record, "");
  EXPECT_TRUE(same(*trial.values.find("test_error"), *json.find("trajectory")->find("test_error")));
  EXPECT_TRUE(same(*trial.values.find("log10_loss"), *json.find("trajectory")->find("log10_loss")));
  const Vector w = record.trajectory->predictor.values;
  EXPECT_EQ(trial.values.find("truth_error")->number(), (w - *record.data->truth).squaredNorm());
  EXPECT_TRUE(same(*trial.values.find("support_precision"), *json.find("trajectory")->find("recovery")->find("support_precision")));
  EXPECT_TRUE(same(*trial.values.find("best_truth_error"), *json.find("trajectory")->find("recovery")->find("best_truth_error")));
  EXPECT_TRUE(same(*trial.values.find("limit_relative_error"),
                   *json.find("solutions")->as_list()->front().find("recovery")->find("relative_error")));
  std::vector<std::string> kept;
  for (const auto& [key, array] : trial.arrays) kept.push_back(key);
  EXPECT_THAT(kept, ::testing::ElementsAre("w", "limit_w", "truth", "log10_time", "log10_loss", "snapshot_residual",
                                           "snapshot_norm_l1", "snapshot_truth_error", "distance", "margin_gap"));
  EXPECT_EQ(trial.arrays.front().second, w);
}

TEST(Trial, what_means_nothing_is_null) {
  Verbs verbs;
  verbs.solve = verbs.simulate = false;
  const TrialResult trial = run_trial(experiment("kind = \"gradient_flow\"\n"), {{"w", "curve"}, verbs});
  EXPECT_TRUE(trial.values.find("distance")->is_null());
  EXPECT_TRUE(trial.values.find("norm_l1")->is_null());
  EXPECT_FALSE(trial.values.find("prediction")->is_null());
  EXPECT_TRUE(trial.arrays.empty());
}

TEST(Trial, a_step_past_the_stability_bound_refuses_this_trial_only) {
  const TrialResult trial = run_trial(experiment("kind = \"gradient_descent\"\nstep_size = 1e3\n"));
  EXPECT_EQ(trial.outcome, TrialOutcome::refused);
  EXPECT_THAT(trial.text, ::testing::HasSubstr("step"));
  EXPECT_EQ(trial.key.size(), 32u);
}

TEST(Trial, divergence_is_a_failure_with_its_sentence) {
  const TrialResult trial =
      run_trial(experiment("kind = \"gradient_descent\"\nstep_size = 1e3\nforce = true\n", "", "steps = 100\n"));
  EXPECT_EQ(trial.outcome, TrialOutcome::failed);
  EXPECT_THAT(trial.text, ::testing::HasSubstr("the loss grew to 10^"));
}

TEST(Trial, data_that_cannot_be_read_refuse_this_trial_only) {
  Experiment e = experiment("kind = \"gradient_flow\"\n");
  e.data.generate.clear();
  e.data.file = "no-such-file.csv";
  const TrialResult trial = run_trial(e);
  EXPECT_EQ(trial.outcome, TrialOutcome::refused);
  EXPECT_THAT(trial.text, ::testing::HasSubstr("no-such-file.csv"));
}

TEST(Trial, weaker_predictions_are_kept_with_the_slope_that_a_sweep_would_show) {
  Experiment e = experiment("kind = \"gradient_flow\"\ncoordinates = \"log_weights\"\n");
  e.init.scale = 1e-3;
  const Record record = run(e);
  ASSERT_EQ(record.predictions.size(), 2u);
  ASSERT_EQ(record.predictions[1].id, "C.rich");
  const Value values = trial_values(record);
  EXPECT_EQ(values.find("C.rich.distance")->number(), record.comparisons[1].distance);
  EXPECT_EQ(*values.find("C.rich.strength")->as_string(), "theorem-limit");
  EXPECT_EQ(*values.find("C.rich.slope_variable")->as_string(), "init.scale");
  EXPECT_EQ(values.find("C.rich.slope_expected")->number(), 2.0 * (1.0 - *record.facts.l1_rho));
  EXPECT_EQ(values.find("slope_variable"), nullptr) << "the strongest prediction is exact";
  EXPECT_EQ(*values.find("hypotheses_hold")->as_integer(), 2);
}

}  // namespace
}  // namespace penchant
