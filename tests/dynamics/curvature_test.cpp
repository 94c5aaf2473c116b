#include "penchant/core/decompositions.h"
#include "penchant/dynamics/curvature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

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
using testing::problem_of;
using testing::refusal;
using testing::train;

struct Model {
  ModelSpec model;
  LossSpec loss;
};

std::vector<Model> models() {
  return {{Linear{}, Squared{}},
          {Diagonal{}, Squared{Reduction::mean}},
          {Diagonal{3, DiagonalForm::power, Factors::tied}, Squared{}},
          {Diagonal{2, DiagonalForm::product, Factors::tied}, LogCosh{}},
          {Diagonal{3, DiagonalForm::difference_of_powers, Factors::separate}, Logistic{}},
          {Diagonal{}, Exponential{Reduction::mean}}};
}

Problem problem_for(const Model& m) {
  Vector y = 0.5 * gaussian_vector(6, 2);
  if (is_classification_loss(m.loss)) y = y.cwiseSign().eval();
  return problem_of(gaussian_matrix(6, 7, 1), y, m.model, m.loss, InitSpec{.scale = 0.7});
}

Point point_at(const Objective& objective, double shift) {
  Point point = objective.start();
  point.theta += shift * gaussian_vector(point.theta.size(), 5);
  objective.evaluate(point);
  return point;
}

// Central differences of the gradient.
Eigen::MatrixXd dense_hessian(const Objective& objective, const Point& point) {
  const Index p = point.theta.size();
  const double h = std::cbrt(std::numeric_limits<double>::epsilon());
  Eigen::MatrixXd out(p, p);
  for (Index j = 0; j < p; ++j) {
    Point up = point, down = point;
    up.theta[j] += h, down.theta[j] -= h;
    objective.evaluate(up), objective.evaluate(down);
    out.col(j) = (std::exp(up.log_scale) * up.gradient - std::exp(down.log_scale) * down.gradient) / (2.0 * h);
  }
  return 0.5 * (out + out.transpose());
}

constexpr double kDifference = 1e-7;  // of a central difference at eps^(1/3), relative to the largest entry

TEST(Curvature, is_that_of_the_dense_hessian_by_differences) {
  for (const Model& m : models())
    for (double shift : {0.0, 0.3}) {
      const Problem problem = problem_for(m);
      const Objective objective(problem);
      const Point point = point_at(objective, shift);
      const Eigen::MatrixXd h = dense_hessian(objective, point);
      const Vector lambda = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(h).eigenvalues();
      const double size = lambda.cwiseAbs().maxCoeff(), step = 0.5 / size;
      const Vector v = gaussian_vector(point.theta.size(), 9);
      EXPECT_LT((hessian_times(objective, point, v) - h * v).norm(), kDifference * size * v.norm());
      EXPECT_NEAR(sharpness(objective, point, true), lambda.maxCoeff(), kDifference * size);
      EXPECT_NEAR(hessian_trace(objective, point, true).value, lambda.sum(), kDifference * size * 20);
      const double r = -(1.0 - 0.5 * step * lambda.array()).log().sum() / (2.0 * step);
      EXPECT_NEAR(noise_regulariser(objective, point, step, true).value, r, kDifference * size * 20);
      EXPECT_EQ(noise_regulariser(objective, point, step, true).standard_error, 0.0);
    }
}

TEST(Curvature, lanczos_and_hutchinson_find_what_is_exact) {
  for (const Model& m : models()) {
    const Problem problem = problem_for(m);
    const Objective objective(problem);
    const Point point = point_at(objective, 0.3);
    const double top = sharpness(objective, point, true), step = 0.5 / std::abs(top);
    EXPECT_NEAR(sharpness(objective, point, false), top, 1e-9 * std::abs(top)) << "as many steps as parameters";
    for (const auto& [exact, estimate] :
         {std::pair{hessian_trace(objective, point, true), hessian_trace(objective, point, false)},
          std::pair{noise_regulariser(objective, point, step, true), noise_regulariser(objective, point, step, false)}}) {
      // one in 16000 by chance; the probes are fixed
      const double four_errors = 4.0 * estimate.standard_error + 1e-12 * std::abs(exact.value);
      EXPECT_NEAR(estimate.value, exact.value, four_errors);
      EXPECT_LT(estimate.standard_error, 0.5 * std::abs(exact.value) + 1.0);
    }
  }
}

TEST(Curvature, the_regulariser_is_a_quarter_of_the_trace_for_small_steps) {
  const Problem problem = problem_for({Diagonal{}, Squared{}});
  const Objective objective(problem);
  const Point point = point_at(objective, 0.2);
  const double quarter = 0.25 * hessian_trace(objective, point, true).value;
  const auto excess = [&](double step) { return noise_regulariser(objective, point, step, true).value / quarter - 1.0; };
  EXPECT_NEAR(excess(1e-4) / excess(1e-5), 10.0, 0.5) << "first order in the step";
  EXPECT_GT(excess(1e-4), 0.0);
}

TEST(Curvature, past_the_edge_the_regulariser_means_nothing) {
  const Problem problem = problem_for({Diagonal{}, Squared{}});
  const Objective objective(problem);
  const Point point = point_at(objective, 0.2);
  const double edge = 2.0 / sharpness(objective, point, true);
  EXPECT_TRUE(std::isfinite(noise_regulariser(objective, point, 0.99 * edge, true).value));
  EXPECT_TRUE(std::isnan(noise_regulariser(objective, point, 1.01 * edge, true).value));
}

// tr H = N² Σ_j (u^{2N-2} + v^{2N-2})_j Σ_i x_ij² at a fit (signed forms at N = 2: anywhere).
TEST(Curvature, trace_of_a_diagonal_network_at_a_fit_is_the_closed_form) {
  const Matrix x = gaussian_matrix(4, 9, 3);
  const Problem problem = problem_of(x, x * gaussian_vector(9, 4), Diagonal{}, Squared{}, InitSpec{.scale = 0.6});
  const Objective objective(problem);
  const Point point = point_at(objective, 0.3);
  const Vector squares = point.theta.head(9).cwiseAbs2() + point.theta.tail(9).cwiseAbs2();
  const double closed = 4.0 * squares.dot(Vector(x.colwise().squaredNorm().transpose()));
  EXPECT_NEAR(hessian_trace(objective, point, true).value, closed, 1e-12 * closed);
}

TEST(Curvature, is_saved_along_a_run_that_asks_for_it) {
  const Problem problem = problem_for({Diagonal{}, Squared{}});
  GradientDescent dynamics{.step_size = {0.002}};
  dynamics.measure = {CurvatureMeasure::sharpness, CurvatureMeasure::hessian_trace, CurvatureMeasure::noise_regulariser};
  const Trajectory run = train(problem, dynamics, {.steps = 300});
  const Objective objective(problem);
  const double at_start = sharpness(objective, objective.start(), true);
  EXPECT_NEAR(run.snapshots.front().sharpness, at_start, 1e-12 * at_start);
  for (const Snapshot& s : run.snapshots) {
    EXPECT_TRUE(std::isfinite(s.sharpness) && std::isfinite(s.hessian_trace));
    EXPECT_LT(s.sharpness, 2.0 / 0.002);
  }
  const Vector r = run.measured.at("noise_regulariser").values;
  EXPECT_NEAR(r[0], 0.25 * run.snapshots.back().hessian_trace, 0.05 * r[0]);
  EXPECT_EQ(r[1], 0.0);
  EXPECT_TRUE(std::isnan(train(problem, GradientDescent{.step_size = {0.002}}, {.steps = 3}).snapshots.back().sharpness))
      << "nobody asked";
}

TEST(Curvature, is_not_for_a_run_that_makes_no_steps) {
  GradientDescent dynamics{.closed_form = true};
  dynamics.measure = {CurvatureMeasure::sharpness};
  EXPECT_THAT(refusal([&] { train(problem_for({Linear{}, Squared{}}), dynamics); }), HasSubstr("dynamics.measure"));
}

}  // namespace
}  // namespace penchant
