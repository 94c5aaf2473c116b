#include <gtest/gtest.h>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solve.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

// Condition numbers here are below 100; the second opinion is an SVD with its own rounding.
constexpr double kSameFit = 1e-12;
constexpr double kTight = 1e-12;

MinDistance problem(Matrix x, Vector y, Vector origin = {}) {
  return {std::make_shared<DenseMap>(std::move(x)), std::move(y), std::move(origin)};
}

Solution solved(const MinDistance& limit) {
  Solution s = solve_min_distance(limit, {});
  s.certificate = certify_min_distance(limit, s);
  return s;
}

Vector by_svd(const Matrix& x, const Vector& r) {
  Eigen::JacobiSVD<Eigen::MatrixXd> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);
  svd.setThreshold(1e-12);
  return svd.solve(r);
}

TEST(MinDistance, nearest_point_of_a_line) {
  Matrix x(1, 2);
  x << 3.0, 4.0;
  const Solution s = solved(problem(x, Vector::Constant(1, 25.0)));  // foot of the perpendicular of 3a + 4b = 25 is (3, 4)
  EXPECT_LE((s.predictor.values - Eigen::Vector2d(3.0, 4.0)).norm(), 1e-14);
  EXPECT_NEAR(s.dual[0], 1.0, 1e-14);
  EXPECT_NEAR(s.certificate.upper, 12.5, 1e-13);
  EXPECT_EQ(s.certificate.kind, CertificateKind::bracket);
}

TEST(MinDistance, agrees_with_the_singular_value_decomposition_on_every_shape) {
  for (auto [n, d] : {std::pair<Index, Index>{1, 1}, {5, 12}, {12, 5}, {7, 7}, {1, 6}, {6, 1}}) {
    const Matrix x = gaussian_matrix(n, d, 11);
    const Vector y = gaussian_vector(n, 12), origin = gaussian_vector(d, 13);
    const Solution s = solved(problem(x, y, origin));
    EXPECT_LE(relative_distance(s.predictor.values, origin + by_svd(x, y - x * origin)), kSameFit) << n << " x " << d;
    EXPECT_LE(s.certificate.relative_gap, kTight);
    EXPECT_LE(s.certificate.feasibility, kTight);
  }
}

TEST(MinDistance, rank_deficient_and_zero_data_are_all_right) {
  Matrix x = gaussian_matrix(6, 9, 14);
  x.row(5) = x.row(0);
  x.col(2).setZero();
  const Vector y = x * gaussian_vector(9, 15);
  const Solution s = solved(problem(x, y));
  EXPECT_LE(relative_distance(s.predictor.values, by_svd(x, y)), kSameFit);
  EXPECT_LE(s.certificate.relative_gap, kTight);
  EXPECT_EQ(s.predictor.values[2], 0.0);
  const Solution zero = solved(problem(x, Vector::Zero(6)));
  EXPECT_EQ(zero.predictor.values.norm(), 0.0);
  EXPECT_EQ(zero.certificate.relative_gap, 0.0);
  EXPECT_EQ(solved(problem(Matrix::Zero(2, 3), Vector::Ones(2))).predictor.values.norm(), 0.0);
}

TEST(MinDistance, inconsistent_targets_give_the_least_squares_solution_and_say_so) {
  Matrix x = gaussian_matrix(6, 9, 16);
  x.row(5) = x.row(0);
  const Vector y = gaussian_vector(6, 17), origin = gaussian_vector(9, 18);
  const Solution s = solved(problem(x, y, origin));
  EXPECT_LE(relative_distance(s.predictor.values, origin + by_svd(x, y - x * origin)), kSameFit);
  EXPECT_NE(s.certificate.text.find("normal equations"), std::string::npos);
  EXPECT_LE(s.certificate.relative_gap, kTight);
}

TEST(MinDistance, a_start_that_fits_stays) {
  const Matrix x = gaussian_matrix(4, 9, 19);
  const Vector origin = gaussian_vector(9, 20);
  const Solution s = solved(problem(x, x * origin, origin));
  EXPECT_LE(relative_distance(s.predictor.values, origin), 1e-15);
  EXPECT_EQ(s.certificate.relative_gap, 0.0);
}

TEST(MinDistance, the_bracket_holds_for_any_point_and_any_dual) {
  const Matrix x = gaussian_matrix(5, 12, 21);
  const Vector y = gaussian_vector(5, 22);
  const MinDistance limit = problem(x, y);
  const double optimum = 0.5 * by_svd(x, y).squaredNorm();
  for (int trial = 0; trial < 50; ++trial) {
    Solution point;
    point.predictor = Predictor::vector(by_svd(x, y) + std::pow(10.0, -trial % 9) * gaussian_vector(12, 100 + trial));
    if (trial % 3 > 0) point.dual = gaussian_vector(5, 200 + trial);
    const Certificate c = certify_min_distance(limit, point);
    EXPECT_LE(c.lower, optimum * (1.0 + kTight)) << trial;
    EXPECT_GE(c.upper, optimum * (1.0 - kTight)) << trial;
    EXPECT_LE((point.predictor.values - by_svd(x, y)).norm(), c.distance_bound * (1.0 + kTight) + kTight) << trial;
  }
}

TEST(MinDistance, a_wrong_point_is_not_certified) {
  const Matrix x = gaussian_matrix(5, 12, 23);
  const MinDistance limit = problem(x, gaussian_vector(5, 24));
  Solution s = solve_min_distance(limit, {});
  s.dual[0] += 1e-3;
  EXPECT_GT(certify_min_distance(limit, s).relative_gap, 1e-8);
  s.dual.resize(3);
  EXPECT_THROW(certify_min_distance(limit, s), InvalidInput);
}

TEST(MinDistance, a_point_that_is_no_number_has_no_bracket) {
  Matrix x(1, 2);
  x << 1, 1;
  const MinDistance limit{std::make_shared<DenseMap>(x), Vector::Constant(1, 2.0), {}};
  Solution point;
  point.predictor = Predictor::vector(Vector{{std::nan(""), 1.0}});
  EXPECT_THROW(certify(limit, point), InvalidInput);
  point.predictor = Predictor::vector(Vector{{1e300, -1e300}});
  EXPECT_EQ(certify(limit, point).kind, CertificateKind::first_order_only) << "its square overflows";
}

// The optimum is β*, up to its own rounding, and what is said about it holds.
void expect_solved_at(const Vector& best, const MinDistance& limit) {
  const Solution s = solve(Limit(limit));
  EXPECT_EQ(s.outcome.status, Status::solved) << s.outcome.text;
  EXPECT_LE(relative_distance(s.predictor.values, best), kSameFit);
  EXPECT_LE((s.predictor.values - best).norm(), s.certificate.distance_bound + kTight * best.norm());
  EXPECT_LE(s.certificate.lower, 0.5 * best.squaredNorm() * (1.0 + kTight));
  EXPECT_GE(s.certificate.upper, 0.5 * best.squaredNorm() * (1.0 - kTight));
}

// Columns of 2^27 and 2^-27: the second is below the rounding of the first, and carries the answer.
TEST(MinDistance, column_sizes_do_not_hide_the_rank) {
  const double big = 0x1p27, small = 0x1p-27;
  Matrix x(3, 2);
  x << big, small, big, -small, 0.0, 0.0;
  expect_solved_at(Eigen::Vector2d(2.0 / big, 1.0 / small), problem(x, Eigen::Vector3d(3.0, 1.0, 5.0)));
}

TEST(MinDistance, row_sizes_do_not_hide_the_rank) {
  const double big = 0x1p27, small = 0x1p-27;
  Matrix x(3, 2);
  x << big, 0.0, small, small, 0.0, 0.0;
  expect_solved_at(Eigen::Vector2d(1.0, 2.0), problem(x, Eigen::Vector3d(big, 3.0 * small, 0.0)));
}

// Least squares of (4, 2) a = (0, 10) is a = 1; the residual is 10^12 times the light row, which a + b = 3 fits.
TEST(MinDistance, light_rows_are_fitted_beside_heavy_ones_that_contradict_each_other) {
  const double big = 0x1p21, small = 0x1p-19;
  Matrix x(3, 2);
  x << 2.0 * big, 0.0, big, 0.0, small, small;
  expect_solved_at(Eigen::Vector2d(1.0, 2.0), problem(x, Eigen::Vector3d(0.0, 5.0 * big, 3.0 * small)));
}

double width_of(const Certificate& c) { return (c.upper - c.lower) / std::max(std::abs(c.lower), std::abs(c.upper)); }

// Rows of 2^19 that contradict each other beside rows of 2^-13.
TEST(MinDistance, relative_gap_is_what_the_bounds_say) {
  Matrix x(5, 6);
  x << Vector::Zero(6).transpose(),                                             //
      -0x1p-13, 0, 0x1p-13, 0, 0x1p-13, 0x1p-13,                               //
      -0x1p-5, -0x1p-5, 0x1p-5, 0x1p-5, 0x1p-5, -0x1p-5,                       //
      -32768, -32768, 32768, 0, 0, 32768,                                       //
      -524288, -524288, 524288, 524288, 524288, -524288;
  const Vector y{{-0.25, -0x1p-13, -0x1p-5, -65536, 1572864}};
  const Vector origin{{-44.65, 34.66, 112.34, 73.88, 26.14, -29.85}};
  const Certificate c = solve(Limit(problem(x, y, origin))).certificate;
  EXPECT_NEAR(c.relative_gap, width_of(c), kTight);
  EXPECT_LE(c.gap, (c.upper - c.lower) * (1.0 + kTight));
}

// A dual of no use bounds nothing, whatever its size.
TEST(MinDistance, huge_duals_on_rows_of_unequal_size_leave_the_bounds_right) {
  const double big = 0x1p25, small = 0x1p-27;
  Matrix x(3, 2);
  x << big, 0.0, small, small, 0.0, 0.0;
  const MinDistance limit = problem(x, Eigen::Vector3d(big, 3.0 * small, 0.0));
  Solution point;
  point.predictor = Predictor::vector(Eigen::Vector2d(0.3, -0.7));
  for (const double size : {1e-300, 1.0, 1e293, 1e303}) {
    point.dual = Eigen::Vector3d(size, -size, 1e-4 * size);
    const Certificate c = certify_min_distance(limit, point);  // the optimum is β = (1, 2)
    EXPECT_LE(c.lower, 2.5 * (1.0 + kTight)) << size;
    EXPECT_GE(c.upper, 2.5 * (1.0 - kTight)) << size;
    EXPECT_LE(std::hypot(0.7, 2.7), c.distance_bound * (1.0 + kTight)) << size;
  }
}

// Rows 0 and 2 contradict each other by 10^7; row 1, of 2^-24, holds. Least squares: β_0 = -3 and (β_0 - β_2)(2^10 + 1) = 2^11 - 1.
TEST(MinDistance, bounds_hold_where_the_pull_of_a_contradiction_drowns_a_light_row) {
  const double big = 0x1p24, small = 0x1p-24;
  Matrix x(3, 3);
  x << big, 0.0, -big, small, 0.0, 0.0, 0x1p19, 0.0, -0x1p19;
  const Vector y{{2.0 * big, -3.0 * small, -0x1p19}}, origin{{-402.25, 1280.5, -500.75}};
  const Vector best{{-3.0, 1280.5, -3.0 - 2047.0 / 1025.0}};
  const Solution s = solve(Limit(problem(x, y, origin)));
  const double optimum = 0.5 * (best - origin).squaredNorm();
  EXPECT_LE(s.certificate.lower, optimum * (1.0 + kTight));
  if (s.certificate.kind == CertificateKind::bracket) {
    EXPECT_GE(s.certificate.upper, optimum * (1.0 - kTight));
    EXPECT_GE(s.certificate.distance_bound, (s.predictor.values - best).norm() * (1.0 - kTight));
  }
}

}  // namespace
}  // namespace penchant
