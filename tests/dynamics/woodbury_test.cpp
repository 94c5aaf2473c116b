#include "penchant/dynamics/woodbury.h"

#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using Dense = Eigen::MatrixXd;

struct Case {
  Matrix x;
  Vector w, k, q, b;
};

Case make_case(Index n, Index d, bool some_negative) {
  const auto seed = static_cast<std::uint64_t>(100 * n + d);
  Case out{gaussian_matrix(n, d, seed), gaussian_vector(n, seed + 1).cwiseAbs(), gaussian_vector(d, seed + 2).cwiseAbs(),
           gaussian_vector(d, seed + 3), gaussian_vector(n, seed + 4)};
  if (some_negative) out.k[0] *= -0.1;
  return out;
}

// The definitions, term by term.
Vector plain_xi(const Case& c) {
  const Dense g = c.x.transpose() * c.w.asDiagonal() * c.x;
  return (Dense::Identity(g.rows(), g.rows()) + c.k.asDiagonal() * g).fullPivLu().solve(c.q);
}
Vector plain_sample_side(const Case& c) {
  const Dense m = c.w.asDiagonal() * c.x * c.k.asDiagonal() * c.x.transpose();
  return (Dense::Identity(m.rows(), m.rows()) + m).fullPivLu().solve(c.b);
}

// Solving with a matrix of condition up to 1e4 here.
constexpr double kSolve = 1e-11;

// Nothing is kept then, and empty factors must not be multiplied.
TEST(woodbury, weights_of_zero_leave_the_identity) {
  const Case c = make_case(4, 6, false);
  WoodburySolver solver(c.x);
  ASSERT_TRUE(solver.factorise(WoodburySolver::Side::samples, Vector::Zero(4), Vector::Zero(6)));
  EXPECT_EQ(solver.sample_side(c.b), c.b);
  ASSERT_TRUE(solver.factorise(WoodburySolver::Side::features, Vector::Zero(4), Vector::Zero(6)));
  EXPECT_EQ(solver.feature_side(c.q).y, Vector::Zero(6));
}

TEST(woodbury, matches_the_definition_on_both_sides_at_every_shape) {
  for (Index n = 1; n <= 9; ++n)
    for (Index d = 1; d <= 9; ++d)
      for (const bool some_negative : {false, true}) {
        const Case c = make_case(n, d, some_negative);
        WoodburySolver solver(c.x);
        ASSERT_TRUE(solver.factorise(WoodburySolver::Side::features, c.w, c.k));
        const auto feedback = solver.feature_side(c.q);
        const Vector xi = plain_xi(c);
        const Vector y = c.x.transpose() * (c.w.cwiseProduct(c.x * xi));
        EXPECT_LE((feedback.y - y).norm(), kSolve * (1.0 + y.norm())) << n << " x " << d;
        if (feedback.xi.size() > 0) {
          EXPECT_LE((feedback.xi - xi(solver.kept())).norm(), kSolve * xi.norm()) << n << " x " << d;
        }
        ASSERT_TRUE(solver.factorise(WoodburySolver::Side::samples, c.w, c.k));
        const Vector s = plain_sample_side(c);
        EXPECT_LE((solver.sample_side(c.b) - s).norm(), kSolve * s.norm()) << n << " x " << d;
      }
}

TEST(woodbury, rows_and_columns_without_weight_are_left_out_exactly) {
  Case c = make_case(6, 8, false);
  c.k[1] = c.k[4] = c.k[5] = c.k[6] = 0.0;
  c.w[2] = 0.0;
  WoodburySolver solver(c.x);
  ASSERT_TRUE(solver.factorise(WoodburySolver::Side::features, c.w, c.k));
  EXPECT_EQ(solver.kept_features(), 4);
  EXPECT_EQ(solver.kept_samples(), 5);
  const Vector y = c.x.transpose() * (c.w.cwiseProduct(c.x * plain_xi(c)));
  EXPECT_LE((solver.feature_side(c.q).y - y).norm(), kSolve * (1.0 + y.norm()));
  ASSERT_TRUE(solver.factorise(WoodburySolver::Side::samples, c.w, c.k));
  const Vector s = plain_sample_side(c);
  EXPECT_LE((solver.sample_side(c.b) - s).norm(), kSolve * s.norm());
}

TEST(woodbury, xi_keeps_its_digits_where_the_feedback_is_1e20) {
  const Case c = make_case(5, 3, false);
  Case strong = c;
  strong.k *= 1e20;
  WoodburySolver solver(c.x);
  ASSERT_TRUE(solver.factorise(WoodburySolver::Side::features, strong.w, strong.k));
  // (I + k G)^{-1} q -> G^{-1} k^{-1} q
  const Dense g = c.x.transpose() * c.w.asDiagonal() * c.x;
  const Vector limit = g.fullPivLu().solve(c.q.cwiseQuotient(strong.k));
  EXPECT_LE((solver.feature_side(c.q).xi - limit).norm(), kSolve * limit.norm());
}

TEST(woodbury, dropping_small_columns_is_an_approximation_of_that_size) {
  Case c = make_case(6, 40, false);
  c.k.tail(30) *= 1e-4;
  WoodburySolver solver(c.x, 0.05);
  ASSERT_TRUE(solver.factorise(WoodburySolver::Side::samples, c.w, c.k));
  EXPECT_LT(solver.kept_features(), 40);
  const Vector s = plain_sample_side(c);
  EXPECT_LE((solver.sample_side(c.b) - s).norm(), 0.2 * s.norm());
}

TEST(woodbury, refuses_what_is_not_finite) {
  Case c = make_case(4, 4, false);
  c.w[0] = std::numeric_limits<double>::quiet_NaN();
  WoodburySolver solver(c.x);
  EXPECT_FALSE(solver.factorise(WoodburySolver::Side::features, c.w, c.k));
}

}  // namespace
}  // namespace penchant
