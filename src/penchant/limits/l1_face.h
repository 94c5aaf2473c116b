// The optimal face of a MinL1, {β optimal} = {β feasible, β_j = 0 off F, sign_j β_j >= 0 on F}, F the features whose dual bound is
// tight: what it says about uniqueness, and how far from β* a point can be whose gap is known.
#pragma once

#include <string>
#include <vector>

#include "penchant/limits/l1_dual.h"

namespace penchant {

// A feasible β beside a ν of which ν/scale is dual feasible.
struct L1Pair {
  const Vector& beta;
  const Vector& residual;  // y - Xβ
  const L1Dual& dual;
  const Vector& units;     // β_j counts units_j in the distance
  double gap;              // >= 0
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

// unique: the columns of F are independent, some ν* within the rounding of ν is tight on exactly F, and the point of F that fits
// has the signs of β: both are optimal, and whatever else is lives on F. That point is the one that fits y to its rounding.
// not_unique: the same after leaving out features that are combinations of others at the same price, exactly, and a direction in
// exact integers along which fit and objective stay.
L1Face l1_face(const L1Problem& problem, const L1Pair& pair);

}  // namespace penchant
