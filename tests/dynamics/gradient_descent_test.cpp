#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/dynamics/fused_descent.h"
#include "penchant/dynamics/least_squares_closed_form.h"
#include "penchant/dynamics/stability.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using namespace testing;

constexpr Diagonal kSigned{2, DiagonalForm::difference_of_powers, Factors::tied};

Problem least_squares(Reduction reduction = Reduction::sum, double scale = 0.3) {
  return problem_of(gaussian_matrix(4, 7, 1), gaussian_vector(4, 2), Linear{}, Squared{reduction}, InitSpec{.scale = scale});
}

double top(const Problem& problem) { return top_eigenvalue(*problem.data->features, Vector::Ones(problem.data->dimension())); }

// theta after k steps, written out.
Vector stepped(const Problem& problem, double eta, double mu, bool nesterov, int steps) {
  const Matrix& x = *problem.data->features->dense();
  Vector beta = problem.start.theta(), before = beta;
  for (int k = 0; k < steps; ++k) {
    const Vector ahead = beta + mu * (beta - before);
    const Vector at = nesterov ? ahead : beta;
    const Vector next = ahead - eta * (x.transpose() * (x * at - problem.data->targets));
    before = beta;
    beta = next;
  }
  return beta;
}

TEST(GradientDescent, heavy_ball_and_nesterov_are_their_recursions) {
  const Problem problem = least_squares();
  const double eta = 0.3 / top(problem);
  for (double mu : {0.0, 0.6})
    for (bool nesterov : {false, true}) {
      const Trajectory run = train(problem, GradientDescent{{eta}, mu, nesterov, false, false}, {.steps = 40});
      EXPECT_LT(relative_distance(run.predictor.values, stepped(problem, eta, mu, nesterov, 40)), rounding(40 * 20));
      EXPECT_NEAR(run.time, 40 * eta, rounding(60) * 40 * eta);
    }
}

TEST(GradientDescent, ends_at_the_nearest_interpolant_whatever_the_momentum) {
  const Problem problem = least_squares();
  const Matrix& x = *problem.data->features->dense();
  const Vector start = problem.start.theta();
  const Vector nearest = start + Eigen::MatrixXd(x).completeOrthogonalDecomposition().solve(problem.data->targets - x * start);
  for (double mu : {0.0, 0.5})
    for (bool nesterov : {false, true}) {
      const Trajectory run = train(problem, GradientDescent{{0.5 / top(problem)}, mu, nesterov, false, false}, {.residual = 1e-13});
      EXPECT_EQ(run.reason, StopReason::residual) << run.text;
      // the residual over the smallest singular value
      EXPECT_LT(relative_distance(run.predictor.values, nearest), 1e-11);
      EXPECT_LT(run.snapshots.back().alignment, 1e-12);
      EXPECT_LT(run.remaining, 1e-11);
    }
}

TEST(GradientDescent, remaining_is_the_distance_to_the_end) {
  const Problem problem = least_squares();
  const Trajectory part = train(problem, GradientDescent{{0.5 / top(problem)}}, {.steps = 10});
  const Trajectory whole = train(problem, GradientDescent{{0.5 / top(problem)}}, {.residual = 1e-14});
  EXPECT_NEAR(part.remaining, (part.predictor.values - whole.predictor.values).norm(), 1e-10 * part.remaining);
}

TEST(GradientDescent, mean_reduction_divides_the_gradient_by_the_samples) {
  const double eta = 0.3 / top(least_squares());
  const Trajectory sum = train(least_squares(), GradientDescent{{eta}}, {.steps = 25});
  const Trajectory mean = train(least_squares(Reduction::mean), GradientDescent{{4.0 * eta}}, {.steps = 25});
  EXPECT_LT(relative_distance(sum.predictor.values, mean.predictor.values), rounding(500));
}

TEST(GradientDescent, a_step_at_the_stability_bound_is_refused_with_the_bound) {
  const Problem problem = least_squares();
  const double lambda = top(problem);
  EXPECT_THAT(refusal([&] { train(problem, GradientDescent{{2.01 / lambda}}); }), HasSubstr("stability bound 2/λ ="));
  EXPECT_THAT(refusal([&] { train(problem, GradientDescent{{3.7 / lambda}, 0.9, false, false, false}, {.steps = 1}); }),
              "nothing was refused");
  EXPECT_THAT(refusal([&] { train(problem, GradientDescent{{3.81 / lambda}, 0.9, false, false, false}); }), HasSubstr("2(1+μ)/λ"));
  EXPECT_THAT(refusal([&] { train(problem, GradientDescent{{1.36 / lambda}, 0.9, true, false, false}); }),
              HasSubstr("2(1+μ)/((1+2μ)λ)"));
}

TEST(GradientDescent, divergence_of_a_forced_step_is_recorded) {
  const Problem problem = least_squares();
  const Trajectory run = train(problem, GradientDescent{{2.2 / top(problem)}, 0.0, false, true, false});
  EXPECT_EQ(run.reason, StopReason::diverged);
  EXPECT_THAT(run.text, HasSubstr("loss grew"));
}

TEST(GradientDescent, the_bound_is_sharp) {
  const Problem problem = least_squares();
  for (double mu : {0.0, 0.7})
    for (bool nesterov : {false, true}) {
      const double bound = stability_bound(top(problem), mu, nesterov);
      EXPECT_EQ(train(problem, GradientDescent{{0.98 * bound}, mu, nesterov, false, false}).reason, StopReason::residual);
      EXPECT_EQ(train(problem, GradientDescent{{1.02 * bound}, mu, nesterov, true, false}).reason, StopReason::diverged);
    }
}

TEST(GradientDescent, automatic_step_trains_every_model_and_loss) {
  const Matrix x = gaussian_matrix(5, 8, 3);
  const Vector y = gaussian_vector(5, 4), labels = (x * gaussian_vector(8, 6)).cwiseSign();
  std::vector<ModelSpec> models = {Linear{}};
  for (int depth : {2, 3}) models.push_back(Diagonal{depth, DiagonalForm::difference_of_powers, Factors::tied});
  models.push_back(Diagonal{2, DiagonalForm::difference_of_powers, Factors::separate});
  models.push_back(Diagonal{2, DiagonalForm::product, Factors::tied});
  for (const ModelSpec& model : models)
    for (Reduction reduction : {Reduction::sum, Reduction::mean}) {
      for (const LossSpec& loss : {LossSpec{Squared{reduction}}, LossSpec{LogCosh{reduction}}}) {
        const Trajectory run = train(problem_of(x, y, model, loss, InitSpec{.scale = 0.3}), GradientDescent{});
        EXPECT_EQ(run.reason, StopReason::residual) << run.text;
      }
      for (const LossSpec& loss : {LossSpec{Logistic{reduction}}, LossSpec{Exponential{reduction}}}) {
        const Trajectory run =
            train(problem_of(x, labels, model, loss, InitSpec{.scale = 0.3}), GradientDescent{}, {.steps = 5000});
        EXPECT_EQ(run.reason, StopReason::steps) << run.text;
        EXPECT_LT(run.log10_loss, run.snapshots.front().log10_loss - 1.0);
        EXPECT_NEAR(run.snapshots.back().loss_weights.sum(), 1.0, rounding(20));
      }
    }
}

TEST(GradientDescent, loss_proportional_step_divides_by_the_loss) {
  const Problem problem = problem_of(Matrix{{1.0}}, Vector{{1.0}}, Linear{}, Exponential{}, InitSpec{});
  // beta_{k+1} = beta_k + (c e^beta) e^-beta: c a step, whatever the loss
  const Trajectory run = train(problem, GradientDescent{{LossProportionalStep{0.5}}}, {.steps = 2000});
  EXPECT_NEAR(run.predictor.values[0], 1000.0, rounding(2000) * 1000.0);
  EXPECT_NEAR(run.log10_loss, -1000.0 / std::log(10.0), 1e-9);
}

TEST(GradientDescent, a_start_no_double_holds_is_refused) {
  const Matrix x = gaussian_matrix(2, 3, 1);
  const Problem problem =
      problem_of(x, Vector{{1.0, 2.0}}, kSigned, Squared{}, InitSpec{.scale = 1e-300, .shape = {1e-300, 1.0, 1.0}});
  EXPECT_THAT(refusal([&] { train(problem, GradientDescent{}); }), HasSubstr("log_weights"));
}

TEST(GradientDescent, leaves_the_saddle_before_it_may_stop) {
  const Problem problem =
      problem_of(gaussian_matrix(3, 6, 1), gaussian_vector(3, 2), kSigned, Squared{}, InitSpec{.scale = 1e-100});
  const Trajectory early = train(problem, GradientDescent{{1e-3}}, {.steps = 20});
  EXPECT_FALSE(early.left_saddle);
  const Trajectory late = train(problem, GradientDescent{});
  EXPECT_EQ(late.reason, StopReason::residual) << late.text;
  EXPECT_TRUE(late.left_saddle);
}

TEST(FusedDescent, is_the_general_stepper_up_to_rounding) {
  const Problem problem =
      problem_of(gaussian_matrix(7, 19, 1), gaussian_vector(7, 2), kSigned, Squared{Reduction::mean}, InitSpec{.scale = 0.2});
  const DescentRule rule{{0.02}};
  ASSERT_TRUE(has_fused_descent(problem, rule));
  const StopSpec stop{.steps = 400};
  const auto run = [&](std::unique_ptr<Stepper> stepper) {
    return run_loop(problem, *stepper, false, stop_limits(problem, GradientDescent{}, stop), {});
  };
  const Trajectory fused = run(make_fused_descent(problem, rule, "gradient_descent")),
                   general = run(make_descent(problem, rule, "gradient_descent"));
  // rounding of 400 steps in a contracting iteration
  EXPECT_LT(relative_distance(fused.predictor.values, general.predictor.values), rounding(400 * 10));
  EXPECT_EQ(fused.steps, general.steps);
  for (const char* key : {"sgd_gain_plus", "sgd_gain_minus"})
    EXPECT_LT(relative_distance(fused.measured.at(key).values, general.measured.at(key).values), rounding(400 * 40)) << key;
}

TEST(FusedDescent, ends_at_the_first_step_past_divergence) {
  const Problem problem = problem_of(gaussian_matrix(7, 19, 1), gaussian_vector(7, 2), kSigned, Squared{}, InitSpec{.scale = 0.01});
  const Trajectory run = train(problem, GradientDescent{{0.2}});
  EXPECT_EQ(run.reason, StopReason::diverged) << run.text;
  EXPECT_TRUE(std::isfinite(run.log10_loss));
  EXPECT_TRUE(run.predictor.values.allFinite());
}

TEST(ClosedForm, agrees_with_stepping) {
  const Problem problem = least_squares();
  for (double mu : {0.0, 0.3, 0.9})
    for (bool nesterov : {false, true})
      for (double part : {0.02, 0.3, 0.9}) {
        const double eta = part * stability_bound(top(problem), mu, nesterov);
        for (int steps : {1, 2, 7, 500}) {
          const Trajectory closed = train(problem, GradientDescent{{eta}, mu, nesterov, false, true}, {.steps = steps});
          const Vector expected = stepped(problem, eta, mu, nesterov, steps);
          // theory.md A1: 1e-12; rounding of 500 steps is 500·20 eps = 2e-12
          EXPECT_LT(relative_distance(closed.predictor.values, expected), 2e-12) << mu << nesterov << part << " " << steps;
          EXPECT_EQ(closed.steps, steps);
        }
      }
}

TEST(ClosedForm, slow_directions_are_right_after_a_trillion_steps) {
  // h = 1e-12: (1-h)^k -> exp(-1) at k = 1e12, heavy ball exp(-h k/(1-mu)) up to O(h)
  EXPECT_NEAR(error_decay(1e-12, 0.0, false, 1e12), std::exp(-1.0), 1e-11);
  EXPECT_NEAR(error_decay(1e-12, 0.5, false, 1e12), std::exp(-2.0), 1e-11);
  EXPECT_NEAR(error_decay(1e-12, 0.5, true, 1e12), std::exp(-2.0), 1e-11);
}

TEST(ClosedForm, double_root_has_its_limit) {
  // heavy ball at h = (1-sqrt(mu))^2: lambda = sqrt(mu) twice, a_k = lambda^k (1 + k (1-h-lambda)/lambda)
  const double mu = 0.25, lambda = 0.5, h = 0.25;
  for (double k : {1.0, 5.0, 20.0}) {
    const double exact = std::pow(lambda, k) * (1.0 + k * (1.0 - h - lambda) / lambda);
    EXPECT_NEAR(error_decay(h, mu, false, k), exact, rounding(64));
    EXPECT_NEAR(error_decay(h * (1.0 + 1e-13), mu, false, k), exact, 1e-11) << "no jump beside it";
  }
}

TEST(ClosedForm, inconsistent_data_end_at_least_squares) {
  const Matrix x = gaussian_matrix(9, 3, 1);
  const Vector y = gaussian_vector(9, 2);
  const Problem problem = problem_of(x, y, Linear{}, Squared{}, InitSpec{});
  const Trajectory run = train(problem, GradientDescent{{AutoStep{}}, 0.0, false, false, true}, {.steps = 1'000'000'000'000});
  EXPECT_LT(relative_distance(run.predictor.values, Eigen::MatrixXd(x).colPivHouseholderQr().solve(y)), 1e-13);
  EXPECT_EQ(train(problem, GradientDescent{{AutoStep{}}, 0.0, false, false, true}).reason, StopReason::stationary);
}

TEST(ClosedForm, refuses_what_has_none) {
  const Problem diagonal = problem_of(gaussian_matrix(2, 3, 1), Vector{{1.0, 2.0}}, kSigned, Squared{}, InitSpec{.scale = 0.1});
  EXPECT_THAT(refusal([&] { train(diagonal, GradientDescent{{0.1}, 0.0, false, false, true}); }),
              HasSubstr("linear model with squared loss"));
  EXPECT_THAT(refusal([&] { train(least_squares(), GradientDescent{{PowerStep{0.01, 0.5}}, 0.0, false, false, true}); }),
              HasSubstr("constant step_size"));
}

}  // namespace
}  // namespace penchant
