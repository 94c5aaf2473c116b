// Numbers with a bound on their rounding: what a certificate adds to an upper bound and takes off a lower one.
#pragma once

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/types.h"

namespace penchant {

// |exact - value| <= error. NaN or infinite where the exact number left the range of a double.
struct Enclosed {
  double value = 0.0;
  double error = 0.0;

  double low() const { return std::nextafter(value - error, -std::numeric_limits<double>::infinity()); }
  double high() const { return std::nextafter(value + error, std::numeric_limits<double>::infinity()); }
};

// The same, entry by entry.
struct EnclosedVector {
  Vector value;
  Vector error;  // >= 0
};

// Sums of `count` products accumulated by CompensatedSum are right to eps |sum| + second_order(count) Σ|terms|
// (Ogita, Rump & Oishi 2005, Dot2).
double second_order(Index count);

Enclosed enclosed_dot(const Vector& a, const Vector& b);
// b anywhere in its enclosure.
Enclosed enclosed_dot(const Vector& a, const EnclosedVector& b);

// X^T s (d).
EnclosedVector enclosed_image(const Matrix& x, const Vector& s);
EnclosedVector enclosed_image(const Matrix& x, const EnclosedVector& s);
// y - Xβ (n), β anywhere in its enclosure.
EnclosedVector enclosed_residual(const Matrix& x, const Vector& y, const EnclosedVector& beta);
// A vector that is exactly what is stored.
EnclosedVector exactly(const Vector& v);
EnclosedVector sum(const EnclosedVector& a, const EnclosedVector& b);
EnclosedVector difference(const EnclosedVector& a, const EnclosedVector& b);

// Outward rounded Σ (|v_j| ± e_j)²: at most, at least.
double squared_norm_high(const EnclosedVector& v);
double squared_norm_low(const EnclosedVector& v);

// x > 0 grown, or shrunk, by a few roundings of itself: the result of `operations` operations on numbers >= 0 that were bounds.
inline double grown(double x, double operations = 4.0) {
  return x * (1.0 + operations * std::numeric_limits<double>::epsilon());
}
inline double shrunk(double x, double operations = 4.0) {
  return x * (1.0 - operations * std::numeric_limits<double>::epsilon());
}

// a - b, rounded down.
inline double shrunk_difference(double a, double b) { return std::nextafter(a - b, -std::numeric_limits<double>::infinity()); }

// Σ_i w_i row_i over samples, one sum a feature, each as accurate as CompensatedSum (here Knuth's TwoSum, which has no branch).
// Fixed blocks: the compiler turns them into vectors.
class RowSums {
 public:
  explicit RowSums(Index features) : sums_(Vector::Zero(padded(features))), errors_(sums_), row_(sums_), features_(features) {}

  template <class Row>
  void add(double weight, const Row& row) {
    row_.head(features_) = row.transpose();
    for (Index j = 0; j < row_.size(); j += kBlock) add_block(weight, row_.data() + j, sums_.data() + j, errors_.data() + j);
  }
  Vector values() const { return (sums_ + errors_).head(features_); }

 private:
  static constexpr Index kBlock = 8;
  static Index padded(Index n) { return (n + kBlock - 1) / kBlock * kBlock; }
  static void add_block(double weight, const double* __restrict row, double* __restrict sum, double* __restrict error) {
    for (Index l = 0; l < kBlock; ++l) {
      const double product = weight * row[l];
      const double total = sum[l] + product;
      const double part = total - sum[l];
      error[l] += ((sum[l] - (total - part)) + (product - part)) + std::fma(weight, row[l], -product);
      sum[l] = total;
    }
  }

  Vector sums_, errors_, row_;
  Index features_;
};

}  // namespace penchant
