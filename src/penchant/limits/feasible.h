// The affine set {β: Xβ = y}: rank, consistency, nearest points. X (n, d) of any shape and rank.
#pragma once

#include <optional>

#include "penchant/core/decompositions.h"
#include "penchant/core/types.h"
#include "penchant/limits/graded_inverse.h"

namespace penchant {

// Factorises X once: by its Gram matrix where the rows are clearly independent, else by a complete orthogonal decomposition, and
// where sizes of rows and columns hide the rank from that or leave it few digits, in doubled precision (graded_inverse.h). Every
// solution is refined with a residual accumulated in twice the precision, so all ways end at the accuracy of the data.
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
  // ‖X⁺‖₂ at most, to the estimate of a condition number where rows are clearly independent.
  double inverse_size() const;
  // ‖β - project(β, y)‖ at most, as measured by projecting twice; +inf where the second time does not come nearer.
  double distance(VecIn b, VecIn y) const;

 private:
  double distance_in_doubles(VecIn b, VecIn y) const;
  double distance_in_doubled_precision(VecIn b, VecIn y) const;
  double pull_of_rounding(VecIn y) const;
  DoubledVector graded_step(const DoubledVector& r) const;

  const Matrix& x_;
  std::optional<Eigen::LLT<Eigen::MatrixXd>> gram_;
  std::optional<Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>> orthogonal_;
  std::optional<GradedInverse> graded_;
};

// ‖Xβ-y‖/‖y‖; where y = 0 against ‖|X||β|‖, so that a β that merely is small does not count as a fit.
double relative_residual(const Matrix& x, VecIn b, VecIn y);

// ‖y - XX⁺y‖ above this fraction of ‖y‖ is no rounding error of data given in doubles.
inline constexpr double kInconsistent = 1e-10;

}  // namespace penchant
