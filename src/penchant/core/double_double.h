// Numbers of 106 bits as the unevaluated sum of two doubles, for the few places where 53 decide wrongly.
#pragma once

#include <cmath>

namespace penchant {

// value = hi + lo, |lo| <= ulp(hi)/2. Each operation is right to a few 2^-105 of its result (Dekker 1971; Hida, Li & Bailey 2001)
// as long as nothing under- or overflows.
struct DoubleDouble {
  double hi = 0.0, lo = 0.0;

  constexpr DoubleDouble() = default;
  constexpr DoubleDouble(double x) : hi(x) {}  // NOLINT: a double is one without loss

  // a + b and a b exactly.
  static DoubleDouble sum(double a, double b) {
    const double total = a + b, part = total - a;
    return raw(total, (a - (total - part)) + (b - part));
  }
  static DoubleDouble product(double a, double b) {
    const double p = a * b;
    return raw(p, std::fma(a, b, -p));
  }

  DoubleDouble operator-() const { return raw(-hi, -lo); }
  friend DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble high = sum(a.hi, b.hi), low = sum(a.lo, b.lo);
    const DoubleDouble first = quick(high.hi, high.lo + low.hi);
    return quick(first.hi, first.lo + low.lo);
  }
  friend DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + (-b); }
  friend DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble p = product(a.hi, b.hi);
    return quick(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
  }
  friend DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double first = a.hi / b.hi;
    const DoubleDouble rest = a - b * first;
    const double second = rest.hi / b.hi;
    const double third = (rest - b * second).hi / b.hi;
    return quick(first, second) + third;
  }
  friend bool operator<(DoubleDouble a, DoubleDouble b) { return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo); }
  friend bool operator>(DoubleDouble a, DoubleDouble b) { return b < a; }

 private:
  static DoubleDouble raw(double hi, double lo) {
    DoubleDouble out;
    out.hi = hi;
    out.lo = lo;
    return out;
  }
  // For |a| >= |b|.
  static DoubleDouble quick(double a, double b) {
    const double total = a + b;
    return raw(total, b - (total - a));
  }
};

inline DoubleDouble abs(DoubleDouble a) { return a.hi < 0 || (a.hi == 0 && a.lo < 0) ? -a : a; }

}  // namespace penchant
