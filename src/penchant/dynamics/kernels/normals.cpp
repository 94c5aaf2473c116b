#include "penchant/dynamics/kernels/normals.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/dynamics/kernels/normals.cpp"
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace penchant::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most eight lanes, so that a row of eight is a whole number of vectors on every target.
using D = hn::CappedTag<double, 8>;
using U = hn::RebindToUnsigned<D>;
using V = hn::Vec<D>;
using W = hn::Vec<U>;

// Sums and products are rounded one by one, never fused: every target has the same.
HWY_INLINE V horner(V x, const double* from, std::size_t count) {
  V out = hn::Set(D(), from[0]);
  for (std::size_t i = 1; i < count; ++i) out = hn::Add(hn::Mul(out, x), hn::Set(D(), from[i]));
  return out;
}

struct Counter {
  W word[4];  // of 32 bits each; what is above them means nothing
};

// Philox 4x32, ten rounds; the low 32 bits of the result count.
HWY_INLINE Counter philox(Counter c, W key0, W key1) {
  const U u;
#if HWY_TARGET == HWY_SCALAR
  // One lane of 64 bits has no two halves.
  const auto multiply = [&](W a, std::uint64_t m) { return hn::Mul(hn::And(a, hn::Set(u, 0xFFFFFFFFu)), hn::Set(u, m)); };
#else
  const hn::Repartition<std::uint32_t, U> half;
  const auto multiply = [&](W a, std::uint64_t m)
                            HWY_ATTR { return hn::MulEven(hn::BitCast(half, a), hn::BitCast(half, hn::Set(u, m))); };
#endif
  HWY_UNROLL(10)
  for (int round = 0; round < 10; ++round) {
    const W p0 = multiply(c.word[0], 0xD2511F53u), p1 = multiply(c.word[2], 0xCD9E8D57u);
    c = {{hn::Xor(hn::Xor(hn::ShiftRight<32>(p1), c.word[1]), key0), p1, hn::Xor(hn::Xor(hn::ShiftRight<32>(p0), c.word[3]), key1),
          p0}};
    key0 = hn::Add(key0, hn::Set(u, 0x9E3779B9u));
    key1 = hn::Add(key1, hn::Set(u, 0xBB67AE85u));
  }
  return c;
}

// (k + ½) 2^-52 of the upper 52 bits k of the word high:low.
HWY_INLINE V midpoint(W low, W high) {
  const U u;
  const W word = hn::Or(hn::ShiftLeft<32>(high), hn::And(low, hn::Set(u, 0xFFFFFFFFu)));
  const V one_to_two = hn::BitCast(D(), hn::Or(hn::ShiftRight<12>(word), hn::Set(u, 0x3FF0000000000000u)));
  return hn::Add(hn::Sub(one_to_two, hn::Set(D(), 1.0)), hn::Set(D(), 0x1p-53));
}

// log x of a normal x > 0: x = 2^e m with √½ < m < √2, log m = 2 atanh s, s = (m-1)/(m+1).
HWY_INLINE V logarithm(V x) {
  static constexpr double kAtanh[] = {2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                                      2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  const U u;
  const W bits = hn::BitCast(u, x);
  const W shifted = hn::Sub(bits, hn::Set(u, 0x3FE6A09E667F3BCDu));  // of √½: the exponent of this difference is e
  const hn::RebindToSigned<D> i;
  const auto e = hn::ShiftRight<52>(hn::BitCast(i, shifted));
  const V m = hn::BitCast(D(), hn::Sub(bits, hn::ShiftLeft<52>(hn::BitCast(u, e))));
  const V f = hn::Sub(m, hn::Set(D(), 1.0)), s = hn::Div(f, hn::Add(m, hn::Set(D(), 1.0))), s2 = hn::Mul(s, s);
  const V tail = hn::Mul(hn::Mul(s, s2), horner(s2, kAtanh, 11));
  const V exponent = hn::ConvertTo(D(), e);
  const V low = hn::Add(hn::Add(s, s), hn::Add(tail, hn::Mul(exponent, hn::Set(D(), 1.90821492927058770002e-10))));
  // log 2 in two parts: the first product is exact
  return hn::Add(hn::Mul(exponent, hn::Set(D(), 6.93147180369123816490e-01)), low);
}

// r cos 2πv and r sin 2πv: v = q/4 + w with |w| <= 1/8.
HWY_INLINE void on_circle(V r, V v, V& cosine, V& sine) {
  static constexpr double kSine[] = {-1.0 / 1307674368000.0, 1.0 / 6227020800.0, -1.0 / 39916800.0, 1.0 / 362880.0,
                                     -1.0 / 5040.0,          1.0 / 120.0,        -1.0 / 6.0};
  static constexpr double kCosine[] = {1.0 / 20922789888000.0, -1.0 / 87178291200.0, 1.0 / 479001600.0, -1.0 / 3628800.0,
                                       1.0 / 40320.0,          -1.0 / 720.0,         1.0 / 24.0,        -0.5};
  const V four = hn::Mul(v, hn::Set(D(), 4.0)), q = hn::Round(four);
  const V t = hn::Mul(hn::Sub(four, q), hn::Set(D(), 1.57079632679489661923)), t2 = hn::Mul(t, t);
  const V s = hn::Mul(r, hn::Add(t, hn::Mul(hn::Mul(t, t2), horner(t2, kSine, 7))));
  const V c = hn::Mul(r, hn::Add(hn::Set(D(), 1.0), hn::Mul(t2, horner(t2, kCosine, 8))));
  const auto quarter = [&](double k) HWY_ATTR { return hn::Eq(q, hn::Set(D(), k)); };
  const auto odd = hn::Or(quarter(1.0), quarter(3.0));
  const V x = hn::IfThenElse(odd, s, c), y = hn::IfThenElse(odd, c, s);
  cosine = hn::IfThenElse(hn::Or(quarter(1.0), quarter(2.0)), hn::Neg(x), x);
  sine = hn::IfThenElse(hn::Or(quarter(2.0), quarter(3.0)), hn::Neg(y), y);
}

HWY_INLINE void pair_of_normals(const Counter& counter, W key, V& first, V& second) {
  const Counter out = philox(counter, key, hn::ShiftRight<32>(key));
  const V u = midpoint(out.word[0], out.word[1]), v = midpoint(out.word[2], out.word[3]);
  on_circle(hn::Sqrt(hn::Mul(hn::Set(D(), -2.0), logarithm(u))), v, first, second);
}

HWY_INLINE Counter counter_of(W index, W step) { return {{index, hn::Zero(U()), step, hn::ShiftRight<32>(step)}}; }

void Normals(std::uint64_t key, std::uint64_t step, std::size_t count, double* out) {
  const U u;
  for (std::size_t p = 0; 2 * p < padded_normals(count); p += hn::Lanes(D())) {
    V first, second;
    pair_of_normals(counter_of(hn::Iota(u, static_cast<std::uint64_t>(p)), hn::Set(u, step)), hn::Set(u, key), first, second);
    hn::StoreInterleaved2(first, second, D(), out + 2 * p);
  }
}

void NormalsAcross(const std::uint64_t* keys, const std::uint64_t* steps, std::size_t count, std::size_t lanes, double* out) {
  const U u;
  for (std::size_t m = 0; m < lanes; m += hn::Lanes(D())) {
    const W key = hn::LoadU(u, keys + m), step = hn::LoadU(u, steps + m);
    for (std::size_t p = 0; 2 * p < count; ++p) {
      V first, second;
      pair_of_normals(counter_of(hn::Set(u, static_cast<std::uint64_t>(p)), step), key, first, second);
      hn::Store(first, D(), out + 2 * p * lanes + m);
      hn::Store(second, D(), out + (2 * p + 1) * lanes + m);
    }
  }
}

}  // namespace penchant::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant::kernels {

HWY_EXPORT(Normals);
HWY_EXPORT(NormalsAcross);

void normals(std::uint64_t key, std::uint64_t step, std::size_t count, double* out) {
  HWY_DYNAMIC_DISPATCH(Normals)(key, step, count, out);
}
void normals_across(const std::uint64_t* keys, const std::uint64_t* steps, std::size_t count, std::size_t lanes, double* out) {
  HWY_DYNAMIC_DISPATCH(NormalsAcross)(keys, steps, count, lanes, out);
}

}  // namespace penchant::kernels
#endif
