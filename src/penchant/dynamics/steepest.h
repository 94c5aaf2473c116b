// Steepest descent in a norm: theta <- theta - η ‖g‖_* s, g = ∇L(theta), s the direction of unit norm with the largest ⟨g,
// s⟩ = ‖g‖_*.
//   l2            theta <- theta - η g                           gradient descent
//   l1, greedy    theta_j <- theta_j - η g_j,  j = argmax |g_j|   coordinate descent (the first j where several are equal)
//   l1, cyclic    theta_j <- theta_j - η g_j,  j = k mod p        a step is one coordinate
//   linf          theta <- theta - η ‖g‖_1 sign(g)
// On the linear model L is S c smooth in the norm, c the bound on the loss's curvature (exponential: the loss at the start) and
//   l2  S = λ_max(X^T X)      l1  S = max_j ‖X_j‖²      linf  S <= min(Σ_jk |X^T X|_jk, d λ_max(X^T X))   (the exact S is NP-hard)
// so that L falls at every step with η < 2/(S c). A larger constant step is refused unless forced;
// "auto" is half of the bound: 1/(S c), for the cyclic rule 1/(c ‖X_j‖²) of the coordinate at hand,
// which under squared loss is its exact minimum.
// On other models there is no bound: a constant step is used as it is, "auto" halves a step until L falls by ½ η ‖g‖_*².
//
// Where it ends: classification, the max margin in the norm. Squared loss, l2: the nearest solution; l1 and linf:
// no norm at all (theory A3).
#pragma once

#include "penchant/core/linear_map.h"
#include "penchant/dynamics/steppers.h"

namespace penchant {

// S of the table above.
double smoothness(const LinearMap& x, SteepestNorm norm);

}  // namespace penchant
