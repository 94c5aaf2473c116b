// X⁺ of a matrix whose rows and columns differ so much in size that doubles hide its rank: a rank factorisation X = LU by
// elimination with complete pivoting on equilibrated X, then orthogonal factorisations of L and U^T, all in numbers of 106 bits.
// About 25 times the price of a decomposition in doubles.
#pragma once

#include <vector>

#include "penchant/core/double_double.h"
#include "penchant/limits/equilibration.h"

namespace penchant {

using DoubledVector = std::vector<DoubleDouble>;

DoubledVector doubled(VecIn v);
Vector rounded(const DoubledVector& v);
// y - Xβ.
DoubledVector doubled_residual(const Matrix& x, const DoubledVector& b, VecIn y);

// W (rows, cols) of full column rank, entries by columns, rows of any sizes: Householder's method with column pivots, large rows
// first, which is stable row by row (Cox & Higham 1998).
class TallFactor {
 public:
  TallFactor(Index rows, Index cols, const DoubledVector& entries);
  DoubledVector solve(const DoubledVector& b) const;       // W⁺ b (cols)
  DoubledVector least_norm(const DoubledVector& c) const;  // (W^T)⁺ c (rows)

 private:
  DoubleDouble* column(Index k) { return entries_.data() + k * rows_; }
  const DoubleDouble* column(Index k) const { return entries_.data() + k * rows_; }
  void take_largest_column_to(Index k);
  void reflect(Index k, DoubleDouble* v) const;

  Index rows_, cols_;
  DoubledVector entries_;  // reflections below the diagonal and on it, R above
  DoubledVector diagonal_, factors_;
  std::vector<Index> row_order_, column_order_;
};

class GradedInverse {
 public:
  // Rows and columns in the units of `scales`; a pivot below max(n, d) eps of the first one there is 0.
  GradedInverse(const Matrix& x, const Equilibration& scales);
  Index rank() const { return rank_; }
  DoubledVector pseudo_inverse(const DoubledVector& r) const { return right_.least_norm(left_.solve(r)); }
  DoubledVector transposed_pseudo_inverse(const DoubledVector& b) const { return left_.least_norm(right_.solve(b)); }
  // X⁺ (d, n), rounded.
  Eigen::MatrixXd pseudo_inverse_matrix(Index n, Index d) const;

 private:
  struct Elimination;
  explicit GradedInverse(const Elimination& done);

  Index rank_;
  TallFactor left_, right_;  // of L (n, rank) and U^T (d, rank)
};

}  // namespace penchant
