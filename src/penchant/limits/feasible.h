// The affine set {β: Xβ = y}: rank, consistency, nearest points. X (n, d) of any shape and rank.
#pragma once

#include <optional>

#include "penchant/core/decompositions.h"
#include "penchant/core/types.h"

namespace penchant {

// Factorises X once: by its Gram matrix where the rows are clearly independent, else by a complete orthogonal decomposition. Every
// solution is refined with a residual accumulated in twice the precision, so both ways end at the accuracy of the data.
class Feasible {
 public:
  explicit Feasible(const Matrix& x);

  Index rank() const;
  bool full_row_rank() const { return rank() == x_.rows(); }

  // X⁺ r: the least-norm minimiser of ‖Xb - r‖.
  Vector pseudo_inverse(VecIn r) const;
  // (X^T)⁺ b: the least-norm s that minimises ‖X^T s - b‖.
  Vector transposed_pseudo_inverse(VecIn b) const;
  // β - X⁺(Xβ - y): the nearest point of the set (of the least-squares set if y is inconsistent).
  Vector project(VecIn b, VecIn y) const;
  // The part of y that no β reaches, y - XX⁺y; `inconsistent` compares it with ‖y‖.
  Vector unreachable(VecIn y) const;
  bool consistent(VecIn y) const;

 private:
  const Matrix& x_;
  std::optional<Eigen::LLT<Eigen::MatrixXd>> gram_;
  std::optional<Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>> orthogonal_;
};

// ‖Xβ-y‖/‖y‖; where y = 0 against ‖|X||β|‖, so that a β that merely is small does not count as a fit.
double relative_residual(const Matrix& x, VecIn b, VecIn y);

// ‖y - XX⁺y‖ above this fraction of ‖y‖ is no rounding error of data given in doubles.
inline constexpr double kInconsistent = 1e-10;

}  // namespace penchant
