// The constant of the null space property, where it can be computed (theory/recovery_bound.h).
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// The least ρ with ‖v_S‖₁ <= ρ ‖v_{S^c}‖₁ for every v with Xv = 0 and every S of at most `order` entries;
// 0 where only v = 0 does, +inf where some S carries all of a v. On a line the worst S are the largest entries of v. Throws
// InvalidInput for an order outside 1 … d,
// and where the null space has more than one dimension: the problem is NP-hard then, and no number is better than a wrong one.
double null_space_constant(const Matrix& x, Index order);

}  // namespace penchant
