// Separable classification (theory D1): the direction of the flow tends to the l2 maximal margin as 1/log t.
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/dynamics/simulate.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::dataset_of;
using testing::gaussian_matrix;
using testing::gaussian_vector;

struct Planted {
  Problem problem;
  Matrix z;          // rows y_i x_i
  Vector direction;  // of the maximal margin, of norm 1
  double margin;
};

// Support vectors planted: z_i = margin w + part orthogonal to w for the first k rows,
// with sum_i a_i z_i along w for some a > 0; the others lie further out. Then w is the maximal margin by its KKT conditions:
// w = sum_i a_i z_i, a > 0,
// and every margin >= that of the first k.
Planted planted_margin(Index n, Index d, Index k, const LossSpec& loss) {
  const Vector w = Vector::Unit(d, 0);
  Matrix z = gaussian_matrix(n, d, 7);
  z.col(0).setConstant(1.0);
  Vector sum = Vector::Zero(d);
  for (Index i = 0; i + 1 < k; ++i) sum += (1.0 + 0.5 * double(i)) * z.row(i).transpose();
  z.row(k - 1) = -sum.transpose();  // orthogonal parts cancel with weights a = (1, 1.5, …, 1)
  z(k - 1, 0) = 1.0;
  const Vector further = gaussian_vector(n, 8).cwiseAbs();
  for (Index i = k; i < n; ++i) z(i, 0) = 1.5 + further[i];
  Vector y = Vector::Ones(n);
  for (Index i = 1; i < n; i += 2) y[i] = -1.0;
  const Matrix x = y.asDiagonal() * z;
  return {make_problem(dataset_of(x, y), Linear{}, loss, InitSpec{}), z, w, 1.0};
}

double angle(const Vector& a, const Vector& b) { return 2.0 * std::asin(0.5 * (a.normalized() - b.normalized()).norm()); }

Trajectory long_run(const Planted& planted, double log10_time, double rtol = 1e-8) {
  return simulate(planted.problem, GradientFlow{.clock = Clock::normalised, .rtol = rtol}, {.log10_time = log10_time},
                  {.snapshots = 400});
}

// Slope of log(error) against log(log t) by least squares.
double exponent(const std::vector<double>& log_times, const std::vector<double>& errors) {
  const auto n = static_cast<Index>(errors.size());
  Eigen::MatrixXd a(n, 2);
  Vector b(n);
  for (Index i = 0; i < n; ++i) {
    a(i, 0) = 1.0;
    a(i, 1) = std::log(log_times[std::size_t(i)]);
    b[i] = std::log(errors[std::size_t(i)]);
  }
  return (a.transpose() * a).ldlt().solve(a.transpose() * b)[1];
}

class margin_flow : public ::testing::TestWithParam<LossSpec> {};
INSTANTIATE_TEST_SUITE_P(losses, margin_flow,
                         ::testing::Values(LossSpec(Exponential{}), LossSpec(Logistic{}), LossSpec(Logistic{Reduction::mean})));

TEST_P(margin_flow, angle_and_margin_gap_fall_as_one_over_log_t) {
  const Planted planted = planted_margin(40, 10, 6, GetParam());
  const Trajectory t = long_run(planted, 1e9);
  ASSERT_EQ(t.reason, StopReason::time) << t.text;
  std::vector<double> log_times, angles, gaps;
  // the window: log10 t from 1e3 to 1e9, six decades of log t; all snapshots in it
  for (const Snapshot& s : t.snapshots) {
    if (s.log10_time < 1e3 || s.log10_time > 1e9) continue;
    const Vector& beta = s.predictor.values;
    log_times.push_back(s.log10_time);
    angles.push_back(angle(beta, planted.direction));
    gaps.push_back(1.0 - (planted.z * beta).minCoeff() / beta.norm() / planted.margin);
  }
  ASSERT_GT(log_times.size(), 10u);
  ASSERT_GT(log_times.back() / log_times.front(), 9e5);
  EXPECT_NEAR(exponent(log_times, angles), -1.0, 0.02);
  EXPECT_NEAR(exponent(log_times, gaps), -1.0, 0.02);
  EXPECT_LT(angles.back(), 1e-8);
}

TEST_P(margin_flow, every_snapshot_brackets_the_optimal_margin) {
  const Planted planted = planted_margin(40, 10, 6, GetParam());
  const Trajectory t = long_run(planted, 1e9);
  for (const Snapshot& s : t.snapshots) {
    if (s.predictor.values.norm() == 0.0) continue;
    const double lower = (planted.z * s.predictor.values).minCoeff() / s.predictor.values.norm();
    const double upper = (planted.z.transpose() * s.loss_weights).norm();
    EXPECT_NEAR(s.loss_weights.sum(), 1.0, testing::rounding(100));
    EXPECT_LE(lower, planted.margin * (1.0 + testing::rounding(100)));
    EXPECT_GE(upper, planted.margin * (1.0 - testing::rounding(100)));
  }
}

TEST_P(margin_flow, residual_direction_and_loss_have_their_limits) {
  // beta = w log t + rho, and on support vectors exp(-z_i rho) = alpha_i; sum of exponentials: L t -> |w|^2, w of margin 1
  const Planted planted = planted_margin(40, 10, 6, GetParam());
  const Trajectory t = long_run(planted, 1e5);
  const double log_t = t.log10_time * std::log(10.0), log_loss = t.log10_loss * std::log(10.0);
  const Vector w = planted.direction / planted.margin;
  // w = sum alpha_i z_i on the support fixes alpha (6 independent rows)
  const Eigen::MatrixXd support = planted.z.topRows(6);
  const Vector alpha = (support * support.transpose()).ldlt().solve(support * w);
  const Vector rho = t.predictor.values - w * log_t;
  const double n = reduction(GetParam()) == Reduction::mean ? static_cast<double>(planted.z.rows()) : 1.0;
  for (Index i = 0; i < 6; ++i) EXPECT_NEAR(support.row(i).dot(rho), -std::log(n * alpha[i]), 1e-4);
  EXPECT_NEAR(std::exp(log_loss + log_t), w.squaredNorm(), 1e-4);
}

// Negative control: with every third sample turned around there is no margin, and the run ends at a finite minimiser.
TEST_P(margin_flow, data_that_are_not_separable_do_not_follow_the_law) {
  const Planted planted = planted_margin(40, 10, 6, GetParam());
  Matrix x = *planted.problem.data->features->dense();
  for (Index i = 0; i < x.rows(); i += 3) x.row(i) *= -1.0;
  const Problem broken = make_problem(dataset_of(x, planted.problem.data->targets), Linear{}, GetParam(), InitSpec{});
  const Trajectory t = simulate(broken, GradientFlow{.clock = Clock::normalised}, {.log10_time = 1e4});
  EXPECT_GT(angle(t.predictor.values, planted.direction), 1e-2);
  EXPECT_LT(t.predictor.values.norm(), 1e3);  // log t = 2e4 would have moved it that far
}

TEST(MarginFlow, a_time_beyond_the_range_of_a_double_is_reached_by_the_normalised_clock) {
  const Planted planted = planted_margin(8, 5, 3, Logistic{});
  const Trajectory run = simulate(planted.problem, GradientFlow{}, {.log10_time = 1e4});
  EXPECT_EQ(run.clock, "normalised");
  EXPECT_NEAR(run.log10_time, 1e4, 1e-6);
  EXPECT_LT(angle(run.predictor.values, planted.direction), 1e-2);
  const Trajectory asked = simulate(planted.problem, GradientFlow{.clock = Clock::normalised}, {.log10_time = 1e4});
  EXPECT_EQ((run.predictor.values - asked.predictor.values).norm(), 0.0);
  EXPECT_EQ(simulate(planted.problem, GradientFlow{}, {.log10_time = 50.0}).clock, "time");
}

}  // namespace
}  // namespace penchant
