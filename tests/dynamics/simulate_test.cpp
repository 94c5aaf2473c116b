#include "penchant/dynamics/simulate.h"

#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::problem_of;

// Every kind of training whose iterates stay in beta_0 + row(X) ends at the same interpolant of a consistent linear problem.
TEST(Simulate, every_row_space_method_ends_at_one_interpolant) {
  const Problem problem = problem_of(gaussian_matrix(4, 9, 1), gaussian_vector(4, 2), Linear{}, Squared{}, InitSpec{.scale = 0.2});
  const std::vector<Dynamics> all = {GradientFlow{}, GradientDescent{}, GradientDescent{.momentum = 0.5, .nesterov = true},
                                     Stochastic{.batch = 2}, Mirror{}, Steepest{}, ConjugateGradient{}, Bfgs{}, Lbfgs{}};
  const Vector end = simulate(problem, all.front(), {.residual = 1e-12}).predictor.values;
  for (const Dynamics& dynamics : all) {
    const Trajectory run = simulate(problem, dynamics, {.residual = 1e-12});
    EXPECT_EQ(run.reason, StopReason::residual) << to_value(dynamics).find("kind")->describe() << ": " << run.text;
    // residuals of 1e-12 over a smallest singular value of order 1, for each of the two
    EXPECT_LT(testing::relative_distance(run.predictor.values, end), 1e-11) << to_value(dynamics).find("kind")->describe();
    EXPECT_EQ(run.snapshots.front().steps, 0.0);
    EXPECT_EQ(run.snapshots.back().log10_loss, run.log10_loss);
    EXPECT_EQ(run.clock, "time");
  }
}

TEST(Simulate, a_fit_at_the_start_ends_the_run_there) {
  const Problem problem = problem_of(gaussian_matrix(4, 9, 1), Vector::Zero(4), Linear{}, Squared{}, InitSpec{});
  const Trajectory run = simulate(problem, GradientDescent{});
  EXPECT_EQ(run.reason, StopReason::residual);
  EXPECT_EQ(run.steps, 0.0);
  EXPECT_EQ(run.loss, 0.0);
  EXPECT_EQ(run.snapshots.size(), 1u);
}

TEST(Simulate, one_sample_and_one_feature_are_a_problem_too) {
  const Problem problem = problem_of(Matrix{{2.0}}, Vector{{3.0}}, Diagonal{}, Squared{}, InitSpec{.scale = 0.1});
  for (const Dynamics& dynamics : {Dynamics(GradientFlow{}), Dynamics(GradientDescent{})}) {
    const Trajectory run = simulate(problem, dynamics);
    EXPECT_EQ(run.reason, StopReason::residual) << run.text;
    EXPECT_NEAR(run.predictor.values[0], 1.5, 1e-9);
  }
}

}  // namespace
}  // namespace penchant
