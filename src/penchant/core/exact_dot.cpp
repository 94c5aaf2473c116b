#include "penchant/core/exact_dot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "penchant/core/accurate.h"
#include "penchant/core/double_double.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// Products between these keep their rounding error, and sums of many of them stay finite.
constexpr double kSmallest = 0x1p-900, kLargest = 0x1p900;
constexpr int kDenominators = 1000;
constexpr double kInteger = 1e-9;
constexpr double kLargestInteger = 0x1p30;

// Adds b to a nonoverlapping expansion, least term first; the sum stays exact.
void grow(std::vector<double>& expansion, double b) {
  std::vector<double> out;
  out.reserve(expansion.size() + 1);
  for (double term : expansion) {
    const DoubleDouble sum = DoubleDouble::sum(b, term);
    b = sum.hi;
    if (sum.lo != 0.0) out.push_back(sum.lo);
  }
  if (b != 0.0) out.push_back(b);
  expansion.swap(out);
}

}  // namespace

std::optional<int> exact_sign_of_dot(VecIn x, VecIn y) {
  CompensatedSum estimate;
  double size = 0.0;
  for (Index i = 0; i < x.size(); ++i) {
    const double product = x[i] * y[i];
    if (x[i] == 0.0 || y[i] == 0.0) continue;
    if (!(std::abs(product) > kSmallest && std::abs(product) < kLargest)) return std::nullopt;
    estimate.add_product(x[i], y[i]);
    size += std::abs(product);
  }
  if (std::abs(estimate.value()) > std::pow((x.size() + 8) * kEps, 2) * size) return estimate.value() > 0 ? 1 : -1;
  std::vector<double> expansion;
  for (Index i = 0; i < x.size(); ++i) {
    const DoubleDouble product = DoubleDouble::product(x[i], y[i]);
    if (product.lo != 0.0) grow(expansion, product.lo);
    if (product.hi != 0.0) grow(expansion, product.hi);
  }
  if (expansion.empty()) return 0;
  return expansion.back() > 0 ? 1 : -1;
}

std::optional<Vector> integer_multiple(VecIn v) {
  double least = std::numeric_limits<double>::infinity(), most = 0.0;
  for (double entry : v) most = std::max(most, std::abs(entry));
  for (double entry : v)
    if (std::abs(entry) > kInteger * most) least = std::min(least, std::abs(entry));
  if (!(most > 0.0) || !std::isfinite(most)) return std::nullopt;
  for (int denominator = 1; denominator <= kDenominators; ++denominator) {
    const double scale = denominator / least;
    if (most * scale > kLargestInteger) break;
    Vector out = (scale * v.array()).round();
    if ((scale * v - out).cwiseAbs().maxCoeff() <= kInteger * denominator) return out;
  }
  return std::nullopt;
}

}  // namespace penchant
