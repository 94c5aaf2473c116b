#include "penchant/core/gram.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "penchant/core/error.h"

// One AVX-512 target is enough; each further one costs compile time.
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/core/gram.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace penchant {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

// Register tile: kTile rows of C times Width vectors, as many accumulators as the registers hold.
constexpr int kTile = HWY_MAX_BYTES >= 64 ? 8 : 4;
constexpr int kWide = 3;
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(D()));
constexpr Index kTileCols = kWide * kLanes;
constexpr Index kDepth = 256;                 // a packed panel of B, kDepth x kTileCols, stays in the first-level cache
constexpr Index kBlockCols = 20 * kTileCols;  // packed B stays in the second-level cache
constexpr Index kPanel = 48;                  // this many features of 100 samples stay in the first-level cache beside a tile of H

// The left factor of a tile, element (r, p): rows wherever they are, or kTile neighbours of every feature.
struct Rows {
  const double* row[kTile];
  HWY_INLINE double at(int r, Index p) const { return row[r][p]; }
};
struct Neighbours {
  const double* first;
  Index stride;
  HWY_INLINE double at(int r, Index p) const { return first[p * stride + r]; }
};

// c (kTile, Width vectors; ldc) += Σ_p left(r, p) right[p stride + k].
template <int Width, class Left>
HWY_INLINE void add_tile(const Left& left, const double* HWY_RESTRICT right, Index stride, Index count, double* HWY_RESTRICT c,
                         Index ldc) {
  const D d;
  V sum[kTile][Width];
#pragma GCC unroll 8
  for (int r = 0; r < kTile; ++r)
#pragma GCC unroll 3
    for (int k = 0; k < Width; ++k) sum[r][k] = hn::LoadU(d, c + r * ldc + k * kLanes);
  for (Index p = 0; p < count; ++p) {
    V across[Width];
#pragma GCC unroll 3
    for (int k = 0; k < Width; ++k) across[k] = hn::LoadU(d, right + p * stride + k * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < kTile; ++r) {
      const V down = hn::Set(d, left.at(r, p));
#pragma GCC unroll 3
      for (int k = 0; k < Width; ++k) sum[r][k] = hn::MulAdd(down, across[k], sum[r][k]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kTile; ++r)
#pragma GCC unroll 3
    for (int k = 0; k < Width; ++k) hn::StoreU(sum[r][k], d, c + r * ldc + k * kLanes);
}

// Adds one panel of scaled features (count, stride) to the upper triangle of h (stride, stride), row-major.
void add_panel(const double* HWY_RESTRICT panel, Index count, Index stride, double* HWY_RESTRICT h) {
  for (Index i = 0; i < stride; i += kTile) {
    const Neighbours left{panel + i, stride};
    double* row = h + i * stride;
    Index k = i - i % kLanes;
    for (; k + kTileCols <= stride; k += kTileCols) add_tile<kWide>(left, panel + k, stride, count, row + k, stride);
    const Index rest = (stride - k) / kLanes;
    if (rest == 2) add_tile<2>(left, panel + k, stride, count, row + k, stride);
    if (rest == 1) add_tile<1>(left, panel + k, stride, count, row + k, stride);
  }
}

// The upper triangle of h (stride, stride) += Σ_j w_j x_j x_jᵀ.
void weighted_sum(const double* HWY_RESTRICT features, Index count, Index stride, const double* HWY_RESTRICT w,
                  double* HWY_RESTRICT h) {
  const D d;
  std::vector<double> panel(static_cast<std::size_t>(kPanel * stride));
  Index filled = 0;
  for (Index j = 0; j < count; ++j) {
    if (w[j] == 0.0) continue;
    const V root = hn::Set(d, std::sqrt(w[j]));
    const double* from = features + j * stride;
    double* to = panel.data() + filled * stride;
    for (Index i = 0; i < stride; i += kLanes) hn::StoreU(hn::Mul(root, hn::LoadU(d, from + i)), d, to + i);
    if (++filled == kPanel) {
      add_panel(panel.data(), filled, stride, h);
      filled = 0;
    }
  }
  if (filled > 0) add_panel(panel.data(), filled, stride, h);
}

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

void put_tile(const double* tile, Index rows, Index cols, double sign, bool add, double* c, Index ldc) {
  const D d;
  const V factor = hn::Set(d, sign);
  for (Index r = 0; r < rows; ++r) {
    const double* from = tile + r * kTileCols;
    double* to = c + r * ldc;
    Index j = 0;
    for (; j + kLanes <= cols; j += kLanes) {
      const V scaled = hn::Mul(factor, hn::LoadU(d, from + j));
      hn::StoreU(add ? hn::Add(hn::LoadU(d, to + j), scaled) : scaled, d, to + j);
    }
    for (; j < cols; ++j) to[j] = (add ? to[j] : 0.0) + sign * from[j];
  }
}

// C (+)= sign A Bᵀ.
void product(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double sign, bool add, double* c,
             Index ldc, Index offset) {
  const Index most_cols = (std::min(n, kBlockCols) + kTileCols - 1) / kTileCols * kTileCols;
  std::vector<double> packed(static_cast<std::size_t>(most_cols * std::min(k, kDepth)));
  alignas(64) double tile[kTile * kTileCols];
  for (Index j0 = 0; j0 < n; j0 += kBlockCols) {
    const Index cols = std::min(kBlockCols, n - j0);
    for (Index p0 = 0; p0 < k; p0 += kDepth) {
      const Index depth = std::min(kDepth, k - p0);
      for (Index j = 0; j < cols; j += kTileCols)
        pack(b + (j0 + j) * ldb + p0, std::min(kTileCols, cols - j), ldb, depth, packed.data() + j * depth);
      for (Index i = 0; i < m; i += kTile) {
        const Index rows = std::min(Index{kTile}, m - i);
        Rows left;  // past the last row it repeats it; those of the tile are not put anywhere
        for (Index r = 0; r < kTile; ++r) left.row[r] = a + (i + std::min(r, rows - 1)) * lda + p0;
        for (Index j = 0; j < cols && j0 + j <= i + rows - 1 + offset; j += kTileCols) {
          std::fill(std::begin(tile), std::end(tile), 0.0);
          add_tile<kWide>(left, packed.data() + j * depth, kTileCols, depth, tile, kTileCols);
          put_tile(tile, rows, std::min(kTileCols, cols - j), sign, add || p0 > 0, c + i * ldc + j0 + j, ldc);
        }
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace penchant
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant {

HWY_EXPORT(weighted_sum);
HWY_EXPORT(product);

PackedFeatures::PackedFeatures(const Matrix& x)
    : rows_(x.rows()), cols_(x.cols()), stride_((x.rows() + kPad - 1) / kPad * kPad), data_(std::size_t(stride_ * x.cols()), 0.0) {
  constexpr Index kBlock = 8;  // both sides stay in whole cache lines
  for (Index j0 = 0; j0 < cols_; j0 += kBlock)
    for (Index i = 0; i < rows_; ++i)
      for (Index j = j0; j < std::min(j0 + kBlock, cols_); ++j) data_[std::size_t(j * stride_ + i)] = x(i, j);
}

void weighted_gram(const PackedFeatures& x, VecIn w, Eigen::MatrixXd& out) {
  PENCHANT_CHECK(w.size() == x.cols());
  const Index stride = x.stride();
  std::vector<double> h(std::size_t(stride * stride), 0.0);
  // Dispatched as a whole: until the first call has ended, every further one would ask the processor what it can, slowly under a
  // hypervisor.
  HWY_DYNAMIC_DISPATCH(weighted_sum)(x.features(), x.cols(), stride, w.data(), h.data());
  // The upper triangle by rows is the lower one by columns.
  out.resize(x.rows(), x.rows());
  for (Index i = 0; i < x.rows(); ++i)
    for (Index k = i; k < x.rows(); ++k) out(k, i) = h[std::size_t(i * stride + k)];
}

void product_nt(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double* c, Index ldc,
                Index offset) {
  HWY_DYNAMIC_DISPATCH(product)(a, m, lda, b, n, ldb, k, 1.0, false, c, ldc, offset);
}

void subtract_product_nt(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double* c, Index ldc,
                         Index offset) {
  HWY_DYNAMIC_DISPATCH(product)(a, m, lda, b, n, ldb, k, -1.0, true, c, ldc, offset);
}

}  // namespace penchant
#endif  // HWY_ONCE
