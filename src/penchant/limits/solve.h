// Solves a limit and certifies the answer.
#pragma once

#include "penchant/limits/certificate.h"

namespace penchant {

struct SolveOptions {
  double tolerance = 1e-12;   // relative gap and relative residual
  int max_iterations = 0;     // 0: the solver's own budget
};

// The certificate comes from certify(), which can only lower the status the solver claims.
Solution solve(const Limit& limit, const SolveOptions& options = {});

}  // namespace penchant
