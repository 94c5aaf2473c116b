// What many trials say together.
#pragma once

#include <cstdint>
#include <vector>

namespace penchant {

struct Summary {
  std::int64_t count = 0;
  double mean = 0.0;            // NaN for none
  double standard_error = 0.0;  // of the mean, s/√count with divisor count-1; NaN for fewer than two
  double median = 0.0;
  double low = 0.0, high = 0.0;  // the 10 % and 90 % quantiles, interpolated between order statistics
};

// Of finite values, in any order: the result does not depend on it.
Summary summary_of(std::vector<double> values);

}  // namespace penchant
