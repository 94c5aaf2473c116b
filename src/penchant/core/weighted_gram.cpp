#include "penchant/core/weighted_gram.h"

#include <cmath>
#include <cstdint>

#include "penchant/core/error.h"

// One AVX-512 target is enough; each further one costs compile time.
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/core/weighted_gram.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace penchant {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

// Register tile: kTile rows of H times Width vectors, as many accumulators as the registers hold.
constexpr int kTile = HWY_MAX_BYTES >= 64 ? 8 : 4;
constexpr int kWide = 3;

// h[i..i+kTile) x [k..k+Width vectors) += sum over the panel of y_j[i] y_j[k].
template <int Width>
HWY_INLINE void AddTile(const double* HWY_RESTRICT panel, std::size_t count, std::size_t stride, std::size_t i, std::size_t k,
                        double* HWY_RESTRICT h) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  V sum[kTile][Width];
#pragma GCC unroll 8
  for (int r = 0; r < kTile; ++r)
#pragma GCC unroll 3
    for (int c = 0; c < Width; ++c) sum[r][c] = hn::LoadU(d, h + (i + r) * stride + k + c * lanes);
  for (std::size_t j = 0; j < count; ++j) {
    const double* row = panel + j * stride;
    V right[Width];
#pragma GCC unroll 3
    for (int c = 0; c < Width; ++c) right[c] = hn::LoadU(d, row + k + c * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < kTile; ++r) {
      const V left = hn::Set(d, row[i + r]);
#pragma GCC unroll 3
      for (int c = 0; c < Width; ++c) sum[r][c] = hn::MulAdd(left, right[c], sum[r][c]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kTile; ++r)
#pragma GCC unroll 3
    for (int c = 0; c < Width; ++c) hn::StoreU(sum[r][c], d, h + (i + r) * stride + k + c * lanes);
}

// Adds one panel of scaled features (count, stride) to the upper triangle of h (stride, stride), row-major.
void AddPanel(const double* HWY_RESTRICT panel, std::size_t count, std::size_t stride, double* HWY_RESTRICT h) {
  const std::size_t lanes = hn::Lanes(D());
  for (std::size_t i = 0; i < stride; i += kTile) {
    std::size_t k = i - i % lanes;
    for (; k + kWide * lanes <= stride; k += kWide * lanes) AddTile<kWide>(panel, count, stride, i, k, h);
    const std::size_t left = (stride - k) / lanes;
    if (left == 2) AddTile<2>(panel, count, stride, i, k, h);
    if (left == 1) AddTile<1>(panel, count, stride, i, k, h);
  }
}

// out = root * feature, whole vectors.
void ScaleFeature(const double* HWY_RESTRICT feature, double root, std::size_t stride, double* HWY_RESTRICT out) {
  const D d;
  const V factor = hn::Set(d, root);
  for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) hn::StoreU(hn::Mul(factor, hn::LoadU(d, feature + i)), d, out + i);
}

}  // namespace HWY_NAMESPACE
}  // namespace penchant
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant {

HWY_EXPORT(AddPanel);
HWY_EXPORT(ScaleFeature);

namespace {

// A panel of this many features of 100 samples stays in the first-level cache beside a tile of H.
constexpr std::size_t kPanel = 48;

}  // namespace

PackedFeatures::PackedFeatures(const Matrix& x)
    : rows_(x.rows()), cols_(x.cols()), stride_((x.rows() + kPad - 1) / kPad * kPad), data_(std::size_t(stride_ * x.cols()), 0.0) {
  constexpr Index kBlock = 8;  // both sides stay in whole cache lines
  for (Index j0 = 0; j0 < cols_; j0 += kBlock)
    for (Index i = 0; i < rows_; ++i)
      for (Index j = j0; j < std::min(j0 + kBlock, cols_); ++j) data_[std::size_t(j * stride_ + i)] = x(i, j);
}

void weighted_gram(const PackedFeatures& x, VecIn w, Eigen::MatrixXd& out) {
  PENCHANT_CHECK(w.size() == x.cols());
  const auto stride = std::size_t(x.stride());
  std::vector<double> panel(kPanel * stride);
  std::vector<double> h(stride * stride, 0.0);
  std::size_t count = 0;
  const auto add_panel = HWY_DYNAMIC_DISPATCH(AddPanel);
  const auto scale = HWY_DYNAMIC_DISPATCH(ScaleFeature);
  for (Index j = 0; j < x.cols(); ++j) {
    if (w[j] == 0.0) continue;
    scale(x.feature(j), std::sqrt(w[j]), stride, panel.data() + count * stride);
    if (++count == kPanel) {
      add_panel(panel.data(), count, stride, h.data());
      count = 0;
    }
  }
  if (count > 0) add_panel(panel.data(), count, stride, h.data());
  // The upper triangle by rows is the lower one by columns.
  out.resize(x.rows(), x.rows());
  for (Index i = 0; i < x.rows(); ++i)
    for (Index k = i; k < x.rows(); ++k) out(k, i) = h[std::size_t(i) * stride + std::size_t(k)];
}

}  // namespace penchant
#endif  // HWY_ONCE
