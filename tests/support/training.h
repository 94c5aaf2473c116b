// Short ways to a problem and to a run of it with steps of its own.
#pragma once

#include "penchant/dynamics/run_loop.h"
#include "penchant/dynamics/steppers.h"

namespace penchant::testing {

inline Problem problem_of(Matrix x, Vector y, ModelSpec model, LossSpec loss, const InitSpec& init) {
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(std::move(x));
  data->targets = std::move(y);
  return make_problem(data, std::move(model), std::move(loss), init);
}

inline Trajectory train(const Problem& problem, const GradientDescent& dynamics, const StopSpec& stop = {}) {
  return run_loop(problem, *make_gradient_descent(problem, dynamics), false, stop_limits(problem, dynamics, stop), {});
}

inline Trajectory train_on_batches(const Problem& problem, const Stochastic& dynamics, const StopSpec& stop = {}) {
  return run_loop(problem, *make_stochastic(problem, dynamics), false, stop_limits(problem, dynamics, stop), {});
}

}  // namespace penchant::testing
