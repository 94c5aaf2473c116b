#include "penchant/limits/enclosure.h"

#include <cmath>

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

// What underflow can take from `count` products.
double underflow(Index count) { return static_cast<double>(count) * kSmallest; }

double rounding_of(double value, double size, Index count) {
  return size == 0.0 ? 0.0 : grown(kEps * std::abs(value) + second_order(count) * size, 8.0) + underflow(count + 8);
}

Vector grown_vector(const Vector& error, Index operations) {
  return error * (1.0 + (static_cast<double>(operations) + 8.0) * kEps);
}

}  // namespace

double second_order(Index count) { return std::pow((static_cast<double>(count) + 8.0) * kEps, 2); }

Enclosed enclosed_dot(const Vector& a, const Vector& b) {
  const double value = accurate_dot(a, b);
  return {value, rounding_of(value, a.cwiseAbs().dot(b.cwiseAbs()), a.size())};
}

Enclosed enclosed_dot(const Vector& a, const EnclosedVector& b) {
  Enclosed out = enclosed_dot(a, b.value);
  out.error = grown(out.error + a.cwiseAbs().dot(b.error), static_cast<double>(a.size()) + 8.0);
  return out;
}

EnclosedVector enclosed_image(const Matrix& x, const Vector& s) {
  RowSums sums(x.cols());
  Vector sizes = Vector::Zero(x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    if (s[i] == 0.0) continue;
    sums.add(s[i], x.row(i));
    sizes += std::abs(s[i]) * x.row(i).cwiseAbs().transpose();
  }
  EnclosedVector out{sums.values(), Vector(x.cols())};
  for (Index j = 0; j < x.cols(); ++j) out.error[j] = rounding_of(out.value[j], sizes[j], x.rows());
  return out;
}

EnclosedVector enclosed_residual(const Matrix& x, const Vector& y, const EnclosedVector& beta) {
  EnclosedVector out{-accurate_residual(x, beta.value, y), Vector(y.size())};
  for (Index i = 0; i < y.size(); ++i) {
    const double size = std::abs(y[i]) + x.row(i).cwiseAbs().dot(beta.value.cwiseAbs().transpose());
    const double moved = x.row(i).cwiseAbs().dot(beta.error.transpose());
    out.error[i] = grown(rounding_of(out.value[i], size, x.cols() + 1) + moved, static_cast<double>(x.cols()) + 8.0);
  }
  return out;
}

EnclosedVector enclosed_image(const Matrix& x, const EnclosedVector& s) {
  EnclosedVector out = enclosed_image(x, s.value);
  if (s.error.isZero(0.0)) return out;
  const Vector moved = x.cwiseAbs().transpose() * s.error;
  out.error = grown_vector(out.error + moved, x.rows());
  return out;
}

EnclosedVector exactly(const Vector& v) { return {v, Vector::Zero(v.size())}; }

EnclosedVector sum(const EnclosedVector& a, const EnclosedVector& b) {
  EnclosedVector out{a.value + b.value, {}};
  out.error = grown_vector(a.error + b.error + kEps * out.value.cwiseAbs(), 2);
  return out;
}

EnclosedVector difference(const EnclosedVector& a, const EnclosedVector& b) { return sum(a, {-b.value, b.error}); }

double squared_norm_high(const EnclosedVector& v) {
  CompensatedSum sum;
  for (Index j = 0; j < v.value.size(); ++j) {
    const double most = grown(std::abs(v.value[j]) + v.error[j], 1.0);
    sum.add(most == 0.0 ? 0.0 : std::max(most * most, kSmallest));  // keeps a NaN: the comparison with it is false
  }
  return grown(sum.value(), 6.0);
}

double squared_norm_low(const EnclosedVector& v) {
  CompensatedSum sum;
  for (Index j = 0; j < v.value.size(); ++j) {
    const double least = std::max(0.0, shrunk(std::abs(v.value[j]) - v.error[j], 1.0));
    sum.add(least * least);
  }
  return shrunk(sum.value(), 6.0);
}

}  // namespace penchant
