// Dense products and the Cholesky factorisation behind the margin solvers, in raw row-major arrays, with the widest vectors the processor
// has. One thread; the bits depend on the vector width alone.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// C (m, n; ldc) = A (m, k; lda) B (n, k; ldb)ᵀ. Of row i only the columns j <= i + offset are promised; offset >= n: all of them.
void product_nt(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double* c, Index ldc, Index offset);

// A (n, n; lda) = L Lᵀ in place in the lower triangle, the upper one is not read; false if a pivot is not above `smallest` times its diagonal entry
// (A is then spoilt).
bool factor_cholesky(double* a, Index n, Index lda, double smallest);

}  // namespace penchant
