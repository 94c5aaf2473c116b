// Dual points for certificates of a point that came without one: short interior-point iterations on the dual alone. Nothing here is
// believed; whatever comes out is judged like a dual that somebody gave.
#pragma once

#include "penchant/limits/l1_problem.h"
#include "penchant/limits/margin_rows.h"

namespace penchant {

// ν (n) that nearly maximises ⟨ν, y⟩ over -q <= X^T ν <= p: Newton's method with a logarithmic barrier, from 0.
// upper > 0: an upper bound on the optimum; the barrier is lowered until it can matter by 1e-14 of that. Where β >= 0 is asked
// X^T ν has no lower bound, and the centre would be at infinity: there it is kept above -reach p.
Vector centred_l1_dual(const L1Problem& problem, double upper, double reach);
// The ν nearest to that one at whose bounds all features within `slack` (relative) lie; empty if there is none.
Vector tightened_l1_dual(const L1Problem& problem, const Vector& nu, double slack);

// α (n) >= 0 that nearly minimises ½‖Σ α_i y_i x_i‖² - Σα_i over the samples with the smallest of these margins (Σ α_i y_i = 0 with
// a free intercept): primal-dual steps (Mehrotra 1992). 0 on every other sample.
Vector margin_multipliers(const MarginRows& rows, const Vector& margins);

}  // namespace penchant
