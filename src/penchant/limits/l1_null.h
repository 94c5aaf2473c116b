// Directions along which a point of a MinL1 moves with its fit and its objective unchanged.
#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// A direction h in these features, 0 elsewhere; nothing: none.
struct L1Direction {
  std::vector<Index> features;
  Vector h;
};

// h != 0 with X h = 0 in the span of `support`, or of `support` and `idle` features taken in the direction of their sign (±1); up
// to rounding. If there is none, `away` (n) has x_j^T away = 0 on the support and sign_j x_j^T away > 0 on the idle ones (Gordan).
struct L1NullSpace {
  L1Direction direction;
  Vector away;
};
L1NullSpace l1_null_space(const Matrix& x, const std::vector<Index>& support, const std::vector<Index>& idle, const Vector& signs);

}  // namespace penchant
