#include "penchant/lab/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "support/tolerance.h"

namespace penchant {
namespace {

// min ½‖β‖² s.t. β_1 + β_2 = 2 has the solution (1, 1); the run ends `off` beside it and owes `remaining`.
struct Case {
  Problem problem;
  Trajectory run;
  Prediction prediction;
  Solution solution;
};

Case regression_case(double off, double remaining) {
  Case c;
  Matrix x(1, 2);
  x << 1, 1;
  const Vector y = Vector::Constant(1, 2.0);
  c.problem.data = make_dataset(x, y);
  c.prediction.id = "A1";
  c.prediction.limit = MinDistance{c.problem.data->features, y, {}};
  c.solution.predictor = Predictor::vector(Vector(Vector::Ones(2)));
  c.solution.dual = Vector::Ones(1);
  c.solution.outcome = {Status::solved, ""};
  c.solution.certificate.kind = CertificateKind::bracket;
  c.solution.certificate.distance_bound = 1e-10;
  Vector end(2);
  end << 1.0 + off, 1.0 - off;
  c.run.predictor = Predictor::vector(end);
  c.run.remaining = remaining;
  c.run.coordinates = "weights";
  return c;
}

// Two points (±1 labels) on the first axis and one far along the second: the maximum margin is along the first axis.
Case margin_case(double turned) {
  Case c;
  Matrix x(2, 2);
  x << 1, 0, -1, 0;
  Vector y(2);
  y << 1, -1;
  c.problem.data = make_dataset(x, y, true);
  c.prediction.id = "D1";
  c.prediction.direction_only = true;
  c.prediction.limit = MaxMargin{c.problem.data->features, y};
  c.prediction.rates = {{"margin_gap", "log_time", -1.0, false}};
  c.solution.predictor = Predictor::vector(Vector(Vector::Unit(2, 0)));
  c.solution.dual = Vector::Constant(2, 0.5);
  c.solution.outcome = {Status::solved, ""};
  c.solution.certificate = {};
  c.solution.certificate.kind = CertificateKind::bracket;
  c.solution.certificate.lower = c.solution.certificate.upper = 1.0;
  c.run.coordinates = "weights";
  Vector end(2);
  end << std::cos(turned), std::sin(turned);
  c.run.predictor = Predictor::vector(Vector(37.0 * end));
  return c;
}

Comparison compared(const Case& c, double integration_error = 0.0) {
  return compare(c.problem, c.run, c.prediction, c.solution, integration_error);
}

TEST(Compare, distance_within_the_budget_agrees) {
  const Comparison out = compared(regression_case(1e-7, 1e-6));
  EXPECT_EQ(out.verdict, Verdict::agrees) << out.text;
  EXPECT_NEAR(out.distance, 1e-7, 1e-7 * testing::rounding(1e8)) << "the ends differ by 1e-7 in numbers near 1";
  EXPECT_TRUE(out.independent);
}

TEST(Compare, distance_beyond_twice_the_budget_disagrees) {
  const Comparison out = compared(regression_case(1e-3, 1e-6));
  EXPECT_EQ(out.verdict, Verdict::disagrees) << out.text;
}

TEST(Compare, beside_a_limit_of_0_the_integration_error_is_what_it_moves) {
  Case c = regression_case(0.0, 0.0);
  c.solution.predictor = Predictor::vector(Vector(Vector::Zero(2)));
  c.run.predictor = Predictor::vector(Vector(Vector::Constant(2, 1e-14)));
  const Comparison out = compared(c, 0.5);
  EXPECT_EQ(out.verdict, Verdict::agrees) << out.text;
  EXPECT_LT(out.budget.run, 1e-12);
  EXPECT_NEAR(compared(regression_case(0.0, 0.0), 0.5).budget.run, 0.5, 1e-9);
}

TEST(Compare, a_run_that_left_what_its_flow_keeps_disagrees_with_nothing) {
  Case c = regression_case(0.5, 1e-12);
  c.run.step_size = std::nan("");
  Snapshot end;
  end.predictor = c.run.predictor;
  end.alignment = 1e-9;
  c.run.snapshots = {end};
  EXPECT_EQ(compared(c).verdict, Verdict::disagrees);
  c.run.snapshots.back().alignment = 0.4;
  EXPECT_EQ(compared(c).verdict, Verdict::undecided);
  EXPECT_THAT(compared(c).text, ::testing::HasSubstr("left the row space by 0.4"));
  c.run.step_size = 0.1;  // steps need not keep it
  EXPECT_EQ(compared(c).verdict, Verdict::disagrees);
}

TEST(Compare, what_a_run_measured_of_its_rounding_is_charged) {
  Case c = regression_case(1e-7, 1e-12);
  EXPECT_EQ(compared(c).verdict, Verdict::disagrees);
  c.run.measured["rounding"] = {"", Vector::Constant(1, 1e-7)};
  EXPECT_EQ(compared(c).verdict, Verdict::agrees) << compared(c).text;
}

// (1, 1) is the limit. The run ends at (1.02, 0.9) and has 0.08 of the target to fit, 0.04 √2 in least norm.
TEST(Compare, a_run_at_a_plateau_disagrees_with_nothing) {
  Case c = regression_case(0.0, 0.01);
  c.run.predictor = Predictor::vector(Vector{{1.02, 0.9}});
  EXPECT_EQ(compared(c).verdict, Verdict::undecided);
  EXPECT_THAT(compared(c).text, ::testing::HasSubstr("what it has yet to fit moves it by 0.04 at least"));
  c.run.predictor = Predictor::vector(Vector{{1.1, 0.9004}});  // 0.0004 of the target is left
  EXPECT_EQ(compared(c).verdict, Verdict::disagrees);
}

TEST(Compare, distance_between_once_and_twice_the_budget_is_undecided) {
  const Case c = regression_case(1.5e-6, 0.5e-6 * std::sqrt(2.0));
  const Comparison out = compared(c);
  EXPECT_EQ(out.verdict, Verdict::undecided) << out.text;
}

// The budget is 2 · remaining / √2 and roundings of 1e-13: remaining = total / √2.
TEST(Compare, the_verdict_changes_at_once_and_at_twice_the_budget) {
  const double total = 1e-4, remaining = total / std::sqrt(2.0);
  EXPECT_EQ(compared(regression_case(0.99 * total, remaining)).verdict, Verdict::agrees);
  EXPECT_EQ(compared(regression_case(1.01 * total, remaining)).verdict, Verdict::undecided);
  EXPECT_EQ(compared(regression_case(1.99 * total, remaining)).verdict, Verdict::undecided);
  EXPECT_EQ(compared(regression_case(2.01 * total, remaining)).verdict, Verdict::disagrees);
}

TEST(Compare, a_run_far_from_its_end_cannot_disagree) {
  EXPECT_EQ(compared(regression_case(0.5, 0.09 / std::sqrt(2.0))).verdict, Verdict::disagrees);
  const Comparison out = compared(regression_case(0.5, 0.11 / std::sqrt(2.0)));
  EXPECT_EQ(out.verdict, Verdict::undecided);
  EXPECT_NE(out.text.find("on its way"), std::string::npos) << out.text;
}

TEST(Compare, a_budget_of_one_per_cent_is_the_widest_that_agrees) {
  EXPECT_EQ(compared(regression_case(1e-7, 0.0099 / std::sqrt(2.0))).verdict, Verdict::agrees);
  EXPECT_EQ(compared(regression_case(1e-7, 0.0101 / std::sqrt(2.0))).verdict, Verdict::undecided);
}

TEST(Compare, a_run_that_left_the_doubles_is_undecided_and_not_refused) {
  Case c = margin_case(1e-4);
  c.run.predictor.values[0] = std::numeric_limits<double>::quiet_NaN();
  const Comparison out = compared(c);
  EXPECT_EQ(out.verdict, Verdict::undecided) << out.text;
  EXPECT_TRUE(std::isnan(out.excess_objective));
  EXPECT_TRUE(std::isnan(out.angle)) << out.angle;
}

// certify repairs a point before it measures its objective: of a run that does not fit that would be another point's.
TEST(Compare, the_objective_of_a_run_that_does_not_fit_is_not_measured) {
  Case c = regression_case(0.0, 1e-8);
  EXPECT_LT(compared(c).excess_objective, 1e-12);
  c.run.predictor.values *= 1.0 + 1e-5;
  EXPECT_TRUE(std::isnan(compared(c).excess_objective));
}

// ½(2.5² + 0.5²) = 3.25 beside ½(1² + 1²) = 1.
TEST(Compare, the_excess_is_relative_to_the_optimum) {
  Case c = regression_case(0.0, 1e-8);
  c.solution.certificate.lower = c.solution.certificate.upper = 1.0;
  c.run.predictor.values << 2.5, -0.5;
  EXPECT_NEAR(compared(c).excess_objective, 2.25, 1e-12);
}

TEST(Compare, an_agreement_within_a_wide_budget_is_undecided) {
  EXPECT_EQ(compared(regression_case(1e-7, 0.1)).verdict, Verdict::undecided);
}

TEST(Compare, an_unknown_term_is_named) {
  Case c = regression_case(1e-9, 1e-8);
  c.prediction.theory_error = std::numeric_limits<double>::quiet_NaN();
  const Comparison out = compared(c);
  EXPECT_EQ(out.verdict, Verdict::undecided);
  EXPECT_THAT(out.text, ::testing::HasSubstr("no bound says how much of that this setting explains"));
  c.prediction.rates = {{"distance", "init.scale", 2.0, false}};
  EXPECT_THAT(compared(c).text, ::testing::HasSubstr("explains: sweep init.scale to decide"));
  c.prediction.theory_error = 21.28;
  EXPECT_THAT(compared(c).text,
              ::testing::HasSubstr("the theorem allows any distance up to 21 times its length: too loose to test"));
}

Case noisy_case(double off, double wandering) {
  Case c = regression_case(off, 1e-12);
  c.run.measured["wandering"] = {"", Vector::Constant(1, wandering)};
  return c;
}

TEST(Compare, what_noise_moves_is_told_to_take_smaller_steps_and_not_more) {
  using ::testing::HasSubstr;
  using ::testing::Not;
  for (double off : {0.001, 0.5}) {
    const Comparison out = compared(noisy_case(off, 0.1));
    EXPECT_EQ(out.verdict, Verdict::undecided);
    EXPECT_THAT(out.text, HasSubstr("the noise on the targets keeps the run moving"));
    EXPECT_THAT(out.text, HasSubstr("it comes nearer with smaller steps (dynamics.step_size) or less label_noise"));
    EXPECT_THAT(out.text, Not(HasSubstr("train longer")));
  }
  EXPECT_THAT(compared(regression_case(0.001, 0.1)).text, HasSubstr("train longer"));
}

TEST(Compare, where_noise_moves_a_run_by_an_unknown_amount_nothing_is_decided) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  for (double off : {1e-13, 0.5}) {
    const Comparison out = compared(noisy_case(off, unknown));
    EXPECT_EQ(out.verdict, Verdict::undecided) << out.text;
    EXPECT_TRUE(std::isnan(out.budget.run));
    EXPECT_THAT(out.text, ::testing::HasSubstr("or noise on the targets keeps it from its end, and no bound says how far"));
  }
  Case unfinished = noisy_case(1e-13, 1e-3);
  unfinished.run.remaining = unknown;
  EXPECT_TRUE(std::isnan(compared(unfinished).budget.run));
  EXPECT_THAT(compared(unfinished).text, ::testing::HasSubstr("the run is still on its way, and no bound says how far"));
  Case diverged = noisy_case(0.5, unknown);
  diverged.run.reason = StopReason::diverged;
  EXPECT_THAT(compared(diverged).text, ::testing::HasSubstr("the run diverged, and no bound says how far: take smaller steps"));
}

TEST(Compare, where_the_limit_is_not_unique_no_sweep_is_proposed) {
  Case c = regression_case(0.1, 1e-8);
  c.prediction.strength = Strength::theorem_limit;
  c.prediction.theory_error = c.solution.certificate.distance_bound = std::numeric_limits<double>::quiet_NaN();
  c.prediction.rates = {{"distance", "init.scale", 2.0, false}};
  EXPECT_THAT(compared(c).text, ::testing::HasSubstr("sweep init.scale to decide"));
  c.solution.certificate.unique = false;
  EXPECT_THAT(compared(c).text, ::testing::HasSubstr("the limit is not unique here: no distance to one of its points decides"));
  EXPECT_THAT(compared(c).text, ::testing::Not(::testing::HasSubstr("sweep")));
}

TEST(Compare, the_integration_error_counts_in_the_budget) {
  EXPECT_EQ(compared(regression_case(1e-4, 1e-9), 0.0).verdict, Verdict::disagrees);
  EXPECT_EQ(compared(regression_case(1e-4, 1e-9), 1e-3).verdict, Verdict::agrees);
}

TEST(Compare, runs_in_dual_coordinates_are_not_independent) {
  Case c = regression_case(0.0, 1e-8);
  c.run.coordinates = "dual";
  EXPECT_FALSE(compared(c).independent);
}

TEST(Compare, a_limit_without_a_bound_decides_nothing) {
  Case c = regression_case(1e-9, 1e-8);
  c.solution.outcome = {Status::not_converged, "ran out of iterations"};
  c.solution.certificate.distance_bound = std::nan("");
  EXPECT_EQ(compared(c).verdict, Verdict::undecided);
  EXPECT_NE(compared(c).text.find("ran out of iterations"), std::string::npos);
  c.solution.outcome.status = Status::failed;
  c.solution.certificate.distance_bound = 1e-10;
  EXPECT_EQ(compared(c).verdict, Verdict::undecided);
}

// The bound is of the point that was certified, whatever made it.
TEST(Compare, a_bounded_limit_that_was_not_solved_can_agree_and_disagrees_with_nothing) {
  Case near = regression_case(1e-9, 1e-8), far = regression_case(1e-3, 1e-8);
  near.solution.outcome = far.solution.outcome = {Status::not_converged, "ran out of iterations"};
  EXPECT_EQ(compared(near).verdict, Verdict::agrees) << compared(near).text;
  EXPECT_EQ(compared(far).verdict, Verdict::undecided) << compared(far).text;
}

TEST(Compare, directions_are_compared_by_their_angle_and_bounded_by_the_margin) {
  const Comparison out = compared(margin_case(1e-4));
  EXPECT_NEAR(out.angle, 1e-4, 1e-12);
  // margin = cos(angle) here, so the bound arccos(margin/γ) is the angle itself.
  EXPECT_NEAR(out.budget.run, 1e-4, 1e-10);
}

TEST(Compare, a_run_that_does_not_separate_yet_is_undecided) {
  const Comparison out = compared(margin_case(std::numbers::pi / 2 + 0.1));
  EXPECT_EQ(out.verdict, Verdict::undecided) << out.text;
}

TEST(Compare, a_rate_is_fitted_over_a_window_of_three_decades_at_least) {
  Case c = margin_case(1e-9);
  for (int k = 0; k <= 60; ++k) {
    const double log_time = std::pow(10.0, 1.0 + 0.1 * k);
    Snapshot snapshot;
    snapshot.log10_time = log_time / std::numbers::ln10;
    const double angle = std::sqrt(2.0 * 0.5 / log_time);  // margin gap 1 - cos ≈ ½ angle² = 0.5 / log t
    Vector beta(2);
    beta << std::cos(angle), std::sin(angle);
    snapshot.predictor = Predictor::vector(beta);
    c.run.snapshots.push_back(snapshot);
  }
  const Comparison out = compared(c);
  ASSERT_EQ(out.rates.size(), 1u);
  EXPECT_NEAR(out.rates[0].exponent, -1.0, 1e-2);
  EXPECT_NEAR(out.rates[0].window_to - out.rates[0].window_from, 0.6 * 6.0, 1e-9) << "six tenths of the six decades";
}

}  // namespace
}  // namespace penchant
