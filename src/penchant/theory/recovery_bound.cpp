#include "penchant/theory/recovery_bound.h"

#include <algorithm>
#include <limits>

namespace penchant {

double recovery_bound(double rho, double sigma, double epsilon, double least) {
  if (!(rho >= 0.0) || !(sigma >= 0.0) || !(epsilon >= 0.0) || !(least >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
  if (rho >= 1.0) return std::numeric_limits<double>::infinity();
  return (1.0 + rho) / (1.0 - rho) * (2.0 * sigma + epsilon * least);
}

double least_null_space_constant(double error, double sigma, double epsilon, double least) {
  const double unit = recovery_bound(0.0, sigma, epsilon, least);
  if (!(error >= 0.0) || unit != unit) return std::numeric_limits<double>::quiet_NaN();
  // (1 + ρ)/(1 - ρ) >= error/unit
  return error > 0.0 ? std::max(0.0, (error - unit) / (error + unit)) : 0.0;
}

}  // namespace penchant
