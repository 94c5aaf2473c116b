#include "penchant/lab/rate.h"

#include <cmath>
#include <limits>

namespace penchant {

std::optional<LineFit> fit_line(VecIn x, VecIn y, double from, double to) {
  std::vector<Index> used;
  for (Index i = 0; i < x.size(); ++i)
    if (x[i] >= from && x[i] <= to && std::isfinite(y[i])) used.push_back(i);
  const double n = static_cast<double>(used.size());
  if (used.size() < 4) return std::nullopt;
  double mean_x = 0.0, mean_y = 0.0;
  for (Index i : used) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  double sxx = 0.0, sxy = 0.0;
  for (Index i : used) {
    sxx += (x[i] - mean_x) * (x[i] - mean_x);
    sxy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  // Points at one place differ from their mean by its rounding only.
  constexpr double kEps = std::numeric_limits<double>::epsilon();
  if (!(sxx > n * std::pow(n * kEps * mean_x, 2))) return std::nullopt;
  const double slope = sxy / sxx;
  double residual = 0.0;
  for (Index i : used) {
    const double miss = y[i] - mean_y - slope * (x[i] - mean_x);
    residual += miss * miss;
  }
  // Above Student's t at 97.5 % for every number of points, by 1 % from n = 20 on: the interval is never too short.
  const double freedom = n - 2.0;
  const double quantile = 1.96 + 2.4 / freedom + 10.0 / (freedom * freedom);
  return LineFit{slope, quantile * std::sqrt(residual / freedom / sxx), static_cast<Index>(used.size())};
}

}  // namespace penchant
