// A MinL1 in units in which rows and columns have one size, all of them powers of two: nothing is rounded on the way there or back.
#pragma once

#include <optional>

#include "penchant/limits/l1_problem.h"

namespace penchant {

// x'_ij = row_i x_ij column_j,  y'_i = row_i y_i,  β_j = column_j β'_j,  ν_i = row_i ν'_i,  prices p'_j = column_j p_j. Dual
// feasibility, the objective and ⟨ν,y⟩ are what they were; ‖Xβ-y‖ is not, so that δ > 0 keeps its rows.
class ScaledL1 {
 public:
  // In the units of equilibration.h, y a column beside X.
  explicit ScaledL1(const L1Problem& original);
  ScaledL1(const ScaledL1&) = delete;  // problem() refers to its members
  ScaledL1& operator=(const ScaledL1&) = delete;

  const L1Problem& problem() const { return problem_; }
  const Vector& columns() const { return columns_; }
  Vector point(VecIn original) const { return original.cwiseQuotient(columns_); }
  Vector dual(VecIn original) const { return original.cwiseQuotient(rows_); }
  Vector original_point(VecIn scaled) const { return scaled.cwiseProduct(columns_); }
  Vector original_dual(VecIn scaled) const { return scaled.cwiseProduct(rows_); }

 private:
  Vector rows_, columns_;
  Matrix x_;
  Vector y_;
  L1Problem problem_;
};

// Whether rows or columns differ so much in size that digits are lost to it, judged by the first entries of each row: a reading of
// all of X would cost as much as the rest. Only the way to the answer depends on it.
bool unevenly_scaled(const L1Problem& problem);

}  // namespace penchant
