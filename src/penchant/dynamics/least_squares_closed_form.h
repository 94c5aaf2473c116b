// Gradient descent on least squares with the linear model, any number of steps at once.
// Along the singular direction v_i of X the error a_k = v_i . (beta_k - beta_inf), beta_inf = beta_0 + X^+ (y - X beta_0), obeys
// with h = eta sigma_i^2 and a_{-1} = a_0
//   heavy ball  a_{k+1} = (1+mu-h) a_k - mu a_{k-1}
//   Nesterov    a_{k+1} = (1-h) ((1+mu) a_k - mu a_{k-1})
// (mu = 0: a_k = (1-h)^k a_0). Singular values below max(n, d) eps of the largest count as zero: beta does not move along them.
#pragma once

#include "penchant/dynamics/steppers.h"

namespace penchant {

// a_k / a_0 after `steps` steps, to a few ulp of 1 for any number of steps:
// 1 - lambda of the slow root is found without cancellation.
double error_decay(double h, double momentum, bool nesterov, double steps);

// Throws InvalidInput for another model or loss, or a step that is not constant.
std::unique_ptr<Stepper> make_least_squares_closed_form(const Problem& problem, const GradientDescent& dynamics);

}  // namespace penchant
