#include <algorithm>
#include <utility>

#include "penchant/dynamics/kernels/diagonal_step.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/dynamics/kernels/diagonal_rows.cpp"
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
#include "penchant/dynamics/kernels/diagonal_step-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace penchant::kernels::HWY_NAMESPACE {

HWY_INLINE std::size_t halves_of(const StepArrays& a) { return a.padded_rows / 4; }
HWY_INLINE std::size_t blocks_of(const StepArrays& a) { return a.padded_cols / 8; }

// c_i = (f_i - y_i) s, of a batch times w_i.
HWY_INLINE void scaled_residuals(const StepArrays& a, double s) {
  for (std::size_t i = 0; i < padded_to_groups(a.padded_rows); i += 8)
    multiply(subtract(Lanes8::load(a.sums + i), Lanes8::load(a.y + i)), Lanes8::all(s)).store(a.c + i);
  if (a.weights) weigh(a);
}

// The gains wait for the end of the step: their arithmetic would push the outputs out of the registers.
HWY_INLINE void finish(const StepArrays& a, std::size_t j, const Lanes8& g) {
  update(a, j, g);
  if (a.gains) g.store(a.gains->g.get() + j);
}

void add_gains(const StepArrays& a) {
  for (std::size_t j = 0; j < a.padded_cols; j += 8) add_gain(Lanes8::load(a.gains->g.get() + j), j, *a.gains);
}

// Eight rows, or the last four, of column q.
template <bool kHalf>
HWY_INLINE Lanes8 entries(const double* HWY_RESTRICT group, std::size_t q) {
  return kHalf ? Lanes8::load_half(group + 4 * q) : Lanes8::load(group + 8 * q);
}

HWY_INLINE const double* block_of(const StepArrays& a, std::size_t b) { return a.x + b * 8 * a.padded_rows; }

// Columns whose gradients are accumulated together: as many as there are registers for.
constexpr std::size_t kAtOnce = HWY_MAX_BYTES >= 64 ? 8 : 4;

template <bool kHalf, bool kFirst>
HWY_INLINE void gradient_group(const double* HWY_RESTRICT group, const double* HWY_RESTRICT c, std::size_t first, Lanes8* lanes) {
  const Lanes8 residual = Lanes8::load(c);
  HWY_UNROLL(8)
  for (std::size_t q = 0; q < kAtOnce; ++q) {
    const Lanes8 x = entries<kHalf>(group, first + q);
    lanes[first + q] = kFirst ? multiply(x, residual) : fma(x, residual, lanes[first + q]);
  }
}

// g of the block, and its update.
HWY_INLINE void move_block(const StepArrays& a, std::size_t b) {
  const double* block = block_of(a, b);
  const std::size_t full = halves_of(a) / 2;
  Lanes8 lanes[8];
  for (std::size_t first = 0; first < 8; first += kAtOnce) {
    gradient_group<false, true>(block, a.c, first, lanes);
    for (std::size_t k = 1; k < full; ++k) gradient_group<false, false>(block + 64 * k, a.c + 8 * k, first, lanes);
    if (halves_of(a) % 2 == 1) gradient_group<true, false>(block + 64 * full, a.c + 8 * full, first, lanes);
  }
  finish(a, 8 * b, sums_of_lanes(lanes));
}

// t of the header for the rows of a group.
template <bool kHalf>
HWY_INLINE Lanes8 block_outputs(const double* HWY_RESTRICT group, const Lanes8* beta) {
  Lanes8 t = multiply(entries<kHalf>(group, 0), beta[0]);
  HWY_UNROLL(8)
  for (std::size_t q = 1; q < 8; ++q) t = fma(entries<kHalf>(group, q), beta[q], t);
  return t;
}

HWY_INLINE void spread(const double* from, Lanes8* out) {
  HWY_UNROLL(8)
  for (std::size_t q = 0; q < 8; ++q) out[q] = Lanes8::all(from[q]);
}

HWY_INLINE void add_outputs(const StepArrays& a, std::size_t b) {
  const double* block = block_of(a, b);
  const std::size_t full = halves_of(a) / 2;
  Lanes8 beta[8];
  spread(a.beta + 8 * b, beta);
  for (std::size_t k = 0; k < full; ++k)
    add(Lanes8::load(a.sums + 8 * k), block_outputs<false>(block + 64 * k, beta)).store(a.sums + 8 * k);
  if (halves_of(a) % 2 == 1)
    add(Lanes8::load(a.sums + 8 * full), block_outputs<true>(block + 64 * full, beta)).store(a.sums + 8 * full);
}

HWY_INLINE void clear_outputs(const StepArrays& a) {
  for (std::size_t i = 0; i < padded_to_groups(a.padded_rows); i += 8) Lanes8::zero().store(a.sums + i);
}

// Outputs follow so many blocks behind the gradient: its sums over lanes and the update have time to end, the block is still in the
// first cache.
constexpr std::size_t kBehind = 2;

void step_any(const StepArrays& a) {
  clear_outputs(a);
  for (std::size_t b = 0; b < blocks_of(a) + kBehind; ++b) {
    if (b < blocks_of(a)) move_block(a, b);
    if (b >= kBehind) add_outputs(a, b - kBehind);
  }
}

#if HWY_MAX_BYTES >= 64
// All outputs stay in registers for the whole step, and the two readings of X are interleaved, which the first cache serves faster
// (benchmarks/README.md).
template <std::size_t kHalves>
HWY_INLINE void step_in_registers(const StepArrays& a) {
  constexpr std::size_t kLast = (kHalves - 1) / 2;
  constexpr bool kHalf = kHalves % 2 == 1;
  const std::size_t ahead = std::min(kBehind, blocks_of(a));
  for (std::size_t b = 0; b < ahead; ++b) move_block(a, b);
  Lanes8 f[kLast + 1];
  HWY_UNROLL(16)
  for (std::size_t k = 0; k <= kLast; ++k) f[k] = Lanes8::zero();
  const double* old = a.x;
  for (std::size_t b = ahead; b < blocks_of(a); ++b, old += 32 * kHalves) {
    const double* next = old + kBehind * 32 * kHalves;
    Lanes8 beta[8], lanes[8];
    spread(a.beta + 8 * (b - ahead), beta);
    // The last group apart at both ends, while registers are free: as a half it needs more of them.
    f[kLast] = add(f[kLast], block_outputs<kHalf>(old + 64 * kLast, beta));
    HWY_UNROLL(16)
    for (std::size_t k = 0; k < kLast; ++k) {
      const Lanes8 c = Lanes8::load(a.c + 8 * k);
      Lanes8 t;
      HWY_UNROLL(8)
      for (std::size_t q = 0; q < 8; ++q) {
        const Lanes8 x = Lanes8::load(next + 64 * k + 8 * q), z = Lanes8::load(old + 64 * k + 8 * q);
        lanes[q] = k == 0 ? multiply(x, c) : fma(x, c, lanes[q]);
        t = q == 0 ? multiply(z, beta[q]) : fma(z, beta[q], t);
      }
      f[k] = add(f[k], t);
    }
    gradient_group<kHalf, false>(next + 64 * kLast, a.c + 8 * kLast, 0, lanes);
    finish(a, 8 * b, sums_of_lanes(lanes));
  }
  for (std::size_t b = blocks_of(a) - ahead; b < blocks_of(a); ++b, old += 32 * kHalves) {
    Lanes8 beta[8];
    spread(a.beta + 8 * b, beta);
    HWY_UNROLL(16)
    for (std::size_t k = 0; k < kLast; ++k) f[k] = add(f[k], block_outputs<false>(old + 64 * k, beta));
    f[kLast] = add(f[kLast], block_outputs<kHalf>(old + 64 * kLast, beta));
  }
  HWY_UNROLL(16)
  for (std::size_t k = 0; k <= kLast; ++k) f[k].store(a.sums + 8 * k);
}
#endif

template <class Step>
HWY_INLINE void run_steps(const StepArrays& a, double s, std::int64_t steps, Step step) {
  for (std::int64_t k = 0; k < steps; ++k) {
    scaled_residuals(a, s);
    step(a);
    if (a.gains) add_gains(a);
  }
}

#if HWY_MAX_BYTES >= 64
// along_rows: 13 outputs, 8 gradients, 8 predictors and two to work with are 31 registers of 32.
constexpr std::size_t kFewestHalves = 9, kMostHalves = 26;

template <std::size_t kHalves>
void RunInRegisters(const StepArrays& a, double s, std::int64_t steps) {
  run_steps(a, s, steps, [](const StepArrays& arrays) HWY_ATTR { step_in_registers<kHalves>(arrays); });
}

template <std::size_t... kIndex>
void run_in_registers(const StepArrays& a, double s, std::int64_t steps, std::index_sequence<kIndex...>) {
  using Runner = void (*)(const StepArrays&, double, std::int64_t);
  static constexpr Runner kRunners[] = {RunInRegisters<kFewestHalves + kIndex>...};
  kRunners[halves_of(a) - kFewestHalves](a, s, steps);
}
#endif

void RunRows(const StepArrays& a, double s, std::int64_t steps) {
#if HWY_MAX_BYTES >= 64
  run_in_registers(a, s, steps, std::make_index_sequence<kMostHalves - kFewestHalves + 1>());
#else
  run_steps(a, s, steps, step_any);
#endif
}

void PrepareRows(const StepArrays& a) {
  predict(a);
  clear_outputs(a);
  for (std::size_t b = 0; b < blocks_of(a); ++b) add_outputs(a, b);
}

}  // namespace penchant::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant::kernels {

HWY_EXPORT(RunRows);
HWY_EXPORT(PrepareRows);

void prepare_rows(const StepArrays& arrays) { HWY_DYNAMIC_DISPATCH(PrepareRows)(arrays); }
void run_rows(const StepArrays& arrays, double s, std::int64_t steps) { HWY_DYNAMIC_DISPATCH(RunRows)(arrays, s, steps); }

}  // namespace penchant::kernels
#endif
