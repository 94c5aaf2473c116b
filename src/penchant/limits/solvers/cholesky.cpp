#include "penchant/limits/solvers/cholesky.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "penchant/core/gram.h"

namespace penchant {

namespace {

constexpr Index kBlock = 48;

// Lower triangle of one block, and its inverse, both by updates of whole rows of the transpose: contiguous, whatever is left of the
// block.
bool factor_block(double* a, Index lda, Index size, const double* smallest, double* inverse) {
  double t[kBlock][kBlock];  // t[j][i] = L(i, j)
  for (Index j = 0; j < size; ++j)
    for (Index i = j; i < size; ++i) t[j][i] = a[i * lda + j];
  for (Index j = 0; j < size; ++j) {
    if (!(t[j][j] > smallest[j])) return false;
    const double root = std::sqrt(t[j][j]);
    for (Index i = j; i < size; ++i) t[j][i] /= root;
    for (Index l = j + 1; l < size; ++l) {
      const double factor = t[j][l];
      for (Index i = l; i < size; ++i) t[l][i] -= factor * t[j][i];
    }
  }
  for (Index i = 0; i < size; ++i) {
    double* row = inverse + i * kBlock;
    for (Index j = 0; j < size; ++j) row[j] = i == j ? 1.0 : 0.0;
    for (Index l = 0; l < i; ++l) {
      const double factor = t[l][i];
      const double* other = inverse + l * kBlock;
      for (Index j = 0; j <= l; ++j) row[j] -= factor * other[j];
    }
    for (Index j = 0; j <= i; ++j) row[j] /= t[i][i];
  }
  for (Index j = 0; j < size; ++j)
    for (Index i = j; i < size; ++i) a[i * lda + j] = t[j][i];
  return true;
}

}  // namespace

// By block columns, each brought up to date with all columns left of it first: a block is written once.
bool factor_cholesky(double* a, Index n, Index lda, double smallest) {
  std::vector<double> limits(static_cast<std::size_t>(n)), inverse(kBlock * kBlock),
      below(static_cast<std::size_t>(std::max(n - kBlock, Index{0}) * kBlock));
  for (Index i = 0; i < n; ++i) limits[i] = std::max(0.0, smallest * a[i * lda + i]);
  for (Index j = 0; j < n; j += kBlock) {
    const Index size = std::min(kBlock, n - j), next = j + size;
    if (j > 0) subtract_product_nt(a + j * lda, n - j, lda, a + j * lda, size, lda, j, a + j * lda + j, lda, 0);
    if (!factor_block(a + j * lda + j, lda, size, limits.data() + j, inverse.data())) return false;
    for (Index i = next; i < n; ++i) std::copy_n(a + i * lda + j, size, below.data() + (i - next) * size);
    if (next < n) product_nt(below.data(), n - next, size, inverse.data(), size, kBlock, size, a + next * lda + j, lda, size);
  }
  return true;
}

}  // namespace penchant
