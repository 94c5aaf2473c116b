// Which samples hold the maximal margin, and with what weight.
#pragma once

#include <vector>

#include "penchant/limits/certificate.h"

namespace penchant {

// Of a direction normalised to least margin 1: the samples within the tolerance of it and their multipliers, β̂ = Σ α_i y_i x_i.
// degenerate: no choice of multipliers is positive on every support vector. Training with an exponential tail then approaches the
// direction at rate log log t / log t, else 1 / log t (Soudry et al. 2018). Multipliers that are not unique (support vectors that
// are dependent, such as copies) are not degenerate as long as some choice is positive on all of them; that is decided here.
// Then β(t) = β̂ log t + b̂ log log t + O(1) along the flow, so that the angle is (‖b̂‖/‖β̂‖) log log t / log t (1 + o(1)):
// b̂ is the least-norm point with z_i·b̂ >= 1 for the idle z_i, orthogonal to the span of the other support vectors.
struct SupportVectors {
  std::vector<Index> indices;  // increasing
  Vector multipliers;          // of these
  bool degenerate = false;
  std::vector<Index> idle;     // of indices: multiplier 0 in every dual
  double slowness = 0.0;       // ‖b̂‖/‖β̂‖; NaN with a free intercept, whose norm is not counted
};

// A sample is a support vector up to kSupportMargin above the least margin, a multiplier zero up to kZeroMultiplier of the largest:
// far above the rounding of an exact solution, far below what data in double resolve otherwise.
inline constexpr double kSupportMargin = 1e-9;
inline constexpr double kZeroMultiplier = 1e-9;

// solution: an optimal point with its dual. Throws InvalidInput for a point that separates nothing.
SupportVectors support_vectors(const MaxMargin& limit, const Solution& solution);

}  // namespace penchant
