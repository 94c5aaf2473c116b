#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/problems.h"

namespace penchant {
namespace {

Problem regression() {
  const Matrix x = testing::gaussian_matrix(4, 8, 1);
  return testing::linear_problem(x, x * Vector::Ones(8), Vector::Zero(8));
}

Dynamics stagewise() { return Steepest{SteepestNorm::l1, CoordinateRule::greedy, {1e-3}}; }

Measured stopped_at(double residual) { return {{"residual_norm", {"", Vector::Constant(1, residual)}}}; }

std::vector<Prediction> predicted(std::optional<double> turns_at, const Measured& measured = {}) {
  Facts facts = testing::easy_facts();
  facts.lasso_turns_at = turns_at;
  return testing::predictions_of(predict(regression(), stagewise(), facts, measured));
}

TEST(Stagewise, needs_the_residual_of_the_run) {
  const Prediction before = predicted(0.5).at(0);
  EXPECT_EQ(before.id, "A3.path");
  EXPECT_THAT(before.needs, ::testing::ElementsAre("residual_norm"));
  EXPECT_FALSE(before.limit);
  EXPECT_FALSE(before.hypotheses.back().holds.has_value()) << before.hypotheses.back().text;
  EXPECT_EQ(predicted(0.0).at(0).hypotheses.back().holds, true) << "a monotone path needs no run";
  EXPECT_FALSE(predicted(std::nullopt).at(0).hypotheses.back().holds.has_value());
}

TEST(Stagewise, is_the_lasso_of_that_residual_until_the_path_turns_back) {
  const Prediction on_path = predicted(0.5, stopped_at(0.75)).at(0);
  EXPECT_EQ(on_path.strength, Strength::theorem_limit);
  EXPECT_EQ(std::get<MinL1>(*on_path.limit).delta, 0.75);
  EXPECT_EQ(on_path.rates.at(0).variable, "dynamics.step_size");
  const Prediction off_path = *testing::find(predicted(0.5, stopped_at(0.25)), "A3.path");
  EXPECT_EQ(off_path.strength, Strength::conjecture);
  EXPECT_EQ(off_path.hypotheses.back().holds, false);
  EXPECT_TRUE(off_path.rates.empty()) << "no step is small enough";
  EXPECT_EQ(std::get<MinL1>(*testing::find(predicted(0.0, stopped_at(1e-12)), "A3.path")->limit).delta, 0.0) << "fitted";
}

TEST(Stagewise, says_nothing_of_other_rules_starts_and_ends) {
  Facts facts = testing::easy_facts();
  facts.lasso_turns_at = 0.0;
  const auto others = testing::predictions_of(
      predict(regression(), Steepest{SteepestNorm::l1, CoordinateRule::cyclic, {1e-3}}, facts, stopped_at(0.5)));
  EXPECT_EQ(testing::find(others, "A3.path"), nullptr);
  Problem elsewhere = regression();
  elsewhere.start = Start{{SignedLog::from(Vector::Ones(8))}};
  const PredictResult moved = predict(elsewhere, stagewise(), facts, stopped_at(0.5));
  const auto* predictions = std::get_if<std::vector<Prediction>>(&moved);
  EXPECT_TRUE(!predictions || !testing::find(*predictions, "A3.path"));
  // Nothing fits and the run is at rest: every least-squares fit has that residual.
  facts.inconsistency = 0.3;
  const double least = 0.3 * regression().data->targets.norm();
  EXPECT_TRUE(std::holds_alternative<Refusal>(predict(regression(), stagewise(), facts, stopped_at(least))));
}

}  // namespace
}  // namespace penchant
