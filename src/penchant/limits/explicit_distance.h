// The distance that weights have to travel from α1, as a penalty on what they compute (S0; Woodworth et al. 2020, §"explicit"):
//   R_α(β) = min { |u-α|² + |v-α|² : u^N - v^N = β },   one coordinate, N >= 2, α > 0; R_α(-β) = R_α(β).
// With p = u/α = 1+a, q = v/α = 1-c for β > 0:  c = κ q^{N-1},  κ = a/p^{N-1},  p^N - q^N = β/α^N, and R' = 2(u-α)/(N u^{N-1}).
//   N = 2: κ = λ with |λ| < 1,  u = α/(1-λ),  v = α/(1+λ),  β(1-λ²)² = 4α²λ,  R' = λ: convex, R -> |β| as α -> 0.
//   N > 2: R' grows until u = α(N-1)/(N-2) and falls from there on: convex near 0, concave beyond, R -> |β|^{2/N} as α -> 0.
// For every N the ratio R'/β falls in |β|, so that reweighted least squares lower Σ R_α at every step.
#pragma once

#include "penchant/limits/limit.h"

namespace penchant {

// To a few ulp for α from 1e-300 to 1e300. What leaves the range of a double there is given by its log.
struct ExplicitCoordinate {
  double u = 0.0, v = 0.0;         // the nearest factors
  double value = 0.0;              // R
  double log_slope = 0.0;          // log |R'|; -inf at β = 0. R' has the sign of β
  double log_weight = 0.0;         // log (β/R'), at β = 0 its limit N² α^{2N-2}
  double curvature = 1.0;          // β R''/R', from 1 (at 0) down to 2/N - 1
};
ExplicitCoordinate explicit_coordinate(int depth, double log_alpha, double beta);

// Σ_j R_α(β_j).
double explicit_distance(int depth, double log_alpha, VecIn beta);

// The largest |β| with R_α(β) <= value: no minimiser of a sum that is at most `value` has a larger coordinate.
double explicit_reach(int depth, double log_alpha, double value);

// sup { βz - R_α(β) : |β| <= reach }: without the reach it is infinite for N > 2. βz - R_α is concave and then convex in |β|,
// so the supremum is at the one point of the concave part where R_α' = |z|, or at the end.
double explicit_conjugate(int depth, double log_alpha, double z, double reach);

// Depth 2 is convex, and its dual is that of a flow: R_α*(z) = 2α²z²/(1-z²), β = α²((1-z)^{-2} - (1+z)^{-2}),
// the potential of a network of depth 4 started at √α. With `positive`: (√β - α)² on β >= 0, from β = α². Only for depth 2.
BregmanProjection explicit_projection(const ExplicitDistance& limit);

}  // namespace penchant
