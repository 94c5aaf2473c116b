#include "penchant/dynamics/kernels/diagonal_descent.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "penchant/dynamics/kernels/diagonal_step.h"
#include "penchant/dynamics/step_gain.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/dynamics/kernels/diagonal_descent.cpp"
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
#include "penchant/dynamics/kernels/diagonal_step-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace penchant::kernels::HWY_NAMESPACE {

// g (8 T) of one tile.
template <std::size_t T>
HWY_INLINE void tile_gradient(const double* HWY_RESTRICT tile, const double* HWY_RESTRICT c, std::size_t rows, Lanes8* g) {
  Lanes8 even[T], odd[T];
  for (std::size_t t = 0; t < T; ++t) even[t] = odd[t] = Lanes8::zero();
  for (std::size_t i = 0; i < rows; i += 2, tile += 16 * T) {
    const Lanes8 c0 = Lanes8::all(c[i]), c1 = Lanes8::all(c[i + 1]);
    HWY_UNROLL(8)
    for (std::size_t t = 0; t < T; ++t) {
      even[t] = fma(Lanes8::load(tile + 8 * t), c0, even[t]);
      odd[t] = fma(Lanes8::load(tile + 8 * (T + t)), c1, odd[t]);
    }
  }
  for (std::size_t t = 0; t < T; ++t) g[t] = add(even[t], odd[t]);
}

// The tile's share of the eight partial sums of every row.
template <std::size_t T, bool kFirst>
HWY_INLINE void tile_outputs(const double* HWY_RESTRICT tile, const double* HWY_RESTRICT beta, std::size_t rows,
                             double* HWY_RESTRICT sums) {
  Lanes8 b[T];
  for (std::size_t t = 0; t < T; ++t) b[t] = Lanes8::load(beta + 8 * t);
  for (std::size_t i = 0; i < rows; i += 2, tile += 16 * T, sums += 16) {
    Lanes8 p0 = kFirst ? Lanes8::zero() : Lanes8::load(sums), p1 = kFirst ? Lanes8::zero() : Lanes8::load(sums + 8);
    HWY_UNROLL(8)
    for (std::size_t t = 0; t < T; ++t) {
      p0 = fma(Lanes8::load(tile + 8 * t), b[t], p0);
      p1 = fma(Lanes8::load(tile + 8 * (T + t)), b[t], p1);
    }
    p0.store(sums);
    p1.store(sums + 8);
  }
}

template <std::size_t T, bool kMove, bool kGains>
HWY_INLINE void visit_tile(const StepArrays& a, std::size_t j) {
  const double* tile = a.x + j * a.padded_rows;
  if (kMove) {
    Lanes8 g[T];
    tile_gradient<T>(tile, a.c, a.padded_rows, g);
    HWY_UNROLL(8)
    for (std::size_t t = 0; t < T; ++t) {
      update(a, j + 8 * t, g[t]);
      if (kGains) add_gain(g[t], j + 8 * t, *a.gains);
    }
  }
  if (j == 0) {
    tile_outputs<T, true>(tile, a.beta + j, a.padded_rows, a.sums);
  } else {
    tile_outputs<T, false>(tile, a.beta + j, a.padded_rows, a.sums);
  }
}

template <bool kMove, bool kGains>
HWY_INLINE void visit_any_tile(const StepArrays& a, std::size_t j, std::size_t vectors) {
  switch (vectors) {
    case 1: return visit_tile<1, kMove, kGains>(a, j);
    case 2: return visit_tile<2, kMove, kGains>(a, j);
#if HWY_MAX_BYTES >= 64
    case 3: return visit_tile<3, kMove, kGains>(a, j);
    case 4: return visit_tile<4, kMove, kGains>(a, j);
    case 5: return visit_tile<5, kMove, kGains>(a, j);
    case 6: return visit_tile<6, kMove, kGains>(a, j);
    case 7: return visit_tile<7, kMove, kGains>(a, j);
    case 8: return visit_tile<8, kMove, kGains>(a, j);
#endif
    default: HWY_ABORT("a tile of %d vectors", static_cast<int>(vectors));
  }
}

template <bool kMove, bool kGains>
HWY_INLINE void visit_all_tiles(const StepArrays& a) {
  const std::size_t width = 8 * a.tile_vectors;
  std::size_t j = 0;
  for (; j + width <= a.padded_cols; j += width) visit_any_tile<kMove, kGains>(a, j, a.tile_vectors);
  if (j < a.padded_cols) visit_any_tile<kMove, kGains>(a, j, (a.padded_cols - j) / 8);
}

// c_i = (f_i - y_i) s, of a batch times w_i.
HWY_INLINE void scaled_residuals(const StepArrays& a, double s) {
#if PENCHANT_LANES8_VECTOR
  // four rows at a time; halves are added straight from memory
  const hn::FixedTag<double, 4> four;
  const auto scale = hn::Set(four, s);
  for (std::size_t i = 0; i < a.padded_rows; i += 4) {
    const double* p = a.sums + 8 * i;
    const auto x0 = hn::Add(hn::Load(four, p), hn::Load(four, p + 4)), x1 = hn::Add(hn::Load(four, p + 8), hn::Load(four, p + 12)),
               x2 = hn::Add(hn::Load(four, p + 16), hn::Load(four, p + 20)),
               x3 = hn::Add(hn::Load(four, p + 24), hn::Load(four, p + 28));
    const auto m02 = hn::Add(hn::ConcatLowerLower(four, x2, x0), hn::ConcatUpperUpper(four, x2, x0));
    const auto m13 = hn::Add(hn::ConcatLowerLower(four, x3, x1), hn::ConcatUpperUpper(four, x3, x1));
    const auto f = hn::Add(hn::InterleaveLower(four, m02, m13), hn::InterleaveUpper(four, m02, m13));
    hn::Store(hn::Mul(hn::Sub(f, hn::Load(four, a.y + i)), scale), four, a.c + i);
  }
#else
  for (std::size_t i = 0; i < a.padded_rows; ++i) {
    const double* p = a.sums + 8 * i;
    const double f = ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
    a.c[i] = (f - a.y[i]) * s;
  }
#endif
  if (a.weights) weigh(a);
}

template <bool kGains>
void run_steps(const StepArrays& a, double s, std::int64_t steps) {
  for (std::int64_t k = 0; k < steps; ++k) {
    scaled_residuals(a, s);
    visit_all_tiles<true, kGains>(a);
  }
}

void Run(const StepArrays& a, double s, std::int64_t steps) {
  a.gains ? run_steps<true>(a, s, steps) : run_steps<false>(a, s, steps);
}

void Prepare(const StepArrays& a) {
  predict(a);
  visit_all_tiles<false, false>(a);
}

// A tile and the partial sums fit the first cache; a problem of one tile keeps its sums in registers' reach at any width.
std::size_t TileVectors(std::size_t padded_rows, std::size_t padded_cols) {
  constexpr std::size_t kMost = HWY_MAX_BYTES >= 64 ? 8 : 2;
  constexpr std::size_t kFirstCacheDoubles = 26 * 1024 / 8;
  const std::size_t all = padded_cols / 8;
  if (all <= kMost && padded_rows * padded_cols <= kFirstCacheDoubles) return all;
  return std::clamp<std::size_t>(kFirstCacheDoubles / (8 * padded_rows), 1, kMost);
}

}  // namespace penchant::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant::kernels {

HWY_EXPORT(Run);
HWY_EXPORT(Prepare);
HWY_EXPORT(TileVectors);

namespace {

constexpr std::align_val_t kAlignment{128};

constexpr std::size_t round_up(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

void add_scalar(double x, double& sum, double& error) {
  const double total = sum + x, back = total - sum;
  error += (sum - (total - back)) + (x - back);
  sum = total;
}

}  // namespace

void gain_scalars(const double* g, std::size_t count, double* even, double* even_error, double* odd, double* odd_error) {
  for (std::size_t j = 0; j < count; ++j) {
    const double plus = step_gain(g[j]), minus = step_gain(-g[j]);
    add_scalar(0.5 * (plus + minus), even[j], even_error[j]);
    add_scalar(0.5 * (plus - minus), odd[j], odd_error[j]);
  }
}

void FreeAligned::operator()(double* p) const { ::operator delete[](p, kAlignment); }

AlignedArray aligned_zeros(std::size_t size) {
  auto* p = static_cast<double*>(::operator new[](size * sizeof(double), kAlignment));
  std::fill_n(p, size, 0.0);
  return AlignedArray(p);
}

struct KernelAccess {
  static StepArrays arrays(DiagonalDescent& d) {
    GainSums* gains = d.has_gains() ? &d.gains_ : nullptr;
    return {d.x_.get(), d.y_.get(), d.u_.get(),     d.v_.get(),     d.beta_.get(),  d.sums_.get(),
            d.c_.get(), gains,      d.padded_rows_, d.padded_cols_, d.tile_vectors_, d.weights_.get()};
  }
};

DiagonalDescent::DiagonalDescent(const double* x, std::size_t rows, std::size_t cols, std::size_t stride, const double* y)
    : rows_(rows), cols_(cols), padded_rows_(round_up(rows, 4)), padded_cols_(round_up(cols, 8)) {
  x_ = aligned_zeros(padded_rows_ * padded_cols_);
  for (AlignedArray* array : {&u_, &v_, &beta_}) *array = aligned_zeros(padded_cols_);
  for (AlignedArray* array : {&y_, &c_}) *array = aligned_zeros(padded_to_groups(padded_rows_));
  sums_ = aligned_zeros(along_rows(rows_) ? padded_to_groups(padded_rows_) : 8 * padded_rows_);
  std::copy_n(y, rows, y_.get());
  along_rows(rows_) ? fill_blocks(x, stride) : fill_tiles(x, stride);
}

void DiagonalDescent::fill_tiles(const double* x, std::size_t stride) {
  tile_vectors_ = HWY_DYNAMIC_DISPATCH(TileVectors)(padded_rows_, padded_cols_);
  for (std::size_t j0 = 0; j0 < padded_cols_; j0 += 8 * tile_vectors_) {
    const std::size_t width = std::min(8 * tile_vectors_, padded_cols_ - j0), filled = std::min(width, cols_ - std::min(cols_, j0));
    for (std::size_t i = 0; i < rows_; ++i) std::copy_n(x + i * stride + j0, filled, x_.get() + j0 * padded_rows_ + i * width);
  }
}

void DiagonalDescent::fill_blocks(const double* x, std::size_t stride) {
  for (std::size_t i = 0; i < rows_; ++i)
    for (std::size_t j = 0; j < cols_; ++j) x_[offset_in_blocks(i, j, padded_rows_)] = x[i * stride + j];
}

void DiagonalDescent::set_state(const double* u, const double* v) {
  std::copy_n(u, cols_, u_.get());
  std::copy_n(v, cols_, v_.get());
  const StepArrays arrays = KernelAccess::arrays(*this);
  along_rows(rows_) ? prepare_rows(arrays) : HWY_DYNAMIC_DISPATCH(Prepare)(arrays);
}

void DiagonalDescent::get_state(double* u, double* v) const {
  std::copy_n(u_.get(), cols_, u);
  std::copy_n(v_.get(), cols_, v);
}

void DiagonalDescent::start_gains() {
  for (AlignedArray* array : {&gains_.even, &gains_.even_error, &gains_.odd, &gains_.odd_error, &gains_.g})
    *array = aligned_zeros(padded_cols_);
}

void gains_of_sums(const double* sums, std::size_t cols, double* plus, double* minus) {
  for (std::size_t j = 0; j < cols; ++j) {
    const double even = sums[j] + sums[cols + j], odd = sums[2 * cols + j] + sums[3 * cols + j];
    plus[j] = even + odd;
    minus[j] = even - odd;
  }
}

void DiagonalDescent::get_gains(double* plus, double* minus) const {
  for (std::size_t j = 0; j < cols_; ++j) {
    const double even = gains_.even[j] + gains_.even_error[j], odd = gains_.odd[j] + gains_.odd_error[j];
    plus[j] = even + odd;
    minus[j] = even - odd;
  }
}

void DiagonalDescent::get_gain_sums(double* sums) const {
  for (const AlignedArray* array : {&gains_.even, &gains_.even_error, &gains_.odd, &gains_.odd_error})
    sums = std::copy_n(array->get(), cols_, sums);
}

void DiagonalDescent::set_gain_sums(const double* sums) {
  for (const AlignedArray* array : {&gains_.even, &gains_.even_error, &gains_.odd, &gains_.odd_error}) {
    std::copy_n(sums, cols_, array->get());
    sums += cols_;
  }
}

void DiagonalDescent::run(double s, std::int64_t steps) {
  const StepArrays arrays = KernelAccess::arrays(*this);
  along_rows(rows_) ? run_rows(arrays, s, steps) : HWY_DYNAMIC_DISPATCH(Run)(arrays, s, steps);
}

}  // namespace penchant::kernels
#endif
