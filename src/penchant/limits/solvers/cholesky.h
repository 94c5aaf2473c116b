// Cholesky factorisation of a row-major array, by blocks. One thread.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// A (n, n; lda) = L Lᵀ in place in the lower triangle, the upper one is not read; false if a pivot is not above `smallest` times
// its diagonal entry (A is then spoilt).
bool factor_cholesky(double* a, Index n, Index lda, double smallest);

}  // namespace penchant
