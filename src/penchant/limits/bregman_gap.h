// What a Bregman certificate needs of each potential, computed without cancellation: every sum below has terms >= 0.
#pragma once

#include "penchant/limits/potential_dual.h"

namespace penchant {

// φ(β) + φ*(z) - ⟨β, z⟩ >= 0 at z = z_0 + v; 0 exactly where β = β(v). Computed from the distance δ between v and the v' of β, for
// instance Σ a e^{v'} (e^δ - 1 - δ) + b e^{-v'} (e^{-δ} - 1 + δ) for exponentials. +inf where β or v is outside the domain.
double fenchel_gap(const DualForm& form, const Predictor& beta, const Vector& v);

// D_φ(β, β_0), the gap at v = 0. For Powers in the scaled units of potential_dual.h.
double divergence_from_start(const DualForm& form, const Predictor& beta);

// v' with β(v') = β (d); NaN where there is none.
Vector dual_coordinates(const DualForm& form, const Predictor& beta);

// dβ_j/dv_j at β (d), largest scaled to 1 (only ratios are used); for the square of a norm and quadratic forms the diagonal part.
Vector relative_weights(const DualForm& form, const Predictor& beta);

// φ*(z_0 + v) - φ*(z_0) = Σ ∫_0^v β; +inf outside the domain.
double dual_potential(const DualForm& form, const Vector& v);

// β is in the domain of φ (its closure, where φ is finite).
bool in_domain(const DualForm& form, const Predictor& beta);

// The largest θ <= 1 for which θv is inside the domain by more than rounding.
double domain_scale(const DualForm& form, const Vector& v);

// μ > 0 with D_φ(β, β*) >= μ/2 ‖β - β*‖² for every β* with D_φ(β, β*) <= gap; NaN where none is known.
double strong_convexity(const DualForm& form, const Predictor& beta, double gap);

}  // namespace penchant
