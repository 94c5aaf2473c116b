// Least squares, linear model, at any time at once: along X = U diag(sigma) V^T
//   beta(t) = beta_0 + sum_i v_i (1 - exp(-sigma_i^2 t)) / sigma_i * u_i^T (y - X beta_0)        (t/n under "mean")
// so t = 1e300 costs what t = 1 does. A step of this stepper is a factor kStepFactor in time.
#pragma once

#include "penchant/dynamics/stepper.h"

namespace penchant {

// Throws InvalidInput for another model or loss.
std::unique_ptr<Stepper> make_spectral_flow(const Problem& problem);

}  // namespace penchant
