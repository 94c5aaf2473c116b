// The optimal face of a MinL1, {β optimal} = {β feasible, β_j = 0 off F, sign_j β_j >= 0 on F}, F the features whose dual bound is
// tight: what it says about uniqueness, and how far from β* a point can be whose gap is known.
#pragma once

#include <string>
#include <vector>

#include "penchant/limits/l1_problem.h"

namespace penchant {

// A feasible β beside a dual-feasible ν, g = X^T ν.
struct L1Pair {
  const Vector& beta;
  const Vector& nu;
  const Vector& g;
  const Vector& column_norms;  // ‖x_j‖
  double gap;                  // >= 0
};

enum class Uniqueness { unique, not_unique, not_established };

struct L1Face {
  Uniqueness uniqueness = Uniqueness::not_established;
  std::string text;
  // ‖β-β*‖₂ <= M + ‖X_F⁺‖ (max‖x_j‖ M + 2 √(2 δ gap/‖ν‖)),  M = gap / min slack off F + ‖β off F‖₁: off F optimal points and β have
  // mass at most gap over slack; on F the rest follows through the fit, and two points of the δ-ball that touch ν to within gap are
  // that near. NaN where X_F has dependent columns.
  double distance_bound;
};

L1Face l1_face(const L1Problem& problem, const L1Pair& pair);

}  // namespace penchant
