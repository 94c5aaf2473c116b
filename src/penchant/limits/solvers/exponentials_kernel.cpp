#include "penchant/limits/solvers/exponentials_kernel.h"

#include <algorithm>

#define HWY_DISABLED_TARGETS (HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/limits/solvers/exponentials_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace penchant {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

// e^709.7 is the largest double; beyond it the sum only has to be huge.
constexpr double kTop = 709.0;

HWY_INLINE V SafeExp(const D d, V x) { return hn::Exp(d, hn::Min(x, hn::Set(d, kTop))); }

template <class Body>
HWY_INLINE void ForEachVector(std::size_t size, const Body& body) {
  const std::size_t lanes = hn::Lanes(D());
  std::size_t j = 0;
  for (; j + lanes <= size; j += lanes) body(j, lanes);
  if (j < size) body(j, size - j);
}

// `count` numbers, the other lanes filled with `fill`.
HWY_INLINE V LoadSome(const D d, const double* from, std::size_t count, double fill) {
  if (count == hn::Lanes(d)) return hn::LoadU(d, from);
  HWY_ALIGN double buffer[HWY_MAX_BYTES / sizeof(double)];
  std::fill(buffer, buffer + hn::Lanes(d), fill);
  std::copy(from, from + count, buffer);
  return hn::Load(d, buffer);
}

HWY_INLINE void StoreSome(const D d, V v, std::size_t count, double* to) {
  if (count == hn::Lanes(d)) return hn::StoreU(v, d, to);
  HWY_ALIGN double buffer[HWY_MAX_BYTES / sizeof(double)];
  hn::Store(v, d, buffer);
  std::copy(buffer, buffer + count, to);
}

void Slope(const double* HWY_RESTRICT p, const double* HWY_RESTRICT m, const double* HWY_RESTRICT dv, double t, std::size_t size,
           double* HWY_RESTRICT out) {
  const D d;
  const V step = hn::Set(d, t);
  V value = hn::Zero(d), derivative = hn::Zero(d);
  ForEachVector(size, [&](std::size_t j, std::size_t count) HWY_ATTR {
    const V direction = LoadSome(d, dv + j, count, 0.0);
    const V up = SafeExp(d, hn::MulAdd(step, direction, LoadSome(d, p + j, count, -kTop)));
    const V down = SafeExp(d, hn::NegMulAdd(step, direction, LoadSome(d, m + j, count, -kTop)));
    value = hn::MulAdd(hn::Sub(up, down), direction, value);
    derivative = hn::MulAdd(hn::Mul(hn::Add(up, down), direction), direction, derivative);
  });
  out[0] = hn::GetLane(hn::SumOfLanes(d, value));
  out[1] = hn::GetLane(hn::SumOfLanes(d, derivative));
}

void Value(const double* HWY_RESTRICT p, const double* HWY_RESTRICT m, std::size_t size, double* HWY_RESTRICT beta,
           double* HWY_RESTRICT weight) {
  const D d;
  ForEachVector(size, [&](std::size_t j, std::size_t count) HWY_ATTR {
    const V up = SafeExp(d, LoadSome(d, p + j, count, 0.0));
    const V down = SafeExp(d, LoadSome(d, m + j, count, 0.0));
    StoreSome(d, hn::Sub(up, down), count, beta + j);
    StoreSome(d, hn::Add(up, down), count, weight + j);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace penchant
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant {

HWY_EXPORT(Slope);
HWY_EXPORT(Value);

RaySlope exponentials_slope(const double* p, const double* m, const double* dv, double t, std::size_t size) {
  double out[2];
  HWY_DYNAMIC_DISPATCH(Slope)(p, m, dv, t, size, out);
  return {out[0], out[1]};
}

void exponentials_value(const double* p, const double* m, std::size_t size, double* beta, double* weight) {
  HWY_DYNAMIC_DISPATCH(Value)(p, m, size, beta, weight);
}

}  // namespace penchant
#endif  // HWY_ONCE
