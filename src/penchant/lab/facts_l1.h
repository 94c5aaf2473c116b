// The least ℓ1 norm over the fits and how sharply it pins its point down.
#pragma once

#include <optional>

#include "penchant/core/linear_map.h"

namespace penchant {

struct LeastL1 {
  std::optional<double> norm;              // absent: not settled, or no fit
  std::optional<bool> unique;
  std::optional<double> condition;         // Facts::l1_condition
  std::optional<Vector> infeasible_proof;  // positive: ν with X^T ν >= 0, ⟨ν, y⟩ < 0, checked here
};

LeastL1 least_l1(const MapPtr& x, const Vector& y, bool positive);

// Facts::l1_condition from a solution and its dual; absent where the point is not pinned down.
std::optional<double> l1_condition(const Matrix& x, const Vector& beta, const Vector& dual, bool positive);

}  // namespace penchant
