#include "penchant/limits/solvers/gram_kernels.h"

#include <algorithm>
#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/limits/solvers/gram_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace penchant {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::ScalableTag<double>;
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(Doubles()));
// Accumulators of a tile fill the registers: 8 x 3 vectors of 32, 4 x 3 of 16.
constexpr Index kTileRows = kLanes >= 8 ? 8 : 4;
constexpr Index kTileCols = 3 * kLanes;
constexpr Index kDepth = 256;        // a packed panel of B, kDepth x kTileCols, stays in the first-level cache
constexpr Index kBlockCols = 20 * kTileCols;  // packed B stays in the second-level cache
constexpr Index kFactorBlock = 48;

// panel[p][j] = B(j, p): the columns of a tile side by side, zeros past the last row of B.
void pack(const double* b, Index rows, Index ldb, Index depth, double* panel) {
  for (Index j = 0; j < kTileCols; ++j) {
    if (j < rows) {
      const double* row = b + j * ldb;
      for (Index p = 0; p < depth; ++p) panel[p * kTileCols + j] = row[p];
    } else {
      for (Index p = 0; p < depth; ++p) panel[p * kTileCols + j] = 0.0;
    }
  }
}

// tile (kTileRows, kTileCols) = the products of kTileRows rows of A with a panel; rows past the last repeat it.
void tile_product(const double* a, Index rows, Index lda, const double* panel, Index depth, double* HWY_RESTRICT tile) {
  const Doubles d;
  const double* row[kTileRows];
  for (Index r = 0; r < kTileRows; ++r) row[r] = a + std::min(r, rows - 1) * lda;
  hn::Vec<Doubles> sum0[kTileRows], sum1[kTileRows], sum2[kTileRows];
  HWY_UNROLL(8)
  for (Index r = 0; r < kTileRows; ++r) sum0[r] = sum1[r] = sum2[r] = hn::Zero(d);
  for (Index p = 0; p < depth; ++p) {
    const auto b0 = hn::LoadU(d, panel + p * kTileCols);
    const auto b1 = hn::LoadU(d, panel + p * kTileCols + kLanes);
    const auto b2 = hn::LoadU(d, panel + p * kTileCols + 2 * kLanes);
    HWY_UNROLL(8)
    for (Index r = 0; r < kTileRows; ++r) {
      const auto x = hn::Set(d, row[r][p]);
      sum0[r] = hn::MulAdd(x, b0, sum0[r]);
      sum1[r] = hn::MulAdd(x, b1, sum1[r]);
      sum2[r] = hn::MulAdd(x, b2, sum2[r]);
    }
  }
  HWY_UNROLL(8)
  for (Index r = 0; r < kTileRows; ++r) {
    hn::StoreU(sum0[r], d, tile + r * kTileCols);
    hn::StoreU(sum1[r], d, tile + r * kTileCols + kLanes);
    hn::StoreU(sum2[r], d, tile + r * kTileCols + 2 * kLanes);
  }
}

void put_tile(const double* tile, Index rows, Index cols, double sign, bool add, double* c, Index ldc) {
  const Doubles d;
  const auto factor = hn::Set(d, sign);
  for (Index r = 0; r < rows; ++r) {
    const double* from = tile + r * kTileCols;
    double* to = c + r * ldc;
    Index j = 0;
    for (; j + kLanes <= cols; j += kLanes) {
      const auto scaled = hn::Mul(factor, hn::LoadU(d, from + j));
      hn::StoreU(add ? hn::Add(hn::LoadU(d, to + j), scaled) : scaled, d, to + j);
    }
    for (; j < cols; ++j) to[j] = (add ? to[j] : 0.0) + sign * from[j];
  }
}

// C (+)= sign A Bᵀ; C shares no entry with A or B.
void multiply(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double sign, bool add, double* c, Index ldc,
              Index offset) {
  std::vector<double> packed(static_cast<std::size_t>(kBlockCols * std::min(k, kDepth)));
  alignas(64) double tile[kTileRows * kTileCols];
  for (Index j0 = 0; j0 < n; j0 += kBlockCols) {
    const Index cols = std::min(kBlockCols, n - j0);
    for (Index p0 = 0; p0 < k; p0 += kDepth) {
      const Index depth = std::min(kDepth, k - p0);
      for (Index j = 0; j < cols; j += kTileCols)
        pack(b + (j0 + j) * ldb + p0, std::min(kTileCols, cols - j), ldb, depth, packed.data() + j * depth);
      for (Index i = 0; i < m; i += kTileRows) {
        const Index rows = std::min(kTileRows, m - i);
        for (Index j = 0; j < cols && j0 + j <= i + rows - 1 + offset; j += kTileCols) {
          tile_product(a + i * lda + p0, rows, lda, packed.data() + j * depth, depth, tile);
          put_tile(tile, rows, std::min(kTileCols, cols - j), sign, add || p0 > 0, c + i * ldc + j0 + j, ldc);
        }
      }
    }
  }
}

// A (m, n) <- A B (n, n)ᵀ for n up to one block. A strip is copied first: its later tiles are read after the earlier ones are written.
void multiply_in_place(double* a, Index m, Index lda, const double* b, Index n, Index ldb) {
  std::vector<double> strip(static_cast<std::size_t>(kTileRows * n)), packed(static_cast<std::size_t>((n + kTileCols) * n));
  alignas(64) double tile[kTileRows * kTileCols];
  for (Index j = 0; j < n; j += kTileCols) pack(b + j * ldb, std::min(kTileCols, n - j), ldb, n, packed.data() + j * n);
  for (Index i = 0; i < m; i += kTileRows) {
    const Index rows = std::min(kTileRows, m - i);
    for (Index r = 0; r < rows; ++r) std::copy_n(a + (i + r) * lda, n, strip.data() + r * n);
    for (Index j = 0; j < n; j += kTileCols) {
      tile_product(strip.data(), rows, n, packed.data() + j * n, n, tile);
      put_tile(tile, rows, std::min(kTileCols, n - j), 1.0, false, a + i * lda + j, lda);
    }
  }
}

// Lower triangle of one block, and its inverse, both by updates of whole rows of the transpose: contiguous, whatever is left of the block.
bool factor_block(double* a, Index lda, Index size, const double* smallest, double* inverse) {
  double t[kFactorBlock][kFactorBlock];  // t[j][i] = L(i, j)
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
    double* row = inverse + i * kFactorBlock;
    for (Index j = 0; j < size; ++j) row[j] = i == j ? 1.0 : 0.0;
    for (Index l = 0; l < i; ++l) {
      const double factor = t[l][i];
      const double* other = inverse + l * kFactorBlock;
      for (Index j = 0; j <= l; ++j) row[j] -= factor * other[j];
    }
    for (Index j = 0; j <= i; ++j) row[j] /= t[i][i];
  }
  for (Index j = 0; j < size; ++j)
    for (Index i = j; i < size; ++i) a[i * lda + j] = t[j][i];
  return true;
}

// By block columns, each brought up to date with all columns left of it first: a block is written once.
bool factor(double* a, Index n, Index lda, double smallest) {
  std::vector<double> limits(static_cast<std::size_t>(n)), inverse(kFactorBlock * kFactorBlock);
  for (Index i = 0; i < n; ++i) limits[i] = std::max(0.0, smallest * a[i * lda + i]);
  for (Index j = 0; j < n; j += kFactorBlock) {
    const Index size = std::min(kFactorBlock, n - j);
    if (j > 0) multiply(a + j * lda, n - j, lda, a + j * lda, size, lda, j, -1.0, true, a + j * lda + j, lda, 0);
    if (!factor_block(a + j * lda + j, lda, size, limits.data() + j, inverse.data())) return false;
    const Index below = n - j - size;
    if (below > 0) multiply_in_place(a + (j + size) * lda + j, below, lda, inverse.data(), size, kFactorBlock);
  }
  return true;
}

void product(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double* c, Index ldc, Index offset) {
  multiply(a, m, lda, b, n, ldb, k, 1.0, false, c, ldc, offset);
}

}  // namespace HWY_NAMESPACE
}  // namespace penchant
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant {

HWY_EXPORT(product);
HWY_EXPORT(factor);

void product_nt(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double* c, Index ldc, Index offset) {
  HWY_DYNAMIC_DISPATCH(product)(a, m, lda, b, n, ldb, k, c, ldc, offset);
}

bool factor_cholesky(double* a, Index n, Index lda, double smallest) { return HWY_DYNAMIC_DISPATCH(factor)(a, n, lda, smallest); }

}  // namespace penchant
#endif
