#include "penchant/core/accurate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace penchant {

void CompensatedSum::add(double x) {
  const double total = sum_ + x;
  error_ += std::abs(sum_) >= std::abs(x) ? (sum_ - total) + x : (x - total) + sum_;
  sum_ = total;
}

void CompensatedSum::add_product(double a, double b) {
  const double product = a * b;
  add(product);
  error_ += std::fma(a, b, -product);
}

double accurate_sum(VecIn x) {
  CompensatedSum sum;
  for (double v : x) sum.add(v);
  return sum.value();
}

double accurate_dot(VecIn x, VecIn y) {
  CompensatedSum sum;
  for (Index i = 0; i < x.size(); ++i) sum.add_product(x[i], y[i]);
  return sum.value();
}

Vector accurate_residual(const Matrix& x, VecIn b, VecIn y) {
  Vector r(x.rows());
  for (Index i = 0; i < x.rows(); ++i) {
    CompensatedSum sum;
    sum.add(-y[i]);
    for (Index j = 0; j < x.cols(); ++j) sum.add_product(x(i, j), b[j]);
    r[i] = sum.value();
  }
  return r;
}

double log_sum_exp(VecIn x) {
  if (x.size() == 0) return -std::numeric_limits<double>::infinity();
  const double top = x.maxCoeff();
  if (!std::isfinite(top)) return top;
  return top + std::log((x.array() - top).exp().sum());
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

double log_add(double a, double b) {
  const double top = std::max(a, b);
  return std::isfinite(top) ? top + std::log1p(std::exp(-std::abs(a - b))) : top;
}

double log_subtract(double a, double b) {
  const double top = std::max(a, b);
  return std::isfinite(top) ? top + std::log(-std::expm1(-std::abs(a - b))) : top;
}

Eigen::ArrayXd exp_increase(const Eigen::ArrayXd& from, const Eigen::ArrayXd& to, const Eigen::ArrayXd& by) {
  constexpr double kSmall = 0.5;
  constexpr int kTerms = 15;  // leave 2^-57 of (e^x - 1)/x at x = 1/2
  // Term by term over a block of entries: each pass is a vector loop, and a block stays in the nearest cache.
  constexpr Index kBlock = 256;
  Eigen::ArrayXd out(by.size());
  for (Index at = 0; at < by.size(); at += kBlock) {
    const Index size = std::min(kBlock, by.size() - at);
    const auto x = by.segment(at, size), start = from.segment(at, size);
    Eigen::Array<double, Eigen::Dynamic, 1, 0, kBlock, 1> series(size);
    series.setOnes();
    for (int k = kTerms; k >= 2; --k) series = 1.0 + series * x * (1.0 / k);
    out.segment(at, size) = (x.abs() < kSmall).select(start * x * series, to.segment(at, size) - start);
  }
  return out;
}

}  // namespace penchant
