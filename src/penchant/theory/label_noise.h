// C8: what noise on the targets of a diagonal network of depth 2 minimises besides the loss.
#pragma once

#include <optional>

#include "penchant/dynamics/spec.h"
#include "penchant/problem.h"
#include "penchant/theory/diagonal_start.h"
#include "penchant/theory/facts.h"

namespace penchant {

// Damian, Lee, Ma 2021: steps of η on targets y + ε drift to a stationary point of L + λR, R = ¼ tr ∇²L at first order in η, with
//   λ = ησ² n/B under "sum",  ησ²/B under "mean"   (B samples a step).
double label_noise_lambda(double step, double sigma, Index batch, Index samples, Reduction reduction);

// Per feature Σ_i x_ij². On the fits of a depth-2 network R is at least (a factor that does not depend on β times)
// Σ_j of this times |β_j|.
Vector trace_weights(const Matrix& x);

// The factor: λR is at least λ·factor·Σ_j w_j|β_j| for the loss ½‖Xβ-y‖² (under "mean" both terms are divided by n):
// 1 for tied factors, ½ for a product of two.
double trace_factor(const Diagonal& model);

// How far, relative to ‖β*‖₂, the projection of the start with logs Λ± = -2 log u,
// v can be from the point β* of least weighted norm. With κ, s from |Λ±_j/w_j - κ| <= sκ, C = 2Σ uv, m features off the support and
// the numbers of WeightedL1,
// its weighted norm off the support is at most
//   E = max{ C w, m w exp(2 + w (L G - κ((1-ρ) - s(1+G)))) },  w least_weight, L log_size, G growth,
// from F(β) <= F(β*) for F = Σ|β_j|(log|β_j| - 1 + Λ_j), convexity on the support and the entropy of what is off it.
// Absent where the exponent is not negative.
std::optional<double> shrunk_start_error(const DiagonalStart& shrunk, const Vector& weights, const WeightedL1& least);

}  // namespace penchant
