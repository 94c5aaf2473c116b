#include "penchant/dynamics/flow_normalised.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/dynamics/flow_escape.h"
#include "penchant/dynamics/magnification.h"
#include "penchant/dynamics/simulate.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

constexpr Index kSamples = 3, kFeatures = 6;
constexpr double kTolerance = 1e-11;
// A run is at most some 10^4 steps of it.
constexpr double kRun = 1e4 * kTolerance;

Problem network(int depth, double rate_r, const InitSpec& init, const LossSpec& loss = Squared{}) {
  const Matrix x = gaussian_matrix(kSamples, kFeatures, 41);
  return testing::problem_of(x, x * Vector(gaussian_vector(kFeatures, 42).cwiseAbs()), WeightNormalised{depth, rate_r}, loss, init);
}

GradientFlow flow_in(Coordinates coordinates) { return {.coordinates = coordinates, .rtol = kTolerance}; }

// I - gamma J by central differences of the velocity, against what prepare() and solve() invert.
TEST(FlowNormalised, the_newton_matrix_is_that_of_its_velocity) {
  for (int depth : {2, 3, 4})
    for (bool in_logs : {true, false}) {
      NormalisedFlow flow(network(depth, 0.3, {.scale = 0.8, .shape = {1, 2, 0.5, 1, 1.5, 1}}), in_logs, {kTolerance, 0.0});
      Vector y = flow.start();
      if (in_logs) y += 0.1 * gaussian_vector(y.size(), 3);
      else y.array() *= (0.1 * gaussian_vector(y.size(), 3)).array().exp();
      constexpr double kGamma = 0.2;
      Eigen::MatrixXd jacobian(y.size(), y.size());
      Vector above(y.size()), below(y.size());
      for (Index k = 0; k < y.size(); ++k) {
        const double h = testing::difference_step(y[k]);
        ASSERT_TRUE(flow.velocity(0.0, y + h * Vector::Unit(y.size(), k), above));
        ASSERT_TRUE(flow.velocity(0.0, y - h * Vector::Unit(y.size(), k), below));
        jacobian.col(k) = (above - below) / (2.0 * h);
      }
      const Vector b = gaussian_vector(y.size(), 4);
      Vector solved = b;
      ASSERT_TRUE(flow.prepare(0.0, y, kGamma));
      flow.solve(solved);
      const Vector back = solved - kGamma * (jacobian * solved);
      EXPECT_LT(relative_distance(back, b), 1e-7) << "depth " << depth << (in_logs ? ", logs" : ", weights");
    }
}

// One sample, one feature: v/|v| = 1, so w = r and dr/dt = -rate_r N r^{N-1} (r^N - y);
// for N = 2 r² grows logistically at rate 4 rate_r y.
TEST(FlowNormalised, one_feature_has_its_closed_form) {
  const double rate = 0.3, target = 2.0, start = 0.1;
  const Problem problem = testing::problem_of(Matrix::Constant(1, 1, 1.0), Vector::Constant(1, target), WeightNormalised{2, rate},
                                              Squared{}, {.scale = std::sqrt(start)});
  for (const double t : {0.3, 2.0}) {
    const double grown = target / (1.0 + (target / start - 1.0) * std::exp(-4.0 * rate * target * t));
    for (const Coordinates c : {Coordinates::weights, Coordinates::log_weights})
      EXPECT_NEAR(simulate(problem, flow_in(c), {.time = t}).predictor.values[0] / grown, 1.0, kRun);
  }
}

TEST(FlowNormalised, weights_and_their_logs_run_alike_and_keep_the_length_of_v) {
  for (int depth : {2, 3}) {
    const Problem problem = network(depth, 0.05, {.scale = 0.7});
    const Trajectory weights = simulate(problem, flow_in(Coordinates::weights), {.residual = 1e-10});
    const Trajectory logs = simulate(problem, flow_in(Coordinates::log_weights), {.residual = 1e-10});
    ASSERT_EQ(weights.reason, StopReason::residual) << weights.text;
    EXPECT_LT(relative_distance(weights.predictor.values, logs.predictor.values), kRun) << "depth " << depth;
    for (const Trajectory* run : {&weights, &logs}) {
      EXPECT_LT(run->conserved_drift, kRun);
      EXPECT_LT(run->snapshots.back().alignment, kRun);
      EXPECT_LT(run->remaining, 1e-8);
    }
  }
}

// Three ways to the same number: the sum over the run's gradients, the share outside row(X) in its weights,
// the formula at its last radius.
TEST(FlowNormalised, the_magnification_accumulated_is_the_one_that_the_weights_show) {
  for (int depth : {2, 3, 4})
    for (double rate : {depth == 2 ? 0.02 : 0.15, 0.3, 5.0}) {  // ρ^{N-2} is a wait: log10 ρ of 6 at the least rates
      const Problem problem = network(depth, rate, {.scale = 0.6, .shape = {1, 2, 0.5, 1, 1.5, 1}});
      const Trajectory run = simulate(problem, flow_in(Coordinates::log_weights), {.residual = 1e-10});
      ASSERT_EQ(run.reason, StopReason::residual) << "depth " << depth << ", rate " << rate << ": " << run.text;
      const double accumulated = run.measured.at("log_magnification").values[0],
                   seen = run.measured.at("log_magnification_of_weights").values[0];
      EXPECT_NEAR(accumulated / seen, 1.0, 1e-6) << "depth " << depth << ", rate " << rate;
      const double r2 = run.predictor.values.array().pow(2.0 / depth).sum(),
                   formula = 0.5 * std::log(0.36 / r2) + (r2 - 0.36) / (2.0 * rate);
      EXPECT_NEAR(seen / formula, 1.0, 1e-6) << "depth " << depth << ", rate " << rate;
      EXPECT_GT(std::abs(seen / (0.5 * std::log(0.36 / r2) + (r2 - 0.36) / rate) - 1.0), 0.05) << "without the 2 it would not fit";
    }
}

TEST(FlowNormalised, descent_with_small_steps_follows_the_flow) {
  const Problem problem = network(3, 0.5, {.scale = 0.8});
  const Trajectory flow = simulate(problem, flow_in(Coordinates::weights), {.residual = 1e-12});
  const auto distance = [&](double step) {
    const Trajectory run = simulate(problem, GradientDescent{.step_size = {step}}, {.steps = 5'000'000, .residual = 1e-12});
    EXPECT_EQ(run.reason, StopReason::residual) << run.text;
    return relative_distance(run.predictor.values, flow.predictor.values);
  };
  EXPECT_NEAR(distance(8e-4) / distance(2e-4), 4.0, 0.8) << "first order in the step";
}

TEST(FlowNormalised, what_it_cannot_run_is_refused) {
  const Problem problem = network(2, 0.3, {.scale = 0.8});
  EXPECT_THAT(testing::refusal([&] { simulate(problem, flow_in(Coordinates::dual)); }), HasSubstr("no mirror flow"));
  EXPECT_THAT(testing::refusal([&] { simulate(problem, GradientFlow{.clock = Clock::normalised}); }), HasSubstr("clock \"time\""));
  Problem negative = problem;
  negative.start.blocks[1].sign[2] = -1.0;
  EXPECT_THAT(testing::refusal([&] { simulate(negative, GradientFlow{}); }), HasSubstr("needs v_0 > 0, and feature 3 starts at"));
}

// From r_0 = 1e-6 the radius grows e-fold in a time 1/k, the predictor ten-fold within a tenth of the escape.
TEST(FlowNormalised, a_run_that_ends_at_its_saddle_says_when_it_would_leave) {
  const Problem problem = network(2, 1.0, {.scale = 1e-6});
  const double escape = log10_escape_time(problem);
  const Trajectory early = simulate(problem, GradientFlow{}, {.log10_time = escape - 1.5});
  EXPECT_FALSE(early.left_saddle);
  EXPECT_THAT(early.text, HasSubstr("still at the saddle of its start, which the flow leaves at about t = "));
  EXPECT_TRUE(simulate(problem, GradientFlow{}, {.log10_time = escape + 0.5}).left_saddle);
}

}  // namespace
}  // namespace penchant
