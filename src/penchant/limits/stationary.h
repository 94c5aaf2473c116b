// Stationary points of Σ_j r_j(β_j) s.t. Xβ = y for penalties with r_j'(β)/β falling in |β|, as residuals and curvatures that do
// not depend on the units of the coordinates. Everything is read in the metric Σ β_j²/D_j, D_j = β_j/r_j'(β_j),
// in which r' is the gradient of half the squared norm.
#pragma once

#include <vector>

#include "penchant/limits/limit.h"

namespace penchant {

struct SeparableSlopes {
  Vector log_weight;  // log D (d)
  Vector root_slope;  // r'_j √D_j = β_j/√D_j (d), with the sign of β_j
  Vector curvature;   // β_j r_j''/r_j' <= 1 (d)
};

SeparableSlopes explicit_slopes(const ExplicitDistance& limit, const Vector& beta);
// Of the features in `support` only: elsewhere the slope at 0 is infinite.
SeparableSlopes lp_slopes(const MinLp& limit, const Vector& beta, const std::vector<Index>& support);
double lp_penalty(const MinLp& limit, const Vector& beta);
std::vector<Index> support_of(const Vector& beta);

// The ν whose X^T ν is nearest to r' in that metric.
Vector nearest_dual(const Matrix& x, const SeparableSlopes& slopes);
// ‖r' - X^T ν‖ / ‖r'‖ in it. 0 where β = 0.
double stationarity(const Matrix& x, const SeparableSlopes& slopes, const Vector& nu);
// min of Σ h_j² r_j'' / Σ h_j²/D_j over Xh = 0; +inf where X has no null space. > 0: a strict local minimum.
double least_curvature(const Matrix& x, const SeparableSlopes& slopes);

}  // namespace penchant
