// D1, D2 and D5 end to end on small data, each with a hypothesis broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/text.h"
#include "penchant/dynamics/simulate.h"
#include "penchant/lab/rate.h"
#include "support/end_to_end.h"
#include "support/planted.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::end_to_end;
using testing::EndToEnd;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::kControl;

constexpr Index kSamples = 12, kFeatures = 5;

// Labels of a planted plane: separable.
DatasetPtr separable() {
  Matrix x = gaussian_matrix(kSamples, kFeatures, 31);
  const Vector direction = gaussian_vector(kFeatures, 32);
  return testing::dataset_of(x, (x * direction).cwiseSign());
}

Problem classes(LossSpec loss, const Vector& start = Vector::Zero(kFeatures)) {
  return make_problem(separable(), Linear{}, loss, testing::start_of({start}));
}

GradientFlow normalised() { return {.coordinates = Coordinates::weights, .clock = Clock::normalised}; }

TEST(TheoremD1, flow_ends_in_the_max_margin_direction_from_any_start) {
  for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}, LossSpec{Logistic{Reduction::mean}}})
    for (bool elsewhere : {false, true}) {
      const auto training = end_to_end(classes(loss, elsewhere ? gaussian_vector(kFeatures, 33) : Vector::Zero(kFeatures)),
                                       normalised(), {.log10_time = 1e8});
      ASSERT_FALSE(training.refusal) << training.refusal->reason;
      const Comparison& comparison = training.comparison("D1");
      EXPECT_EQ(testing::verdict(comparison), "agrees");
      EXPECT_TRUE(comparison.independent);
    }
}

// Window fixed beforehand: log t from 1e3 to 1e9, all snapshots in it.
double rate_over_six_decades(const EndToEnd& training, bool of_margin_gap) {
  const auto& curve = training.comparison("D1").curve;
  Vector x(static_cast<Index>(curve.size())), y(x.size());
  for (Index i = 0; i < x.size(); ++i) {
    const CurvePoint& point = curve[static_cast<std::size_t>(i)];
    x[i] = point.log10_time > 0.0 ? std::log10(point.log10_time * std::log(10.0)) : -1.0;
    y[i] = std::log10(of_margin_gap ? point.margin_gap : point.distance);
  }
  const auto fit = fit_line(x, y, 3.0, 9.0);
  EXPECT_TRUE(fit && fit->points >= 20 && fit->half_width <= 0.02);
  return fit ? fit->slope : 0.0;
}

TEST(TheoremD1, angle_and_margin_gap_fall_as_one_over_log_t) {
  for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
    const auto training = end_to_end(classes(loss), normalised(), {.log10_time = 1e9});
    EXPECT_NEAR(rate_over_six_decades(training, false), -1.0, 0.02) << "angle";
    EXPECT_NEAR(rate_over_six_decades(training, true), -1.0, 0.02) << "margin gap";
  }
}

// Support vectors (1, 0) twice, (c, 1) and (c, 2). c = 1: the last two are at the margin without a multiplier in any dual, b̂ = (0,
// 1). c > 1: they are no support vectors.
EndToEnd flow_beside(double c, LossSpec loss) {
  const Matrix z{{1.0, 0.0}, {1.0, 0.0}, {c, 1.0}, {c, 2.0}};
  Vector y = Vector::Ones(4);
  y[1] = -1.0;
  const Problem problem =
      make_problem(testing::dataset_of(y.asDiagonal() * z, y), Linear{}, loss, testing::start_of({Vector::Zero(2)}));
  return end_to_end(problem, normalised(), {.log10_time = 1e9});
}

TEST(TheoremD1, degenerate_data_turn_like_log_log_t_over_log_t_with_the_constant_of_their_duals) {
  for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
    const auto training = flow_beside(1.0, loss);
    ASSERT_EQ(training.prediction("D1").rates[0].constant, 1.0);
    const auto& rates = training.comparison("D1").rates;
    ASSERT_EQ(rates.size(), 3u);
    EXPECT_EQ(rates[0].variable, "log_time_over_log_log_time");
    EXPECT_EQ(rates[0].verdict, Verdict::agrees) << rates[0].exponent << " [" << rates[0].low << ", " << rates[0].high << "]";
    EXPECT_NEAR(rates[0].constant, 1.0, 0.02);
    EXPECT_EQ(rates[1].verdict, Verdict::agrees) << "margin gap " << rates[1].exponent;
    EXPECT_EQ(rates[2].verdict, Verdict::agrees) << "loss " << rates[2].exponent;
  }
}

TEST(TheoremD1, the_law_of_degenerate_data_is_not_found_on_others_nor_theirs_on_it) {
  const auto generic = flow_beside(1.5, Exponential{});
  EXPECT_EQ(generic.facts.degenerate_margin, false);
  EXPECT_EQ(generic.comparison("D1").rates[0].verdict, Verdict::agrees);
  Prediction other = generic.prediction("D1");
  other.rates = {{"angle", "log_time_over_log_log_time", -1.0, false, 1.0}};
  EXPECT_EQ(compare(generic.problem, generic.run, other, generic.solution("D1"), 0.0).rates.at(0).verdict, Verdict::undecided);
  const auto degenerate = flow_beside(1.0, Exponential{});
  other = degenerate.prediction("D1");
  other.rates = {{"angle", "log_time", -1.0, true}};
  EXPECT_EQ(compare(degenerate.problem, degenerate.run, other, degenerate.solution("D1"), 0.0).rates.at(0).verdict,
            Verdict::undecided);
}

// min z_i·β/‖β‖ <= γ <= ‖Zᵀq‖ for the normalised loss weights q of every snapshot.
TEST(TheoremD1, every_snapshot_brackets_the_optimal_margin) {
  for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
    const auto training = end_to_end(classes(loss), normalised(), {.log10_time = 1e7});
    const double gamma = *training.facts.margin;
    const Matrix z = training.problem.data->targets.asDiagonal() * *training.problem.data->features->dense();
    constexpr double kRounding = 1e-13;
    double lower = -INFINITY, upper = INFINITY;
    for (const Snapshot& snapshot : training.run.snapshots) {
      upper = (z.transpose() * snapshot.loss_weights).norm();
      EXPECT_GE(upper, gamma * (1.0 - kRounding));
      if (!(snapshot.predictor.values.norm() > 0.0)) continue;
      lower = (z * snapshot.predictor.values).minCoeff() / snapshot.predictor.values.norm();
      EXPECT_LE(lower, gamma * (1.0 + kRounding));
    }
    EXPECT_LT(upper / lower - 1.0, 1e-6) << "and the bracket closes";
  }
}

DatasetPtr with_copies(Index copied, double scale_range) {
  const DatasetPtr data = separable();
  Matrix x(kSamples + 2, kFeatures);
  x << *data->features->dense(), data->features->dense()->row(copied), data->features->dense()->row(copied);
  Vector y(kSamples + 2);
  y << data->targets, data->targets[copied], data->targets[copied];
  for (Index j = 0; j < kFeatures; ++j) x.col(j) *= std::pow(scale_range, static_cast<double>(j) / (kFeatures - 1));
  return testing::dataset_of(x, y);
}

TEST(TheoremD1, copied_support_vectors_and_features_of_other_scales_never_disagree) {
  const auto plain = end_to_end(classes(Logistic{}), normalised(), {.log10_time = 1e6});
  Index support = 0;
  plain.solution("D1").dual.maxCoeff(&support);
  for (double range : {1.0, 100.0}) {
    const Problem problem =
        make_problem(with_copies(support, range), Linear{}, Logistic{}, testing::start_of({Vector::Zero(kFeatures)}));
    const auto training = end_to_end(problem, normalised(), {.log10_time = 1e8});
    ASSERT_FALSE(training.refusal);
    EXPECT_EQ(testing::verdict(training.comparison("D1")), "agrees") << "range " << range;
  }
}

TEST(TheoremD1, a_loss_without_the_tail_ends_in_another_direction) {
  const auto margin = end_to_end(classes(Exponential{}), normalised(), {.log10_time = 1e8});
  const auto squared = end_to_end(classes(Squared{}), GradientDescent{.step_size = {AutoStep{}}}, {.steps = 100'000});
  const Vector& direction = margin.solution("D1").predictor.values;
  const Vector& other = squared.run.predictor.values;
  const double angle = 2.0 * std::asin(0.5 * (direction.normalized() - other.normalized()).norm());
  EXPECT_GT(angle, kControl * margin.comparison("D1").budget.total());
}

// z = (1, 0.1), (-1, 0.1) from (½, 0): a long step overshoots the first coordinate,
// and the exponential loss answers with a longer one.
TEST(TheoremD1, a_step_beyond_the_bound_of_the_exponential_loss_is_refused_and_diverges) {
  const Problem problem = make_problem(testing::dataset_of(Matrix{{1.0, 0.1}, {-1.0, 0.1}}, Vector::Ones(2)), Linear{},
                                       Exponential{}, testing::start_of({Vector{{0.5, 0.0}}}));
  const double bound = 2.0 / (1.01 * 2.0 * std::cosh(0.5));
  EXPECT_FALSE(end_to_end(problem, GradientDescent{.step_size = {0.99 * bound}, .force = true}, {.steps = 1000}).refusal);
  const auto beyond = end_to_end(problem, GradientDescent{.step_size = {5.0 * bound}, .force = true}, {.steps = 100});
  ASSERT_TRUE(beyond.refusal);
  EXPECT_THAT(beyond.refusal->reason, HasSubstr("2/λ"));
  EXPECT_TRUE(beyond.run.reason == StopReason::diverged || beyond.run.reason == StopReason::not_finite) << beyond.run.text;
}

// Discrete methods get as far as log t allows: their budget is the rigorous arccos(margin/upper), and the angle stays within it.
TEST(TheoremD1, discrete_methods_approach_within_their_rigorous_budget) {
  const Problem problem = classes(Logistic{});
  for (const auto& [dynamics, id] : std::vector<std::pair<Dynamics, std::string>>{
           {GradientDescent{.step_size = {AutoStep{}}}, "D1"},
           {GradientDescent{.step_size = {AutoStep{}}, .momentum = 0.9}, "D2.momentum"},
           {Stochastic{.step_size = {0.05}, .batch = 3, .seed = 1}, "D1.stochastic"},
           {Steepest{SteepestNorm::l2, CoordinateRule::greedy, {AutoStep{}}}, "D1"}}) {
    const auto shorter = end_to_end(problem, dynamics, {.steps = 2000});
    const auto longer = end_to_end(problem, dynamics, {.steps = 200'000});
    ASSERT_FALSE(longer.refusal) << longer.refusal->reason;
    EXPECT_LE(longer.comparison(id).distance, longer.comparison(id).budget.total()) << id;
    EXPECT_LT(longer.comparison(id).budget.run, 0.85 * shorter.comparison(id).budget.run) << id;
    EXPECT_NE(longer.comparison(id).verdict, Verdict::disagrees) << id;
  }
}

TEST(TheoremD1, normalised_steps_reach_the_direction) {
  const Problem problem = classes(Exponential{});
  const double row = *compute_facts(problem, {Fact::spectrum}).max_row_norm;
  const auto training = end_to_end(problem, GradientDescent{.step_size = {LossProportionalStep{0.99 / (row * row)}}, .force = true},
                                   {.steps = 700'000});
  ASSERT_FALSE(training.refusal) << training.refusal->reason;
  EXPECT_EQ(testing::verdict(training.comparison("D1")), "agrees");
}

TEST(TheoremD5, data_that_no_plane_separates_are_refused_and_their_run_stays_finite) {
  Matrix x = gaussian_matrix(40, 3, 34);
  const Problem problem = make_problem(testing::dataset_of(x, gaussian_vector(40, 35).cwiseSign()), Linear{}, Logistic{},
                                       testing::start_of({Vector::Zero(3)}));
  const auto shorter = end_to_end(problem, GradientDescent{.step_size = {AutoStep{}}}, {.steps = 5000});
  const auto longer = end_to_end(problem, GradientDescent{.step_size = {AutoStep{}}}, {.steps = 50'000});
  ASSERT_TRUE(longer.refusal);
  EXPECT_THAT(longer.refusal->reason, HasSubstr("a convex combination of the y_i x_i is 0"));
  EXPECT_NEAR(longer.run.predictor.values.norm() / shorter.run.predictor.values.norm(), 1.0, 1e-6)
      << "a finite minimiser, no direction";
}

}  // namespace
}  // namespace penchant
