#include "penchant/theory/least_norm_risk.h"

#include <limits>

namespace penchant {

double least_norm_risk(double samples, double features, double signal, double noise) {
  const double n = samples, d = features;
  if (!(n >= 1.0) || !(d >= 1.0)) return std::numeric_limits<double>::quiet_NaN();
  const double bias = d > n ? signal * (1.0 - n / d) : 0.0;
  if (noise == 0.0) return bias;
  if (d > n + 1.0) return bias + noise * n / (d - n - 1.0);
  if (d < n - 1.0) return noise * d / (n - d - 1.0);
  return std::numeric_limits<double>::infinity();
}

}  // namespace penchant
