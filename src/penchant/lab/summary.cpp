#include "penchant/lab/summary.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"

namespace penchant {

namespace {

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double weight = at - static_cast<double>(below);
  return weight == 0.0 ? sorted[below] : sorted[below] + weight * (sorted[above] - sorted[below]);
}

}  // namespace

Summary summary_of(std::vector<double> values) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::size_t given = values.size();
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  Summary out{values.size(), given - values.size(), kNaN, kNaN, kNaN, kNaN, kNaN};
  if (values.empty()) return out;
  std::sort(values.begin(), values.end());  // also fixes the order of the sums
  const double count = static_cast<double>(values.size());
  CompensatedSum sum, squares;
  for (const double x : values) sum.add(x);
  out.mean = sum.value() / count;
  for (const double x : values) squares.add((x - out.mean) * (x - out.mean));
  if (values.size() > 1) out.standard_error = std::sqrt(squares.value() / (count - 1.0) / count);
  out.median = quantile(values, 0.5);
  out.low = quantile(values, 0.1);
  out.high = quantile(values, 0.9);
  return out;
}

}  // namespace penchant
