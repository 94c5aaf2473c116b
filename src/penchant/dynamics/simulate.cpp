#include "penchant/dynamics/simulate.h"

#include "penchant/dynamics/run_loop.h"

namespace penchant {

namespace {

std::string clock_name(const Dynamics& dynamics) {
  const auto* flow = std::get_if<GradientFlow>(&dynamics);
  return flow && flow->clock == Clock::normalised ? "normalised" : "time";
}

}  // namespace

Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop, const SimulateOptions& options) {
  stop_limits(problem, dynamics, stop);  // what is wrong with them comes before what is wrong with the method
  const auto stepper = make_stepper(problem, dynamics);
  return simulate(problem, dynamics, stop, options, *stepper);
}

Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop, const SimulateOptions& options,
                    Stepper& stepper) {
  const StopLimits limits = stop_limits(problem, dynamics, stop);
  Trajectory out = run_loop(problem, stepper, std::holds_alternative<GradientFlow>(dynamics), limits, options);
  out.clock = clock_name(dynamics);
  return out;
}

}  // namespace penchant
