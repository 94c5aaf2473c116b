#include "penchant/dynamics/descent.h"
#include "penchant/dynamics/fused_descent.h"
#include "penchant/dynamics/noise.h"

namespace penchant {

DescentRule descent_rule(const Stochastic& dynamics, Index samples) {
  const bool full = dynamics.batch == 0 || (dynamics.batch == samples && !dynamics.replacement);
  return {.step_size = dynamics.step_size, .momentum = dynamics.momentum, .force = dynamics.force,
          .batch = full ? 0 : dynamics.batch,
          .replacement = dynamics.replacement, .seed = dynamics.seed.value_or(0), .label_noise = dynamics.label_noise,
          .gradient_noise = dynamics.gradient_noise, .measure = dynamics.measure, .weight_decay = dynamics.weight_decay};
}

std::unique_ptr<Stepper> make_stochastic(const Problem& problem, const Stochastic& dynamics) {
  const Index n = problem.data->samples();
  if (dynamics.batch < 0 || dynamics.batch > n)
    throw InvalidInput(
        cat("stochastic: batch is ", dynamics.batch, ", expected an integer from 1 to the ", n, " samples, or 0 for all of them"));
  check_noise(problem, dynamics);
  const DescentRule rule = descent_rule(dynamics, n);
  // A pass of one batch is gradient descent, to the last bit.
  if (rule.batch == 0 && !dynamics.has_noise())
    return make_gradient_descent(problem, {.step_size = dynamics.step_size, .momentum = dynamics.momentum, .force = dynamics.force,
                                           .measure = dynamics.measure, .weight_decay = dynamics.weight_decay});
  if (has_fused_descent(problem, rule)) return make_fused_descent(problem, rule, "stochastic");
  return make_descent(problem, rule, "stochastic");
}

}  // namespace penchant
