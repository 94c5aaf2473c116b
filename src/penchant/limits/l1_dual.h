// What any ν says about a MinL1, with its rounding errors bounded and counted against it: a lower bound, or that nothing fits.
#pragma once

#include <optional>
#include <string>

#include "penchant/limits/l1_problem.h"

namespace penchant {

// x_j^T ν and what it may be off by.
struct L1Price {
  double value, error;
};

// ν beside what all of X says of it.
struct L1Dual {
  Vector nu;            // (n)
  Vector correction;    // (n) or empty: ν + correction is meant, below the digits of ν
  Vector g;             // (d) X^T ν, plain sums; accurate ones where a feature is near its bound
  Vector column_norms;  // (d) ‖x_j‖
  double scale = 0.0;   // >= max_j of x_j^T ν over its bound; <= 0: no feature is priced above 0
  double value = 0.0;   // <= ⟨ν,y⟩ - δ‖ν‖
  double rounding = 0.0;  // |x_j^T (ν + correction) - g_j| <= rounding ‖x_j‖

  // Bounds the optimum from below; +inf where it proves that there is none.
  double lower() const;
  double noise(Index j) const { return rounding * column_norms[j]; }
  // After ν or its correction were changed.
  void measure_rounding();
  // g_j with its noise; summed accurately where that says little beside the bound.
  L1Price price(const L1Problem& problem, Index j) const;
  // At most scale up_j - x_j^T ν and scale down_j + x_j^T ν.
  double least_slack(const L1Problem& problem, Index j) const;
};

// x_j^T (ν + correction), summed in twice the precision.
L1Price l1_price(const L1Problem& problem, const L1Dual& dual, Index j);

// ν is scaled to ‖ν‖ = 1 first. One reading of X.
L1Dual l1_dual(const L1Problem& problem, Vector nu);

// ν + correction, tight on the support of β and nowhere further than its bound as far as twice the digits of a double tell: prices
// that differ by 1e8 leave no room for the rounding of ν. The better of this and what was given.
L1Dual refined(const L1Problem& problem, const L1Dual& dual, const Vector& beta, double objective);

// The sentence that proves {β: ‖Xβ-y‖ <= δ} (with β >= 0 if positive) empty, if ν does: X^T ν = 0 (<= 0) and ⟨ν,y⟩ > δ‖ν‖ hold
// exactly as written, or for a ν* that differs from ν by less than their slack. In the latter case the features Z not priced below
// 0 are independent, so that ν* = ν - X_Z (X_Z^T X_Z)^{-1} X_Z^T ν exists.
std::optional<std::string> proof_that_nothing_fits(const L1Problem& problem, const L1Dual& dual);

// The same of {β: Xβ = y} (with β >= 0 if positive) for any ν, in units in which rows and columns have one size.
std::optional<std::string> proof_that_nothing_fits(const MinL1& exact_fit, const Vector& nu);

}  // namespace penchant
