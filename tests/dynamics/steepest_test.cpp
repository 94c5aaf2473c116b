#include "penchant/core/decompositions.h"
#include "penchant/dynamics/steepest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;
using ::testing::HasSubstr;

Vector after(const Problem& problem, const Steepest& dynamics, double steps) {
  const auto stepper = make_steepest(problem, dynamics);
  stepper->advance(kInfinity, steps);
  EXPECT_EQ(stepper->progress().steps, steps) << stepper->failure_text();
  return stepper->snapshot().predictor.values;
}

// x = (2, -1), y = 1 from 0: r = -1, g = (-2, 1).
const Matrix kX{{2.0, -1.0}};
const Vector kY{{1.0}};

TEST(Steepest, one_step_in_each_norm_is_the_formula) {
  const Problem problem = linear_problem(kX, kY, Vector::Zero(2));
  const double eta = 0.05;
  EXPECT_LE(relative_distance(after(problem, steepest(SteepestNorm::l2, {eta}), 1), eta * Vector{{2.0, -1.0}}), rounding(8));
  EXPECT_LE(relative_distance(after(problem, steepest(SteepestNorm::l1, {eta}), 1), eta * Vector{{2.0, 0.0}}), rounding(8));
  EXPECT_LE(relative_distance(after(problem, steepest(SteepestNorm::linf, {eta}), 1), eta * 3.0 * Vector{{1.0, -1.0}}),
            rounding(8));
}

TEST(Steepest, the_cyclic_rule_takes_coordinates_in_order_and_minimises_each) {
  const Problem problem = linear_problem(kX, kY, Vector::Zero(2));
  const Steepest cyclic = steepest(SteepestNorm::l1, {}, CoordinateRule::cyclic);
  EXPECT_LE(relative_distance(after(problem, cyclic, 1), Vector{{0.5, 0.0}}), rounding(8));
  const Steepest constant = steepest(SteepestNorm::l1, {0.1}, CoordinateRule::cyclic);
  // First 0.1·2 on coordinate 0, then r = 0.4 - 1 = -0.6 and 0.1·(-0.6) on coordinate 1.
  EXPECT_LE(relative_distance(after(problem, constant, 2), Vector{{0.2, -0.06}}), rounding(20));
}

TEST(Steepest, coordinate_steps_agree_with_whole_gradients_to_rounding) {
  const Matrix x = gaussian_matrix(5, 9, 1);
  const Vector y = gaussian_vector(5, 2), start = gaussian_vector(9, 3);
  for (const LossSpec& loss : {LossSpec{Squared{}}, LossSpec{LogCosh{Reduction::mean}}})
    for (CoordinateRule rule : {CoordinateRule::greedy, CoordinateRule::cyclic}) {
      const bool squared = std::holds_alternative<Squared>(loss);
      const double eta = squared ? 0.02 : 0.1;
      Vector beta = start;
      for (Index k = 0; k < 40; ++k) {  // over four sweeps
        const Vector r = x * beta - y;
        const Vector g = x.transpose() * (squared ? r : Vector(r.array().tanh() / 5.0));
        Index j = k % 9;
        if (rule == CoordinateRule::greedy) g.cwiseAbs().maxCoeff(&j);
        beta[j] -= eta * g[j];
      }
      EXPECT_LE(relative_distance(after(linear_problem(x, y, start, loss), steepest(SteepestNorm::l1, {eta}, rule), 40), beta),
                rounding(500));
    }
}

TEST(Steepest, smoothness_bounds_the_quadratic_form_on_the_unit_ball) {
  const Matrix x = gaussian_matrix(4, 6, 5);
  const DenseMap map(x);
  const Eigen::MatrixXd h = x.transpose() * x;
  EXPECT_NEAR(smoothness(map, SteepestNorm::l1), h.diagonal().maxCoeff(), rounding(50) * h.norm());
  EXPECT_NEAR(smoothness(map, SteepestNorm::l2),
              std::pow(Eigen::JacobiSVD<Eigen::MatrixXd>(Eigen::MatrixXd(x)).singularValues()[0], 2), rounding(200) * h.norm());
  double exact = 0.0;  // over all sign vectors
  for (int bits = 0; bits < 64; ++bits) {
    Vector v(6);
    for (Index j = 0; j < 6; ++j) v[j] = (bits >> j) & 1 ? 1.0 : -1.0;
    exact = std::max(exact, v.dot(h * v));
  }
  EXPECT_GE(smoothness(map, SteepestNorm::linf), exact * (1.0 - rounding(50)));
  EXPECT_LE(smoothness(map, SteepestNorm::linf), 3.0 * exact);
}

TEST(Steepest, the_loss_falls_at_every_step_up_to_the_bound) {
  const Matrix x = gaussian_matrix(4, 7, 6);
  const DenseMap map(x);
  for (SteepestNorm norm : {SteepestNorm::l1, SteepestNorm::l2, SteepestNorm::linf}) {
    const double eta = 1.99 / smoothness(map, norm);
    const auto stepper = make_steepest(linear_problem(x, gaussian_vector(4, 7), gaussian_vector(7, 8)), steepest(norm, {eta}));
    double last = stepper->progress().log_loss;
    for (int k = 0; k < 200 && last > std::log(1e-20); ++k) {
      ASSERT_TRUE(stepper->advance(kInfinity, 1));
      EXPECT_LT(stepper->progress().log_loss, last);
      last = stepper->progress().log_loss;
    }
  }
}

TEST(Steepest, a_step_past_the_bound_is_refused_unless_forced_and_then_its_divergence_is_recorded) {
  const Problem problem = linear_problem(kX, kY, Vector::Zero(2));  // S = 4 (l1), 5 (l2), 9 (linf)
  for (const auto& [norm, smooth] :
       {std::pair{SteepestNorm::l1, 4.0}, std::pair{SteepestNorm::l2, 5.0}, std::pair{SteepestNorm::linf, 9.0}}) {
    EXPECT_NO_THROW(make_steepest(problem, steepest(norm, {1.999 / smooth})));
    Steepest past = steepest(norm, {2.5 / smooth});
    EXPECT_THAT(refusal([&] { make_steepest(problem, past); }), HasSubstr("is not below 2/(S c) = "));
    past.force = true;
    const auto stepper = make_steepest(problem, past);
    EXPECT_FALSE(stepper->advance(kInfinity, 1e5));
    EXPECT_EQ(stepper->failure(), StopReason::diverged);
    EXPECT_THAT(stepper->failure_text(), HasSubstr("the loss grew"));
  }
}

TEST(Steepest, exponential_and_logistic_steps_are_bounded_by_their_curvature) {
  const Problem logistic = linear_problem(Matrix{{2.0}}, Vector{{1.0}}, Vector::Zero(1), Logistic{});
  EXPECT_NEAR(make_steepest(logistic, steepest(SteepestNorm::l2))->progress().log_loss, std::log(std::log(2.0)), rounding(8));
  EXPECT_NO_THROW(make_steepest(logistic, steepest(SteepestNorm::l2, {1.99})));  // 2/(4/4)
  EXPECT_THROW(make_steepest(logistic, steepest(SteepestNorm::l2, {2.01})), InvalidInput);
  const Problem exponential = linear_problem(Matrix{{2.0}}, Vector{{1.0}}, Vector{{-1.0}}, Exponential{});  // L(β_0) = e²
  EXPECT_NO_THROW(make_steepest(exponential, steepest(SteepestNorm::l2, {0.499 * std::exp(-2.0)})));
  EXPECT_THROW(make_steepest(exponential, steepest(SteepestNorm::l2, {0.501 * std::exp(-2.0)})), InvalidInput);
}

TEST(Steepest, other_models_find_their_step_by_halving) {
  for (SteepestNorm norm : {SteepestNorm::l1, SteepestNorm::l2, SteepestNorm::linf}) {
    const Problem problem = make_problem(dataset_of(gaussian_matrix(3, 6, 9), gaussian_vector(3, 10)), Diagonal{}, Squared{},
                                         InitSpec{.scale = 0.5, .shape = {}, .factors = {}, .seed = {}});
    for (CoordinateRule rule : {CoordinateRule::greedy, CoordinateRule::cyclic}) {
      if (rule == CoordinateRule::cyclic && norm != SteepestNorm::l1) continue;
      const auto stepper = make_steepest(problem, steepest(norm, {}, rule));
      while (stepper->progress().residual > 1e-6 && stepper->progress().steps < 2e5)
        if (!stepper->advance(kInfinity, 100)) break;
      EXPECT_LE(stepper->progress().residual, 1e-6) << stepper->failure_text();
      EXPECT_TRUE(std::isfinite(stepper->remaining()));
    }
  }
}

TEST(Steepest, a_start_at_the_fit_is_stationary) {
  const auto stepper = make_steepest(linear_problem(kX, kX * Vector::Ones(2), Vector::Ones(2)), steepest(SteepestNorm::l1));
  EXPECT_FALSE(stepper->advance(kInfinity, 3));
  EXPECT_EQ(stepper->failure(), StopReason::stationary);
  EXPECT_THAT(stepper->failure_text(), HasSubstr("steepest l1: the gradient is exactly 0"));
}

TEST(Steepest, refusals_say_what_is_wrong) {
  const Problem problem = linear_problem(kX, kY, Vector::Zero(2));
  EXPECT_THAT(refusal([&] { make_steepest(problem, steepest(SteepestNorm::l2, {}, CoordinateRule::cyclic)); }),
              HasSubstr("rule = \"cyclic\" needs norm = \"l1\", got l2"));
  EXPECT_THAT(refusal([&] { make_steepest(linear_problem(Matrix::Zero(1, 2), kY, Vector::Zero(2)), steepest(SteepestNorm::l2)); }),
              HasSubstr("every feature is 0"));
}

}  // namespace
}  // namespace penchant
