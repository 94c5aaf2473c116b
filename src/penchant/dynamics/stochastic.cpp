#include "penchant/dynamics/descent.h"
#include "penchant/dynamics/fused_noisy_descent.h"
#include "penchant/dynamics/noise.h"

namespace penchant {

DescentRule descent_rule(const Stochastic& dynamics, Index samples) {
  const bool full = dynamics.batch == 0 || (dynamics.batch == samples && !dynamics.replacement);
  return {dynamics.step_size,  dynamics.momentum,          false, dynamics.force, full ? 0 : dynamics.batch, dynamics.replacement, dynamics.seed.value_or(0),
          dynamics.label_noise, dynamics.gradient_noise, dynamics.measure, dynamics.weight_decay};
}

std::unique_ptr<Stepper> make_stochastic(const Problem& problem, const Stochastic& dynamics) {
  const Index n = problem.data->samples();
  if (dynamics.batch < 0 || dynamics.batch > n)
    throw InvalidInput(cat("stochastic: batch is ", dynamics.batch, ", expected an integer from 1 to the ", n, " samples, or 0 for all of them"));
  check_noise(problem, dynamics);
  const DescentRule rule = descent_rule(dynamics, n);
  // A pass of one batch is gradient descent, to the last bit.
  if (rule.batch == 0 && !dynamics.has_noise())
    return make_gradient_descent(problem, {dynamics.step_size, dynamics.momentum, false, dynamics.force, false, dynamics.measure, dynamics.weight_decay});
  if (has_fused_noisy_descent(problem, rule)) return make_fused_noisy_descent(problem, rule);
  return make_descent(problem, rule, "stochastic");
}

}  // namespace penchant
