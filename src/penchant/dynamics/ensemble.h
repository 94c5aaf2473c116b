// Many runs on the same data at once: gradient descent on beta = u^2 - v^2, squared loss,
// members that differ in start and step size.
// A member's result is, to the last bit, what it would be alone, in another batch, or through gradient_descent.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "penchant/core/types.h"
#include "penchant/losses/spec.h"

namespace penchant {

struct EnsembleStart {
  Matrix u, v;       // (d, members)
  Vector step_size;  // (members) > 0
};

struct EnsembleEnd {
  Matrix u, v;                      // (d, members)
  Matrix beta;                      // (d, members)
  Vector loss;                      // (members)
  Vector residual;                  // (members) ‖X beta - y‖ / ‖y‖; a member past 1e100 ‖·‖ rests and keeps it
  std::vector<std::int64_t> steps;  // made by each member
};

// `steps` steps, or for each member until its residual is <= `residual`, tested before every step.
// Steps past the stability bound are the caller's own: they diverge in their lane only. Throws InvalidInput for shapes that do not
// match or a step that is not > 0.
EnsembleEnd descend_ensemble(const Matrix& x, VecIn y, Reduction reduction, EnsembleStart start, std::int64_t steps,
                             std::optional<double> residual = {});

}  // namespace penchant
