// The active set of a homotopy: X_A = Q R kept under insertions and removals of columns, and with it everything the path needs.
//   residual  r⊥ = y - X_A X_A⁺ y        dual  u = X_A (X_A^T X_A)^{-1} s,  so that on the path  β_A = fit - λ slope,  r = r⊥ + λ u
//   fit = X_A⁺ y                         slope = (X_A^T X_A)^{-1} s
// Insertion is Gram-Schmidt with reorthogonalisation where it cancels (Kahan-Parlett, "twice is enough"); removal is by Givens
// rotations. An orthogonal basis, not the Gram matrix: features that are nearly parallel keep their digits.
#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant::l1 {

class ActiveQr {
 public:
  explicit ActiveQr(Vector y);

  Index size() const { return size_; }
  // Appends a column with its price s (signed weight). False, and nothing changes, if it lies in the span of the others.
  bool insert(const double* column, double s);
  // Removes the column at `position`; those after it move up.
  void remove(Index position);

  const Vector& residual() const { return residual_; }
  const Vector& dual() const { return dual_; }
  // How the last insertion or removal moved the pair: residual -= fit_change * direction, dual += dual_change * direction.
  const Vector& direction() const { return direction_; }
  double fit_change() const { return fit_change_; }
  double dual_change() const { return dual_change_; }

  void coefficients(Vector& fit, Vector& slope) const;
  // ‖e_i^T R^{-1}‖: fit_i moves by at most this much per unit change of y.
  double sensitivity(Index position) const;
  // R^{-1} Q^T v and Q R^{-T} e: the least-squares solution and the least-norm solution of X_A^T v = e.
  Vector least_squares(const Vector& v) const;
  Vector least_norm(const Vector& e) const;
  // Residual and dual anew from Q: takes the drift of many updates away.
  void refresh();

 private:
  auto basis() const { return q_.leftCols(size_); }
  void grow();

  Index size_ = 0;
  Eigen::MatrixXd q_;                    // (n, capacity)
  Matrix r_;                             // (capacity, capacity), upper triangle
  std::vector<double> fit_, dual_part_;  // Q^T y, R^{-T} s
  Vector residual_, dual_, direction_, overlap_, correction_;
  double fit_change_ = 0.0, dual_change_ = 0.0;
};

}  // namespace penchant::l1
