// The update and the sums of gains of a step, for both kernels of diagonal_descent.h. Included once per target (Highway).
#if defined(PENCHANT_DIAGONAL_STEP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PENCHANT_DIAGONAL_STEP_INL_H_
#undef PENCHANT_DIAGONAL_STEP_INL_H_
#else
#define PENCHANT_DIAGONAL_STEP_INL_H_
#endif

#include "penchant/dynamics/kernels/diagonal_step.h"
#include "penchant/dynamics/kernels/lanes8-inl.h"

HWY_BEFORE_NAMESPACE();
namespace penchant::kernels::HWY_NAMESPACE {

constexpr double kGainSeries = 1.0 / 16.0;  // x^2 <= 2^-8: eight terms leave 2^-64 of the first

HWY_INLINE void add_compensated(const Lanes8& x, double* sum, double* error) {
  const Lanes8 old = Lanes8::load(sum), total = add(old, x);
  const Lanes8 back = subtract(total, old);  // TwoSum (Knuth): exact whichever is larger
  const Lanes8 lost = add(subtract(old, subtract(total, back)), subtract(x, back));
  total.store(sum);
  add(Lanes8::load(error), lost).store(error);
}

HWY_INLINE void add_gain(const Lanes8& x, std::size_t j, GainSums& gains) {
  double *even = gains.even.get() + j, *even_error = gains.even_error.get() + j, *odd = gains.odd.get() + j,
         *odd_error = gains.odd_error.get() + j;
  if (!all_below(x, kGainSeries)) {
    HWY_ALIGN double values[8];
    x.store(values);
    gain_scalars(values, 8, even, even_error, odd, odd_error);
    return;
  }
  const Lanes8 x2 = multiply(x, x);
  Lanes8 e = Lanes8::all(1.0 / 8.0), o = Lanes8::all(2.0 / 17.0);
  for (int k = 7; k >= 1; --k) {
    e = fma(e, x2, Lanes8::all(1.0 / k));
    o = fma(o, x2, Lanes8::all(2.0 / (2 * k + 1)));
  }
  add_compensated(multiply(e, x2), even, even_error);
  add_compensated(multiply(multiply(o, x2), x), odd, odd_error);
}

HWY_INLINE void update(const StepArrays& a, std::size_t j, const Lanes8& g) {
  Lanes8 u = Lanes8::load(a.u + j), v = Lanes8::load(a.v + j);
  u = negative_fma(u, g, u);
  v = fma(v, g, v);
  u.store(a.u + j);
  v.store(a.v + j);
  predictor_of(u, v).store(a.beta + j);
}

// c_i of a batch.
HWY_INLINE void weigh(const StepArrays& a) {
  for (std::size_t i = 0; i < padded_to_groups(a.padded_rows); i += 8)
    multiply(Lanes8::load(a.c + i), Lanes8::load(a.weights + i)).store(a.c + i);
}

HWY_INLINE void predict(const StepArrays& a) {
  for (std::size_t j = 0; j < a.padded_cols; j += 8) predictor_of(Lanes8::load(a.u + j), Lanes8::load(a.v + j)).store(a.beta + j);
}

}  // namespace penchant::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
