// The data of a MinL1 with every default filled in, and what both its solver and its certificate read off it.
#pragma once

#include <algorithm>
#include <cmath>

#include "penchant/limits/limit.h"

namespace penchant {

// Bounds of the dual, -down <= X^T ν <= up. down_j = +inf where β_j >= 0.
struct L1Problem {
  const Matrix& x;
  const Vector& y;
  Vector up;    // p (d) > 0
  Vector down;  // q (d) > 0, +inf if positive
  double delta;

  bool positive() const { return down.size() > 0 && std::isinf(down[0]); }
  // Price per unit of β_j on the side of `sign`.
  double weight(Index j, double sign) const { return sign < 0 ? down[j] : up[j]; }
  // max_j of x_j^T ν over its bound, from g = X^T ν: ν divided by it is dual feasible. 0 for d = 0.
  double dual_scale(VecIn g) const;
  // up_j - g_j, down_j + g_j, whichever is smaller, relative to its own bound: 0 on the optimal face, 1 far away.
  double relative_slack(Index j, double g) const { return 1.0 - std::max(g / up[j], -g / down[j]); }
};

// Throws InvalidInput for shapes that do not match, weights that are not positive, y that is not finite, delta < 0.
L1Problem l1_problem(const MinL1& limit);
// Throws InvalidInput if X^T ν (or column norms) show that X is not finite: cheaper than a reading of X for that alone.
void require_finite_correlations(VecIn g);

// Σ p_j β_j^+ + q_j β_j^-; +inf for a negative entry where β >= 0 is asked.
double l1_objective(const L1Problem& problem, VecIn beta);

}  // namespace penchant
