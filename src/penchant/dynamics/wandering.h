// Where noise on the targets and a step that does not go to 0 keep a run for ever.
#pragma once

#include "penchant/dynamics/descent.h"
#include "penchant/dynamics/objective.h"

namespace penchant {

// Adds "wandering" (1): the root mean square of ‖β-β̄‖₂ about the fit β̄ that the run moves about, in the model's tangent at
// `point`; nothing without label noise. With J = dF/dθ (n, p), s the noise, c = 1 ("sum") or 1/n ("mean") and b samples a step,
// each direction of row(J) has at rest a variance of at most (full batches: at the largest curvature exactly)
//   η c (n/b) s² (1+μ) / ((1-μ)(2(1+μ) - η c (n/b) σ_max(J)²)),
// from E‖δ‖² of δ' = δ - ηc(n/b) J_Bᵀ(J_B δ - ε) in the norm of (JᵀJ)⁺, where J_B (JᵀJ)⁺ J_Bᵀ <= 1; β moves by dβ/dθ of it.
// NaN beyond that step, for other losses than the squared one and for Nesterov's momentum.
void add_wandering(Measured& out, const Objective& objective, const Point& point, const DescentRule& rule, double step);

}  // namespace penchant
