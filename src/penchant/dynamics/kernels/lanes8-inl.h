// Eight doubles as one value on every target: a vector of AVX-512, two of AVX2. Included once per target (Highway).
#if defined(PENCHANT_LANES8_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PENCHANT_LANES8_INL_H_
#undef PENCHANT_LANES8_INL_H_
#else
#define PENCHANT_LANES8_INL_H_
#endif

#include <hwy/highway.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace penchant::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Targets without a fused multiply-add compute it one by one in software: the same bits, slowly.
#undef PENCHANT_LANES8_VECTOR
#if HWY_NATIVE_FMA && HWY_MAX_BYTES >= 32
#define PENCHANT_LANES8_VECTOR 1
#else
#define PENCHANT_LANES8_VECTOR 0
#endif

#if PENCHANT_LANES8_VECTOR
constexpr std::size_t kParts = HWY_MAX_BYTES >= 64 ? 1 : 2;
using Tag = hn::FixedTag<double, 8 / kParts>;
using Part = hn::Vec<Tag>;
HWY_INLINE Part part_of(double x) { return hn::Set(Tag(), x); }
HWY_INLINE Part load_part(const double* from) { return hn::Load(Tag(), from); }
HWY_INLINE void store_part(Part x, double* to) { hn::Store(x, Tag(), to); }
HWY_INLINE Part add(Part a, Part b) { return hn::Add(a, b); }
HWY_INLINE Part subtract(Part a, Part b) { return hn::Sub(a, b); }
HWY_INLINE Part multiply(Part a, Part b) { return hn::Mul(a, b); }
HWY_INLINE Part fma(Part a, Part b, Part c) { return hn::MulAdd(a, b, c); }
HWY_INLINE Part negative_fma(Part a, Part b, Part c) { return hn::NegMulAdd(a, b, c); }
HWY_INLINE Part fma_minus(Part a, Part b, Part c) { return hn::MulSub(a, b, c); }
// Sums of neighbouring lanes, a's before b's.
HWY_INLINE Part neighbour_sums(Part a, Part b) { return hn::Add(hn::ConcatEven(Tag(), b, a), hn::ConcatOdd(Tag(), b, a)); }
HWY_INLINE bool all_below(Part a, double bound) { return hn::AllTrue(Tag(), hn::Lt(hn::Abs(a), hn::Set(Tag(), bound))); }
#else
constexpr std::size_t kParts = 8;
using Part = double;
HWY_INLINE Part part_of(double x) { return x; }
HWY_INLINE Part load_part(const double* from) { return *from; }
HWY_INLINE void store_part(Part x, double* to) { *to = x; }
HWY_INLINE Part add(Part a, Part b) { return a + b; }
HWY_INLINE Part subtract(Part a, Part b) { return a - b; }
HWY_INLINE Part multiply(Part a, Part b) { return a * b; }
HWY_INLINE Part fma(Part a, Part b, Part c) { return std::fma(a, b, c); }
HWY_INLINE Part negative_fma(Part a, Part b, Part c) { return std::fma(-a, b, c); }
HWY_INLINE Part fma_minus(Part a, Part b, Part c) { return std::fma(a, b, -c); }
HWY_INLINE Part neighbour_sums(Part a, Part b) { return a + b; }
HWY_INLINE bool all_below(Part a, double bound) { return std::abs(a) < bound; }
#endif
constexpr std::size_t kWidth = 8 / kParts;

struct Lanes8 {
  Part part[kParts];

  static HWY_INLINE Lanes8 zero() { return all(0.0); }
  static HWY_INLINE Lanes8 all(double x) {
    Lanes8 out;
    for (auto& p : out.part) p = part_of(x);
    return out;
  }
  static HWY_INLINE Lanes8 load(const double* from) {
    Lanes8 out;
    for (std::size_t k = 0; k < kParts; ++k) out.part[k] = load_part(from + k * kWidth);
    return out;
  }
  // Four from memory and four zeros.
  static HWY_INLINE Lanes8 load_half(const double* from) {
    Lanes8 out = zero();
#if PENCHANT_LANES8_VECTOR && HWY_MAX_BYTES >= 64
    out.part[0] = hn::ZeroExtendVector(Tag(), hn::Load(hn::FixedTag<double, 4>(), from));
#else
    for (std::size_t k = 0; k < kParts / 2; ++k) out.part[k] = load_part(from + k * kWidth);
#endif
    return out;
  }
  HWY_INLINE void store(double* to) const {
    for (std::size_t k = 0; k < kParts; ++k) store_part(part[k], to + k * kWidth);
  }
};

HWY_INLINE Lanes8 add(const Lanes8& a, const Lanes8& b) {
  Lanes8 out;
  for (std::size_t k = 0; k < kParts; ++k) out.part[k] = add(a.part[k], b.part[k]);
  return out;
}
HWY_INLINE Lanes8 subtract(const Lanes8& a, const Lanes8& b) {
  Lanes8 out;
  for (std::size_t k = 0; k < kParts; ++k) out.part[k] = subtract(a.part[k], b.part[k]);
  return out;
}
HWY_INLINE Lanes8 multiply(const Lanes8& a, const Lanes8& b) {
  Lanes8 out;
  for (std::size_t k = 0; k < kParts; ++k) out.part[k] = multiply(a.part[k], b.part[k]);
  return out;
}
// a b + c, c - a b and a b - c, each rounded once.
HWY_INLINE Lanes8 fma(const Lanes8& a, const Lanes8& b, const Lanes8& c) {
  Lanes8 out;
  for (std::size_t k = 0; k < kParts; ++k) out.part[k] = fma(a.part[k], b.part[k], c.part[k]);
  return out;
}
HWY_INLINE Lanes8 negative_fma(const Lanes8& a, const Lanes8& b, const Lanes8& c) {
  Lanes8 out;
  for (std::size_t k = 0; k < kParts; ++k) out.part[k] = negative_fma(a.part[k], b.part[k], c.part[k]);
  return out;
}
HWY_INLINE Lanes8 fma_minus(const Lanes8& a, const Lanes8& b, const Lanes8& c) {
  Lanes8 out;
  for (std::size_t k = 0; k < kParts; ++k) out.part[k] = fma_minus(a.part[k], b.part[k], c.part[k]);
  return out;
}
HWY_INLINE bool all_below(const Lanes8& a, double bound) {
  bool out = true;
  for (const auto& p : a.part) out = out && all_below(p, bound);
  return out;
}
// Lane q of the result is ((l_0+l_1) + (l_2+l_3)) + ((l_4+l_5) + (l_6+l_7)) of x[q], q = 0 … 7.
HWY_INLINE Lanes8 sums_of_lanes(const Lanes8* x) {
  Part parts[8 * kParts];
  for (std::size_t q = 0; q < 8; ++q)
    for (std::size_t k = 0; k < kParts; ++k) parts[q * kParts + k] = x[q].part[k];
  HWY_UNROLL(3)
  for (std::size_t count = 4 * kParts; count >= kParts; count /= 2) {
    HWY_UNROLL(32)
    for (std::size_t k = 0; k < count; ++k) parts[k] = neighbour_sums(parts[2 * k], parts[2 * k + 1]);
  }
  Lanes8 out;
  for (std::size_t k = 0; k < kParts; ++k) out.part[k] = parts[k];
  return out;
}
// beta = u^2 - v^2 with one rounding less than the plain form.
HWY_INLINE Lanes8 predictor_of(const Lanes8& u, const Lanes8& v) { return fma_minus(u, u, multiply(v, v)); }

}  // namespace penchant::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
