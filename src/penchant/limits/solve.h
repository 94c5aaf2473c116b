// Solves a limit and certifies the answer.
#pragma once

#include "penchant/limits/certificate.h"

namespace penchant {

struct SolveOptions {
  double tolerance = 1e-12;   // relative gap and relative residual
  int max_iterations = 0;     // 0: the solver's own budget
};

// The certificate comes from certify(), which can only lower the status the solver claims. `solved`: the gap of the pair and the
// residual are within the tolerance, the bounds themselves (which rounding drives apart) within a thousand tolerances, and of a
// Bregman projection the point is known to 1e-6 of its norm (distance_bound): a flat objective is optimal to every digit far from
// where it is attained. Limits without a bracket: the conditions of a stationary point hold to 1e-7. `almost_solved`: within a
// thousand tolerances, or optimal at a point that is known less well.
Solution solve(const Limit& limit, const SolveOptions& options = {});

}  // namespace penchant
