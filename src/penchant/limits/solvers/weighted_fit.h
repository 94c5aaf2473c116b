// The fit of least weighted norm, for weights of any spread.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// argmin Σ β_j²/D_j s.t. Xβ = y for X (n, d) with independent rows; log_weight = log D (d), of which only the differences matter.
// By the Gram matrix where it is well conditioned; else by a QR factorisation with rows sorted by weight and columns pivoted,
// whose error is small relative to each row (Higham 2002, §19.4), so that weights may differ by any factor.
Vector weighted_fit(const Matrix& x, const Vector& y, const Vector& log_weight);

}  // namespace penchant
