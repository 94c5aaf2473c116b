#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/accurate.h"
#include "penchant/dynamics/simulate.h"
#include "penchant/dynamics/steppers.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::dataset_of;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

Problem regression(Index n, Index d, const ModelSpec& model, const InitSpec& init, const LossSpec& loss = Squared{}) {
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(gaussian_matrix(n, d, 1));
  data->targets = gaussian_vector(n, 2);
  return make_problem(data, model, loss, init);
}

Problem classification(Index n, Index d, const ModelSpec& model, const InitSpec& init, const LossSpec& loss) {
  auto data = std::make_shared<Dataset>();
  Matrix x = gaussian_matrix(n, d, 3);
  Vector y(n);
  for (Index i = 0; i < n; ++i) y[i] = x(i, 0) + 0.3 * x(i, 1) >= 0.0 ? 1.0 : -1.0;
  data->features = std::make_shared<DenseMap>(std::move(x));
  data->targets = std::move(y);
  return make_problem(data, model, loss, init);
}

Snapshot at_time(const Problem& problem, const GradientFlow& flow, double log10_time) {
  const auto stepper = make_gradient_flow(problem, flow);
  while (stepper->progress().log10_time < log10_time)
    if (!stepper->advance(log10_time, 1e9)) {
      ADD_FAILURE() << stepper->failure_text();
      break;
    }
  return stepper->snapshot();
}

GradientFlow flow_in(Coordinates coordinates, double rtol = 1e-10) { return {.coordinates = coordinates, .rtol = rtol}; }

TEST(gradient_flow, one_feature_of_the_linear_model_decays_exponentially) {
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(Matrix::Constant(1, 1, 2.0));
  data->targets = Vector::Constant(1, 6.0);
  const Problem problem = make_problem(data, Linear{}, Squared{}, InitSpec{.scale = 1.0});
  for (const Coordinates c : {Coordinates::weights, Coordinates::dual, Coordinates::spectral})
    for (const double t : {0.01, 0.3, 2.0})
      // beta = 3 - 2 exp(-4 t)
      EXPECT_NEAR(at_time(problem, flow_in(c), std::log10(t)).predictor.values[0], 3.0 - 2.0 * std::exp(-4.0 * t), 1e-8);
}

TEST(gradient_flow, one_feature_of_depth_two_has_its_closed_form) {
  // beta = w^2, x = 1: dbeta/dt = -4 beta (beta - y): logistic growth at rate 4 y
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(Matrix::Constant(1, 1, 1.0));
  data->targets = Vector::Constant(1, 1.5);
  const double scale = 1e-3, start = scale * scale;
  const Problem problem = make_problem(data, Diagonal{.form = DiagonalForm::power}, Squared{}, InitSpec{.scale = scale});
  for (const Coordinates c : {Coordinates::weights, Coordinates::log_weights, Coordinates::dual})
    for (const double t : {0.5, 2.0, 2.5, 4.0}) {
      const double exact = 1.5 / (1.0 + (1.5 / start - 1.0) * std::exp(-6.0 * t));
      // 14 e-foldings, each accurate to rtol a few hundred times over
      EXPECT_NEAR(at_time(problem, flow_in(c, 1e-11), std::log10(t)).predictor.values[0] / exact, 1.0, 1e-8);
    }
}

TEST(gradient_flow, one_feature_of_depth_three_leaves_its_saddle_when_it_should) {
  // beta = w^3 with y large: w' = -3 w^2 (w^3 - y) ~ 3 y w^2, so w = 1 / (1/alpha - 3 y t) while w^3 << y
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(Matrix::Constant(1, 1, 1.0));
  data->targets = Vector::Constant(1, 2.0);
  const double alpha = 1e-8;
  const Problem problem =
      make_problem(data, Diagonal{.depth = 3, .form = DiagonalForm::power}, Squared{}, InitSpec{.scale = alpha});
  const double t = 0.999 / (6.0 * alpha);
  const double w = alpha / (1.0 - 0.999);
  const double amplification = 1.0 / (1.0 - 0.999);  // of a relative error in time
  for (const Coordinates c : {Coordinates::weights, Coordinates::log_weights})
    EXPECT_NEAR(std::cbrt(at_time(problem, flow_in(c, 1e-12), std::log10(t)).predictor.values[0]) / w, 1.0, 1e-9 * amplification);
}

TEST(gradient_flow, spectral_closed_form_is_the_stepping_integrator) {
  for (const auto& [n, d] : {std::pair<Index, Index>{6, 15}, {15, 6}}) {
    const Problem problem = regression(n, d, Linear{}, InitSpec{.scale = 0.3});
    for (const double log10_time : {-2.0, -1.0, 0.0, 1.0}) {
      const Snapshot exact = at_time(problem, flow_in(Coordinates::spectral), log10_time);
      for (const Coordinates c : {Coordinates::weights, Coordinates::dual}) {
        const Snapshot stepped = at_time(problem, flow_in(c), log10_time);
        EXPECT_LE(relative_distance(stepped.predictor.values, exact.predictor.values), 1e-8) << n << " " << log10_time;
        EXPECT_NEAR(stepped.residual, exact.residual, 1e-7);
        if (exact.residual > 1e-2) {
          EXPECT_NEAR(stepped.log10_loss, exact.log10_loss, 1e-5);
        }
      }
    }
  }
}

TEST(gradient_flow, spectral_reaches_1e300_and_gives_the_least_squares_fit) {
  const Problem problem = regression(15, 6, Linear{}, InitSpec{});
  const Snapshot end = at_time(problem, flow_in(Coordinates::spectral), 300.0);
  const Matrix& x = *problem.data->features->dense();
  EXPECT_LE((x.transpose() * (x * end.predictor.values - problem.data->targets)).norm(),
            1e-12 * x.norm() * problem.data->targets.norm());
}

TEST(gradient_flow, mean_reduction_is_a_clock_n_times_slower) {
  const Index n = 5;
  const Problem sum = regression(n, 12, Diagonal{}, InitSpec{.scale = 0.1});
  const Problem mean = regression(n, 12, Diagonal{}, InitSpec{.scale = 0.1}, Squared{Reduction::mean});
  for (const Coordinates c : {Coordinates::weights, Coordinates::log_weights, Coordinates::dual})
    EXPECT_LE(relative_distance(at_time(mean, flow_in(c), std::log10(n * 0.7)).predictor.values,
                                at_time(sum, flow_in(c), std::log10(0.7)).predictor.values),
              1e-8);
}

TEST(gradient_flow, error_scales_with_rtol) {
  const Problem problem = regression(6, 15, Diagonal{}, InitSpec{.scale = 0.01});
  for (const Coordinates c : {Coordinates::weights, Coordinates::log_weights, Coordinates::dual}) {
    const Vector reference = at_time(problem, flow_in(c, 1e-12), 0.0).predictor.values;
    double previous = 1.0;
    for (const double rtol : {1e-4, 1e-6, 1e-8}) {
      const double error = relative_distance(at_time(problem, flow_in(c, rtol), 0.0).predictor.values, reference);
      EXPECT_LE(error, 300.0 * rtol);  // a few hundred steps, each within rtol
      EXPECT_LE(error, 0.2 * previous);
      previous = error;
    }
  }
}

TEST(gradient_flow, other_losses_run_in_every_coordinate) {
  const Problem problem = regression(6, 15, Diagonal{}, InitSpec{.scale = 0.1}, LogCosh{});
  const Snapshot weights = at_time(problem, flow_in(Coordinates::weights), 0.5);
  for (const Coordinates c : {Coordinates::log_weights, Coordinates::dual})
    EXPECT_LE(relative_distance(at_time(problem, flow_in(c), 0.5).predictor.values, weights.predictor.values), 1e-8);
}

// Features that the least squares over β >= 0 hold at 0 fall for ever, and no power of time is ever the last.
TEST(gradient_flow, a_positive_network_that_fits_nothing_ends_stationary) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    const Problem problem = make_problem(dataset_of(gaussian_matrix(20, 8, seed), gaussian_vector(20, 10 + seed)),
                                         Diagonal{2, DiagonalForm::power}, Squared{}, InitSpec{.scale = 0.1});
    const Trajectory run = simulate(problem, GradientFlow{}, StopSpec{});
    EXPECT_EQ(run.reason, StopReason::stationary) << run.text;
    EXPECT_TRUE(run.predictor.values.allFinite());
    EXPECT_GE(run.predictor.values.minCoeff(), 0.0);
  }
}

TEST(gradient_flow, alignment_is_kept_and_remaining_falls_with_the_residual) {
  const Problem problem = regression(6, 15, Diagonal{}, InitSpec{.scale = 0.01});
  const auto stepper = make_gradient_flow(problem, flow_in(Coordinates::log_weights));
  while (stepper->progress().residual > 1e-9) ASSERT_TRUE(stepper->advance(300.0, 1.0)) << stepper->failure_text();
  EXPECT_LE(stepper->snapshot().alignment, 1e-11);
  EXPECT_LE(stepper->remaining(), 1e-7);
  const Vector before = stepper->snapshot().predictor.values;
  const double owed = stepper->remaining();
  while (stepper->progress().residual > 1e-12) ASSERT_TRUE(stepper->advance(300.0, 1.0)) << stepper->failure_text();
  // first order in the residual
  EXPECT_NEAR((stepper->snapshot().predictor.values - before).norm() / owed, 1.0, 1e-2);
}

TEST(gradient_flow, inconsistent_targets_end_stationary_with_a_sentence) {
  const Problem problem = regression(15, 6, Linear{}, InitSpec{});
  for (const Coordinates c : {Coordinates::weights, Coordinates::spectral}) {
    const auto stepper = make_gradient_flow(problem, flow_in(c));
    int steps = 0;
    while (stepper->advance(INFINITY, 1e9) && ++steps < 100000) {}
    EXPECT_EQ(stepper->failure(), StopReason::stationary);
    EXPECT_FALSE(stepper->failure_text().empty());
    const Matrix& x = *problem.data->features->dense();
    const Vector beta = stepper->snapshot().predictor.values;
    EXPECT_LE((x.transpose() * (x * beta - problem.data->targets)).norm(), 1e-11 * x.norm() * problem.data->targets.norm());
    EXPECT_LE(stepper->remaining(), 1e-11);
  }
}

TEST(gradient_flow, normalised_clock_is_the_same_path_at_the_same_times) {
  for (const LossSpec& loss : {LossSpec(Exponential{}), LossSpec(Logistic{}), LossSpec(Logistic{Reduction::mean})})
    for (const ModelSpec& model : {ModelSpec(Linear{}), ModelSpec(Diagonal{})}) {
      const InitSpec init{.scale = std::holds_alternative<Linear>(model) ? 0.0 : 0.3};
      const Problem problem = classification(12, 5, model, init, loss);
      for (const double log10_time : {-1.0, 1.0, 3.0}) {
        GradientFlow flow = flow_in(Coordinates::automatic, 1e-11);
        const Snapshot plain = at_time(problem, flow, log10_time);
        flow.clock = Clock::normalised;
        const Snapshot fast = at_time(problem, flow, log10_time);
        EXPECT_NEAR(fast.log10_time, plain.log10_time, 1e-12);
        EXPECT_LE(relative_distance(fast.predictor.values, plain.predictor.values), 1e-8);
        EXPECT_NEAR(fast.log10_loss, plain.log10_loss, 1e-7);
        EXPECT_NEAR(fast.loss_weights.sum(), 1.0, testing::rounding(100));
      }
    }
}

TEST(gradient_flow, refuses_what_it_has_no_coordinates_for) {
  const Problem linear = regression(4, 6, Linear{}, InitSpec{});
  const Problem diagonal = regression(4, 6, Diagonal{}, InitSpec{.scale = 0.1});
  const Problem tiny_deep = regression(4, 6, Diagonal{.depth = 3}, InitSpec{.scale = 1e-10});
  EXPECT_THROW(make_gradient_flow(linear, flow_in(Coordinates::log_weights)), InvalidInput);
  EXPECT_THROW(make_gradient_flow(diagonal, flow_in(Coordinates::spectral)), InvalidInput);
  EXPECT_THROW(make_gradient_flow(tiny_deep, flow_in(Coordinates::dual)), InvalidInput);
  EXPECT_THROW(make_gradient_flow(linear, {.coordinates = Coordinates::weights, .clock = Clock::normalised}), InvalidInput);
  EXPECT_THROW(make_gradient_flow(linear, flow_in(Coordinates::weights, 0.0)), InvalidInput);
  EXPECT_THROW(make_gradient_flow(linear, {.coordinates = Coordinates::weights, .atol = -1.0}), InvalidInput);
}

}  // namespace
}  // namespace penchant
