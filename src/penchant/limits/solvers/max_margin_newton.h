// A first guess of the support: the augmented Lagrangian of the margin problem on a working set,
//   min_{w, b} ½‖w‖² + (σ/2) Σ_i ((1 + α_i/σ - a_i·w - s_i b)⁺)²,   then α_i ← σ(1 + α_i/σ - a_i·w - s_i b)⁺,
// each minimised by Newton's method on the samples where the bracket is positive, with exact line search.
// In the Gram matrix a step is (G_AA + I/σ) a_A = 1 + α_A/σ - b s_A, w = Σ a_i a_i.
// Source: Rockafellar 1976 (multipliers); Keerthi & DeCoste 2005 (Newton on the squared hinge).
#pragma once

#include "penchant/limits/solvers/max_margin_gram.h"

namespace penchant {

struct SmoothedMargin {
  Vector weights;       // (count) a: w = Σ a_i a_i
  double b = 0.0;
  Vector multipliers;   // (count) α ≥ 0
  int newton_steps = 0;
};

// σ = stiffness / mean ‖a_i‖². Continues from `point` (weights and multipliers of length count).
void minimise_smoothed(const MarginWorkingSet& set, double stiffness, double tolerance, int max_steps, SmoothedMargin& point);

}  // namespace penchant
