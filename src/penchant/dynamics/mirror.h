// Mirror descent on the linear model, dual iterate z (d), β = ∇φ*(z):
//   v_{k+1} = μ v_k - η_k g_k,   z_{k+1} = z_k + v_{k+1},   v_0 = 0,   g_k = ∇L(β_k) or its unbiased estimate on a batch.
// Every z_k - z_0 is in row(X), so where it converges to Xβ = y the limit is argmin D_φ(β, β_0) s.t. Xβ = y,
// whatever the steps, the batches and μ. A step that takes z out of the range of ∇φ ends the run with left_domain;
// it is never clipped.
//
// step_size = "auto": step by step an η, halved until it holds and tried √2 longer at the next step, with
//   c‖Δf‖² <= -⟨dL/df, Δf⟩  on the samples of the step, Δf = X(∇φ*(z - ηg) - β), c the bound on the curvature of the loss
// ("not past the minimum of the segment" under squared loss), or, with all samples and after three halvings,
// L(f + Δf) <= max(last 10 losses) + ½⟨dL/df, Δf⟩; times (1 - μ).
// A trial outside the range is shortened, and a velocity that would leave it starts again from 0.
// For classification c is at most the loss itself, so that η grows like 1/loss.
//
// A constant step is compared with the stability bound 2(1+μ) / (c λ_max(X H X^T)), H the Hessian of φ*,
// where H is constant (euclidean,
// quadratic) and all samples are used. Other potentials have no bound that holds along a whole run; their divergence is recorded.
#pragma once

#include "penchant/dynamics/potential_map.h"
#include "penchant/dynamics/steppers.h"

namespace penchant {

// make_mirror with the potential given as maps instead of a description.
std::unique_ptr<Stepper> make_mirror(const Problem& problem, const Mirror& dynamics, std::unique_ptr<PotentialMap> potential);

}  // namespace penchant
