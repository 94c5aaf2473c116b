// A box around a point that fits which holds the minimiser of a Bregman projection, where strong convexity alone leaves it
// free: powers of a slack from tiny starts, whose potential is nearly ‖·‖₁.
//
// Let Xβ' = y up to ρ, and let z = z_0 + X^T s be any point of the dual domain. Every b with Xb = y has
// Σ_j g_j(b_j) = D(b) - dual(s), g_j(b) = φ_j(b) + φ_j*(z_j) - b z_j >= 0; so the minimiser β*, whose D is the least, has
// Σ_j g_j(β*_j) <= g, the gap of a fit near β'.
// 1. Coordinates. φ_j(b) >= b z' - φ_j*(z') for every z' (Fenchel-Young), hence for δ = z' - z_j of either sign
//      (β*_j - β'_j) δ <= g_j(β*_j) + [φ_j(β'_j) + φ_j*(z') - β'_j z'] - g_j(β'_j) <= g + g'_j(z'),
//    g'_j(z') the bracket: a bound for each z'. It is about g over the slack for a coordinate whose z_j is well inside the
//    domain, and about √(2gw), w = dβ_j/dz_j, or more for the others.
// 2. Constraints. Xh = ρ for h = β* - β'. Where M, the columns of the wide coordinates A, has a left inverse C, CM = I - E:
//      h_A = C(ρ - X_I h_I) + E h_A,
//    what is left of A is about cond(M) times what the narrow coordinates I leave.
// Twins, features that are equal or opposite and start alike, have equal or opposite coordinates at β* = β(z*), z*_j = x_j·s*:
// they are one column of M.
#pragma once

#include "penchant/limits/bregman_bounds.h"

namespace penchant {

// Where z - z_0 is: log_slack_j of the side of the larger part where that is known (bregman_bounds.h), else NaN and v_j's
// enclosure.
struct DualPlace {
  EnclosedVector v;
  Vector log_slack;
};

// Step 1: r (d) with |β*_j - β'_j| <= r_j; +inf where nothing is known.
Vector radii_of_gap(const Powers& form, const Predictor& beta, const DualPlace& z, double gap);

// Step 2 on any such r; no entry grows. residual >= ‖y - Xβ'‖₂, of the part of y that X reaches.
Vector radii_of_constraints(const Powers& form, const Matrix& x, const Predictor& beta, const Vector& radii, double residual);

}  // namespace penchant
