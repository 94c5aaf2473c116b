// Whether y = Xβ with β >= 0 (Farkas).
#pragma once

#include <optional>

#include "penchant/core/types.h"

namespace penchant {

// ν (n) with X^T ν >= 0 (up to rounding) and ⟨ν, y⟩ < 0: no β >= 0 has Xβ = y. Empty if y is in the cone.
// By non-negative least squares (Lawson and Hanson 1974): the residual Xβ - y at the nearest point of the cone is such a ν.
std::optional<Vector> separating_ray(const Matrix& x, const Vector& y);

}  // namespace penchant
