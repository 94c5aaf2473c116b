// When does a diagonal network leave the saddle at 0?
#pragma once

#include "penchant/problem.h"

namespace penchant {

// log10 of the time the flow needs, with g = X^T dL/df at its start and the factors' mean start u_j, for its fastest feature:
//   depth 2   (log b_j / 2 - log u_j) / (c |g_j|),  b_j = |g_j| / |x_j|^2 the size it grows to,    c = 2 tied, 1 separate and product
//   N > 2     u_j^{2-N} / ((N-2) c |g_j|),                                                        c = N tied, 1 separate
// +inf where no factor grows, -inf for a linear model. First order: g is held at its start.
double log10_escape_time(const Problem& problem);

}  // namespace penchant
