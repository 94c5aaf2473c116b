// What many trials say together.
#pragma once

#include <cstddef>
#include <vector>

namespace penchant {

// Of the finite values; the others are counted as missing and take no part. Quantiles interpolate between order statistics at
// (count - 1) q. Everything but the counts is NaN where it means nothing: the error of fewer than two numbers, all of none.
struct Summary {
  std::size_t count = 0, missing = 0;
  double mean = 0.0, standard_error = 0.0;     // s/√count, s with divisor count - 1
  double median = 0.0, low = 0.0, high = 0.0;  // quantiles ½, 1/10, 9/10
};

// The result does not depend on the order of the values.
Summary summary_of(std::vector<double> values);

}  // namespace penchant
