// Fits from which methods that find the nearest stationary point are started, the same for the same data.
#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// The fit of least ℓ2 norm first, then that of least ℓ1 norm, then kRandomFits others: the first plus a random vector of the null
// space of X, as long as it.
inline constexpr int kRandomFits = 5;
std::vector<Vector> fit_starts(const Matrix& x, const Vector& y);

}  // namespace penchant
