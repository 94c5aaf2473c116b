// Made-up data with a known truth; every number is a pure function of the seed.
#pragma once

#include <optional>

#include "penchant/core/types.h"
#include "penchant/data/spec.h"

namespace penchant {

struct Generated {
  Matrix x;      // (samples, features)
  Vector y;      // (samples)
  Vector truth;  // (features)
};

// With X standard normal, e ~ N(0, noise_variance):
//   sparse_regression    y = X b + e, b has `nonzeros` entries ±value (default 1/sqrt(nonzeros)) at places and with signs drawn;
//                        law = normal: N(0, value²) instead; positive: absolute values; the k-th of them drawn times k^-decay
//   gaussian_regression  y = X b + e, b uniform on the unit sphere
//   separable            y = +1, -1, +1, …;  the part of x_i along a drawn unit direction b is y_i max(|g_i|, margin),
//                                            g_i standard normal:
//                        y_i <x_i, b> >= margin, with equality wherever |g_i| <= margin
Generated generate(const DataSpec& spec);

}  // namespace penchant
