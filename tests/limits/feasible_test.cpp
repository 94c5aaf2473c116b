#include "penchant/limits/feasible.h"

#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;
using testing::rounding;

// Refined solutions: a few hundred roundings on well-conditioned data.
constexpr double kRefined = 1e-13;

Matrix with_repeated_rows(Index rows, Index cols, Index repeats) {
  Matrix x(rows + repeats, cols);
  x.topRows(rows) = gaussian_matrix(rows, cols, 3);
  x.bottomRows(repeats) = x.topRows(repeats);
  return x;
}

TEST(Feasible, rank_counts_independent_rows) {
  EXPECT_EQ(Feasible(gaussian_matrix(6, 20, 1)).rank(), 6);
  EXPECT_EQ(Feasible(gaussian_matrix(20, 6, 1)).rank(), 6);
  EXPECT_EQ(Feasible(with_repeated_rows(6, 20, 2)).rank(), 6);
  EXPECT_EQ(Feasible(Matrix::Zero(3, 4)).rank(), 0);
  Matrix x = gaussian_matrix(5, 8, 2);
  x.col(3).setZero();
  EXPECT_EQ(Feasible(x).rank(), 5);
}

TEST(Feasible, pseudo_inverse_meets_its_four_equations) {
  for (const Matrix& x : {gaussian_matrix(5, 9, 4), gaussian_matrix(9, 5, 4), with_repeated_rows(4, 9, 2)}) {
    const Feasible set(x);
    const Vector r = gaussian_vector(x.rows(), 7), b = gaussian_vector(x.cols(), 8);
    const Vector inverse = set.pseudo_inverse(r);
    EXPECT_LE(relative_distance(set.pseudo_inverse(x * inverse), inverse), kRefined) << "X⁺XX⁺ = X⁺";
    EXPECT_LE(relative_distance(x.transpose() * (x * inverse), x.transpose() * r), kRefined) << "normal equations";
    EXPECT_NEAR(r.dot(set.transposed_pseudo_inverse(b)), inverse.dot(b), kRefined * inverse.norm() * b.norm()) << "adjoint";
  }
}

TEST(Feasible, projection_is_feasible_and_moves_along_rows_only) {
  const Matrix x = gaussian_matrix(5, 12, 5);
  const Vector b = gaussian_vector(12, 1), y = gaussian_vector(5, 2);
  const Feasible set(x);
  const Vector p = set.project(b, y);
  EXPECT_LE((x * p - y).norm(), rounding(100) * y.norm());
  const Vector move = p - b;
  EXPECT_LE(relative_distance(set.pseudo_inverse(x * move), move), kRefined);
}

TEST(Feasible, inconsistent_targets_are_seen) {
  const Matrix x = with_repeated_rows(4, 9, 1);
  Vector y = x * gaussian_vector(9, 1);
  EXPECT_TRUE(Feasible(x).consistent(y));
  y[4] += 1e-3;
  EXPECT_FALSE(Feasible(x).consistent(y));
  EXPECT_TRUE(Feasible(x).consistent(Vector::Zero(5)));
}

TEST(Feasible, nearly_dependent_rows_are_not_left_to_the_gram_matrix) {
  Matrix x = gaussian_matrix(3, 6, 9);
  x.row(2) = x.row(1) + 1e-9 * gaussian_vector(6, 3).transpose();
  const Feasible set(x);
  EXPECT_EQ(set.rank(), 3);
  const Vector y = x * gaussian_vector(6, 4);
  EXPECT_LE((x * set.project(Vector::Zero(6), y) - y).norm(), rounding(1e3) * y.norm());
}

}  // namespace
}  // namespace penchant
