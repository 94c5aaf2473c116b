#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solve.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

// Well-conditioned problems: what an iteration of plain arithmetic leaves.
constexpr double kSame = 1e-11;
constexpr double kTight = 1e-12;

Penalised problem(Matrix x, Vector y, Penalty norm, double lambda) {
  return {std::make_shared<DenseMap>(std::move(x)), std::move(y), norm, lambda, {}, {}};
}

// The normal equations, and coordinate descent run to rounding: plain versions of both solvers.
Vector plain_ridge(const Matrix& x, const Vector& y, double lambda) {
  const Eigen::MatrixXd normal = x.transpose() * x + lambda * Eigen::MatrixXd::Identity(x.cols(), x.cols());
  return normal.ldlt().solve(x.transpose() * y);
}

Vector plain_lasso(const Matrix& x, const Vector& y, const Vector& bound) {
  Vector beta = Vector::Zero(x.cols()), r = y;
  for (int sweep = 0; sweep < 20000; ++sweep)
    for (Index j = 0; j < x.cols(); ++j) {
      const double square = x.col(j).squaredNorm(), pull = x.col(j).dot(r) + square * beta[j];
      const double next = pull > bound[j] ? (pull - bound[j]) / square : pull < -bound[j] ? (pull + bound[j]) / square : 0.0;
      r -= (next - beta[j]) * x.col(j);
      beta[j] = next;
    }
  return beta;
}

TEST(Penalised, soft_thresholding_of_orthogonal_data) {
  const Solution lasso = solve(problem(Matrix::Identity(3, 3), Eigen::Vector3d(2.0, -0.5, -3.0), Penalty::l1, 1.0));
  EXPECT_LE((lasso.predictor.values - Eigen::Vector3d(1.0, 0.0, -2.0)).norm(), 1e-15);
  EXPECT_NEAR(lasso.certificate.upper, 0.5 * (1.0 + 0.25 + 1.0) + 3.0, 1e-14);
  const Solution ridge = solve(problem(Matrix::Identity(3, 3), Eigen::Vector3d(2.0, -0.5, -3.0), Penalty::l2, 1.0));
  EXPECT_LE((ridge.predictor.values - Eigen::Vector3d(1.0, -0.25, -1.5)).norm(), 1e-15);
}

TEST(Penalised, agrees_with_plain_solvers_on_every_shape) {
  for (auto [n, d] : {std::pair<Index, Index>{1, 1}, {5, 12}, {12, 5}, {7, 7}, {1, 6}, {6, 1}, {20, 33}})
    for (double lambda : {1e-3, 0.1, 1.0, 30.0}) {
      const Matrix x = gaussian_matrix(n, d, 11);
      const Vector y = gaussian_vector(n, 12);
      const Solution ridge = solve(problem(x, y, Penalty::l2, lambda));
      // conditions of the normal equations
      EXPECT_LE(relative_distance(ridge.predictor.values, plain_ridge(x, y, lambda)), 1e-9) << n << " x " << d;
      EXPECT_LE(ridge.certificate.relative_gap, kTight);
      EXPECT_EQ(ridge.outcome.status, Status::solved);
      if (lambda < 0.1) continue;  // coordinate descent is slow there; the certificate below covers it
      const Vector plain = plain_lasso(x, y, Vector::Constant(d, lambda));
      const Solution lasso = solve(problem(x, y, Penalty::l1, lambda));
      EXPECT_LE((lasso.predictor.values - plain).norm(), kSame * std::max(1.0, plain.norm())) << n << " x " << d << ", " << lambda;
      EXPECT_EQ(lasso.outcome.status, Status::solved) << lasso.outcome.text;
      EXPECT_LE((lasso.predictor.values - plain).norm(), lasso.certificate.distance_bound + kSame);
    }
}

TEST(Penalised, the_lasso_is_certified_over_eleven_decades_of_lambda) {
  const Matrix x = gaussian_matrix(25, 60, 3);
  const Vector y = gaussian_vector(25, 4);
  double previous = 0.0;
  for (int decade = -8; decade <= 3; ++decade) {
    const double lambda = std::pow(10.0, decade);
    const Solution s = solve(problem(x, y, Penalty::l1, lambda));
    EXPECT_LE(s.certificate.relative_gap, kTight) << lambda;
    EXPECT_EQ(s.certificate.unique, true);
    EXPECT_GE(s.objective, previous) << "the optimum grows with λ";
    previous = s.objective;
  }
  EXPECT_DOUBLE_EQ(previous, 0.5 * y.squaredNorm());
}

TEST(Penalised, weights_are_a_change_of_the_columns) {
  const Matrix x = gaussian_matrix(10, 15, 5);
  const Vector y = gaussian_vector(10, 6), w = gaussian_vector(15, 7).cwiseAbs().array() + 0.2;
  Penalised weighted = problem(x, y, Penalty::l1, 0.5);
  weighted.weights = w;
  const Solution a = solve(weighted), b = solve(problem(x * w.cwiseInverse().asDiagonal(), y, Penalty::l1, 0.5));
  EXPECT_LE((a.predictor.values.cwiseProduct(w) - b.predictor.values).norm(), kSame);
}

TEST(Penalised, ridge_measures_from_its_origin) {
  const Matrix x = gaussian_matrix(4, 9, 8);
  const Vector y = gaussian_vector(4, 9), origin = gaussian_vector(9, 10);
  Penalised shifted = problem(x, y, Penalty::l2, 0.3);
  shifted.origin = origin;
  EXPECT_LE((solve(shifted).predictor.values - origin - plain_ridge(x, y - x * origin, 0.3)).norm(), kSame);
}

// Never lower > optimum, never upper < optimum, whatever the point and the dual.
TEST(Penalised, perturbed_points_are_never_certified_past_the_optimum) {
  const Matrix x = gaussian_matrix(8, 14, 20);
  const Vector y = gaussian_vector(8, 21);
  for (Penalty norm : {Penalty::l2, Penalty::l1}) {
    const Penalised limit = problem(x, y, norm, 0.4);
    const Solution exact = solve(limit);
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      const double size = std::pow(10.0, -double(seed % 10));
      Solution point = exact;
      point.predictor.values += size * gaussian_vector(14, 100 + seed);
      if (seed % 3 == 0) point.dual = Vector();
      else point.dual += size * gaussian_vector(8, 300 + seed);
      const Certificate c = certify(limit, point);
      EXPECT_LE(c.lower, exact.objective * (1.0 + 1e-14));
      EXPECT_GE(c.upper, exact.objective * (1.0 - 1e-14));
      const double distance = (point.predictor.values - exact.predictor.values).norm();
      if (std::isfinite(c.distance_bound)) {
        EXPECT_GE(c.distance_bound, distance * (1.0 - 1e-9) - 1e-13);
      }
    }
  }
}

TEST(Penalised, dependent_active_features_are_said) {
  Matrix x = gaussian_matrix(6, 4, 30);
  x.col(3) = x.col(0);
  const Solution s = solve(problem(x, gaussian_vector(6, 31), Penalty::l1, 0.01));
  EXPECT_LE(s.certificate.relative_gap, kTight);
  EXPECT_TRUE(std::isnan(s.certificate.distance_bound));
  EXPECT_NE(s.certificate.text.find("not established"), std::string::npos);
}

TEST(Penalised, y_of_zero_gives_zero) {
  for (Penalty norm : {Penalty::l2, Penalty::l1}) {
    const Solution s = solve(problem(gaussian_matrix(3, 5, 1), Vector::Zero(3), norm, 1e-3));
    EXPECT_EQ(s.predictor.values, Vector(Vector::Zero(5)));
    EXPECT_EQ(s.certificate.gap, 0.0);
  }
}

TEST(Penalised, lambda_must_be_positive) {
  EXPECT_THROW(solve(problem(gaussian_matrix(3, 5, 1), Vector::Ones(3), Penalty::l1, 0.0)), InvalidInput);
  EXPECT_THROW(solve(problem(gaussian_matrix(3, 5, 1), Vector::Ones(2), Penalty::l2, 1.0)), InvalidInput);
}

}  // namespace
}  // namespace penchant
