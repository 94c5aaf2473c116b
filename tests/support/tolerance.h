// Tolerances have a name, a formula and a reason.
#pragma once

#include <cmath>
#include <limits>

#include "penchant/core/types.h"

namespace penchant::testing {

constexpr double kEps = std::numeric_limits<double>::epsilon();

// Relative rounding of `operations` chained operations, n eps / (1 - n eps).
constexpr double rounding(double operations) { return operations * kEps / (1.0 - operations * kEps); }

// ‖a-b‖ / max(‖b‖, tiny): the distance the verdict uses.
inline double relative_distance(const Vector& a, const Vector& b) {
  return (a - b).norm() / std::max(b.norm(), std::numeric_limits<double>::min());
}

// Step of a central difference that balances truncation against rounding, for an argument of size x.
inline double difference_step(double x) { return std::cbrt(kEps) * std::max(1.0, std::abs(x)); }

}  // namespace penchant::testing
