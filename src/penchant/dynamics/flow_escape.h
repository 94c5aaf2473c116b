// When does a diagonal network leave the saddle at 0?
#pragma once

#include "penchant/problem.h"

namespace penchant {

// log10 of the time the flow needs, with g = X^T dL/df at its start and the factors' mean start u_j, for its fastest feature:
//   depth 2   (log b_j / 2 - log u_j) / (c |g_j|),  b_j = |g_j| / |x_j|^2 the size it grows to,    c = 2 tied,
//             1 separate and product
//   N > 2     u_j^{2-N} / ((N-2) c |g_j|),                                                        c = N tied, 1 separate
// weight normalisation, by its radius, with k = -N rate_r sum_j g_j (v_j/|v|)^N and r_1 = (|X^T y| / |X|_F^2)^{1/N} a fit's:
//   depth 2   log(r_1/r_0) / k         N > 2   r_0^{2-N} / ((N-2) k)          (k <= 0: once its direction has turned,
//                                                                             at the plain network's rate r²/|v|²)
// +inf where no factor grows, -inf for a linear model. First order: g is held at its start.
double log10_escape_time(const Problem& problem);

}  // namespace penchant
