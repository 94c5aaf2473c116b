// How far the minimiser of a Bregman divergence can be from a feasible point whose gap is known.
#pragma once

#include "penchant/limits/potential_dual.h"

namespace penchant {

// r with ‖β - β*‖₂ <= r for every β* with D_φ(β, β*) <= gap; NaN where none is known. √(2 gap/μ) where φ is strongly convex near β
// (bregman_gap.h), else by uniform convexity: norms with p > 2, flat at 0.
double divergence_radius(const DualForm& form, const Predictor& beta, double gap);

// The same for φ = Σ|β_j|^p/p, p > 2. With δ = |β*_j - β_j|, each coordinate's part D_j of D has two lower bounds:
//   D_j >= c δ^p, c = 1/(p (2^{p-1} - 1))          everywhere (Lindqvist 1990);
//   D_j >= ½(p-1) (|β_j|/2)^{p-2} δ²               for δ <= |β_j|/2, since φ'' >= (p-1)(|β_j|/2)^{p-2} between the two.
// D_j grows with δ, so that D_j <= gap < ½(p-1)(|β_j|/2)^p leaves only δ <= |β_j|/2.
double power_radius(double p, const Vector& beta, double gap);

}  // namespace penchant
