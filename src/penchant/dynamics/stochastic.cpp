#include "penchant/dynamics/descent.h"

namespace penchant {

std::unique_ptr<Stepper> make_stochastic(const Problem& problem, const Stochastic& dynamics) {
  const Index n = problem.data->samples();
  if (dynamics.batch < 1 || dynamics.batch > n)
    throw InvalidInput(cat("stochastic: batch is ", dynamics.batch, ", expected an integer from 1 to the ", n, " samples"));
  // A pass of one batch is gradient descent, to the last bit.
  if (dynamics.batch == n && !dynamics.replacement)
    return make_gradient_descent(problem, {dynamics.step_size, dynamics.momentum, false, dynamics.force, false});
  return make_descent(problem,
                      {dynamics.step_size, dynamics.momentum, false, dynamics.force, dynamics.batch, dynamics.replacement, dynamics.seed.value_or(0)},
                      "stochastic");
}

}  // namespace penchant
