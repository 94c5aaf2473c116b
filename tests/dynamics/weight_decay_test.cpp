#include "penchant/core/decompositions.h"
#include "penchant/dynamics/weight_decay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/dynamics/simulate.h"
#include "penchant/dynamics/together.h"
#include "support/planted.h"
#include "support/problems.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::refusal;

constexpr Index kSamples = 4, kFeatures = 7;

Problem problem_with(const ModelSpec& model, double scale, const LossSpec& loss = Squared{}) {
  Vector y = gaussian_vector(kSamples, 2);
  if (is_classification_loss(loss)) y = y.array().sign();
  return make_problem(testing::dataset_of(gaussian_matrix(kSamples, kFeatures, 1) / 2.0, y), model, loss,
                      testing::start_at(scale, model, kFeatures));
}

// u, v of u² - v² as the update says, one after the other.
Vector plain_descent(const Problem& problem, double step, double decay, int steps) {
  const Matrix& x = *problem.data->features->dense();
  Vector u = problem.start.blocks[0].values(), v = problem.start.blocks[1].values();
  for (int k = 0; k < steps; ++k) {
    const Vector g = x.transpose() * (x * (u.cwiseAbs2() - v.cwiseAbs2()) - problem.data->targets);
    const Vector du = 2.0 * u.cwiseProduct(g) + decay * u, dv = -2.0 * v.cwiseProduct(g) + decay * v;
    u -= step * du;
    v -= step * dv;
  }
  return u.cwiseAbs2() - v.cwiseAbs2();
}

TEST(WeightDecay, of_gradient_descent_is_the_plain_update) {
  const Problem problem = problem_with(Diagonal{}, 0.4);
  const Trajectory run = simulate(problem, GradientDescent{.step_size = {0.01}, .weight_decay = 0.3}, {.steps = 200});
  EXPECT_LE(testing::relative_distance(run.predictor.values, plain_descent(problem, 0.01, 0.3, 200)), testing::rounding(2000));
  const Trajectory all = simulate(problem, Stochastic{.step_size = {0.01}, .batch = kSamples, .weight_decay = 0.3}, {.steps = 200});
  EXPECT_EQ(all.predictor.values, run.predictor.values);
}

TEST(WeightDecay, of_single_batches_shrinks_every_weight_each_step) {
  const Problem problem = problem_with(Linear{}, 0.0);
  Problem fitted = problem;  // targets 0: the gradient vanishes at 0 only
  auto data = std::make_shared<Dataset>(*problem.data);
  data->targets.setZero();
  fitted.data = data;
  fitted.start.blocks[0] = SignedLog::from(Vector::Ones(kFeatures));
  const Trajectory with = simulate(fitted, Stochastic{.step_size = {0.01}, .batch = 1, .weight_decay = 5.0}, {.steps = 400});
  const Trajectory without = simulate(fitted, Stochastic{.step_size = {0.01}, .batch = 1}, {.steps = 400});
  EXPECT_LE(with.predictor.values.norm(), 1e-7);
  EXPECT_GE(without.predictor.values.norm(), 1e-2);  // the null space stays
}

TEST(WeightDecay, of_a_flow_is_what_small_steps_tend_to_in_every_chart) {
  for (const Diagonal& model : {Diagonal{}, Diagonal{.depth = 3}, Diagonal{2, DiagonalForm::product, Factors::tied},
                                Diagonal{.depth = 3, .factors = Factors::separate}}) {
    const Problem problem = problem_with(model, 0.5);
    const StopSpec stop{.time = 3.0};
    const Vector weights =
        simulate(problem, GradientFlow{.coordinates = Coordinates::weights, .weight_decay = 0.2}, stop).predictor.values;
    if (model.factors == Factors::tied) {
      const Vector logs =
          simulate(problem, GradientFlow{.coordinates = Coordinates::log_weights, .weight_decay = 0.2}, stop).predictor.values;
      // ten times the tolerances of both, three hundred steps
      EXPECT_LE(testing::relative_distance(logs, weights), 1e-7) << model.depth;
    }
    const auto steps = [&](double h) {
      return simulate(problem, GradientDescent{.step_size = {h}, .weight_decay = 0.2}, {.steps = std::lround(3.0 / h)})
          .predictor.values;
    };
    const double coarse = (steps(4e-3) - weights).norm(), fine = (steps(1e-3) - weights).norm();
    EXPECT_NEAR(coarse / fine, 4.0, 0.8) << model.depth;  // first order in the step
  }
}

TEST(WeightDecay, of_the_linear_flow_has_its_closed_form) {
  const Problem problem = problem_with(Linear{}, 0.0);
  const Matrix& x = *problem.data->features->dense();
  const Eigen::MatrixXd h = x.transpose() * x + 0.4 * Eigen::MatrixXd::Identity(kFeatures, kFeatures);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(h);
  const Vector filter = (1.0 - (-2.0 * eigen.eigenvalues().array()).exp()) / eigen.eigenvalues().array();
  const Vector exact =
      eigen.eigenvectors() * filter.asDiagonal() * eigen.eigenvectors().transpose() * (x.transpose() * problem.data->targets);
  const Trajectory run = simulate(problem, GradientFlow{.weight_decay = 0.4}, {.time = 2.0});
  EXPECT_LE(testing::relative_distance(run.predictor.values, exact), 1e-8);
}

TEST(WeightDecay, remaining_is_the_way_to_the_minimiser) {
  const Problem problem = problem_with(Linear{}, 0.0);
  const Matrix& x = *problem.data->features->dense();
  const Eigen::MatrixXd h = x.transpose() * x + 0.4 * Eigen::MatrixXd::Identity(kFeatures, kFeatures);
  const Vector ridge = h.ldlt().solve(x.transpose() * problem.data->targets);
  const Trajectory run = simulate(problem, GradientDescent{.step_size = {0.05}, .weight_decay = 0.4}, {.steps = 30});
  EXPECT_NEAR(run.remaining, (run.predictor.values - ridge).norm(), 1e-12);
  const Problem network = problem_with(Diagonal{}, 0.5);
  const Trajectory end = simulate(network, GradientDescent{.weight_decay = 0.2});
  ASSERT_EQ(end.reason, StopReason::stationary) << end.text;
  const Trajectory before =
      simulate(network, GradientDescent{.weight_decay = 0.2}, {.steps = static_cast<std::int64_t>(0.8 * end.steps)});
  const Trajectory after =
      simulate(network, GradientDescent{.weight_decay = 0.2}, {.steps = static_cast<std::int64_t>(5 * end.steps)});
  // What is left is a dying weight u: β owes u², and the others answer to 2u·u.
  const double ratio = before.remaining / (before.predictor.values - after.predictor.values).norm();
  EXPECT_GE(ratio, 1.0 - 0.05);
  EXPECT_LE(ratio, 2.0 + 0.05);  // first order, near the end
}

TEST(WeightDecay, a_run_ends_where_loss_and_decay_balance_and_not_where_it_starts_at_a_fit) {
  Problem problem = problem_with(Linear{}, 0.0);
  const Matrix& x = *problem.data->features->dense();
  problem.start.blocks[0] = SignedLog::from(x.completeOrthogonalDecomposition().solve(problem.data->targets));
  for (const Dynamics& dynamics : std::vector<Dynamics>{GradientFlow{.weight_decay = 0.1}, GradientDescent{.weight_decay = 0.1}}) {
    const Trajectory run = simulate(problem, dynamics);
    EXPECT_EQ(run.reason, StopReason::stationary) << run.text;
    EXPECT_THAT(run.text, HasSubstr("in balance"));
    EXPECT_GT(run.loss, 1e-6);
  }
}

TEST(WeightDecay, goes_on_bitwise_from_what_was_saved) {
  const Problem problem = problem_with(Diagonal{}, 0.4);
  const Dynamics dynamics = Stochastic{.step_size = {0.01}, .batch = 2, .weight_decay = 0.3};
  std::string saved;
  int asked = 0;
  SimulateOptions cut;
  cut.request = [&] { return ++asked == 40 ? Request::save_and_stop : Request::go_on; };
  cut.save = [&](const std::string& state) { saved = state; };
  simulate(problem, dynamics, {.steps = 500}, cut);
  ASSERT_FALSE(saved.empty());
  SimulateOptions rest;
  rest.resume = saved;
  EXPECT_EQ(simulate(problem, dynamics, {.steps = 500}, rest).predictor.values,
            simulate(problem, dynamics, {.steps = 500}).predictor.values);
}

TEST(WeightDecay, is_refused_where_a_method_is_of_the_loss_alone) {
  const auto of = [&](const Problem& problem, const Dynamics& dynamics, const StopSpec& stop = {}) {
    return refusal([&] { simulate(problem, dynamics, stop); });
  };
  const Problem linear = problem_with(Linear{}, 0.0), network = problem_with(Diagonal{}, 0.4);
  EXPECT_THAT(of(linear, GradientFlow{.coordinates = Coordinates::spectral, .weight_decay = 0.1}),
              HasSubstr("\"spectral\" assumes a flow without weight_decay"));
  EXPECT_THAT(of(network, GradientFlow{.coordinates = Coordinates::dual, .weight_decay = 0.1}),
              HasSubstr("\"dual\" assumes a flow without weight_decay"));
  EXPECT_THAT(of(problem_with(Diagonal{.factors = Factors::separate}, 0.4),
                 GradientFlow{.coordinates = Coordinates::log_weights, .weight_decay = 0.1}),
              HasSubstr("ratio of separate factors is unstable"));
  EXPECT_THAT(of(problem_with(Linear{}, 0.0, Logistic{}), GradientFlow{.clock = Clock::normalised, .weight_decay = 0.1}),
              HasSubstr("takes \"time\""));
  EXPECT_THAT(of(linear, GradientDescent{.step_size = {0.1}, .closed_form = true, .weight_decay = 0.1}),
              HasSubstr("closed_form is for a run without weight_decay"));
  EXPECT_THAT(of(linear, GradientDescent{.step_size = {0.1}, .weight_decay = 100.0}),
              HasSubstr("is not below the stability bound"));
  EXPECT_THAT(of(linear, GradientDescent{.weight_decay = -1.0}), HasSubstr("weight_decay is -1, expected a number >= 0"));
  EXPECT_THAT(of(linear, GradientFlow{.weight_decay = -1.0}), HasSubstr("weight_decay is -1, expected a number >= 0"));
  EXPECT_THAT(of(network, GradientDescent{.weight_decay = 0.1}, {.alignment = 1e-3}), HasSubstr("not defined with weight decay"));
  EXPECT_FALSE(can_train_together(network, GradientDescent{.step_size = {0.01}, .weight_decay = 0.1}));
  EXPECT_TRUE(can_train_together(network, GradientDescent{.step_size = {0.01}}));
  const Trajectory run = simulate(network, GradientDescent{.step_size = {0.01}, .weight_decay = 0.1}, {.steps = 10});
  EXPECT_TRUE(run.measured.empty());  // the sums of C6 are of the loss alone
  EXPECT_TRUE(std::isnan(run.snapshots.back().alignment));
}

TEST(WeightDecay, of_a_classification_ends_at_a_finite_minimiser) {
  const Problem problem = problem_with(Linear{}, 0.0, Logistic{});
  const Trajectory descent = simulate(problem, GradientDescent{.weight_decay = 0.1});
  EXPECT_EQ(descent.reason, StopReason::stationary) << descent.text;
  const Trajectory flow = simulate(problem, GradientFlow{.weight_decay = 0.1});
  EXPECT_EQ(flow.reason, StopReason::stationary) << flow.text;
  EXPECT_LE(testing::relative_distance(flow.predictor.values, descent.predictor.values), 1e-7);
}

}  // namespace
}  // namespace penchant
