#include "penchant/dynamics/simulate.h"

#include "penchant/dynamics/run_loop.h"

namespace penchant {

namespace {

std::string clock_name(const Dynamics& dynamics) {
  const auto* flow = std::get_if<GradientFlow>(&dynamics);
  return flow && flow->clock == Clock::normalised ? "normalised" : "time";
}

// Counted in t, a flow of a loss without a minimiser ends near log10 t = 170, where its loss weights underflow. The path is the
// same by either clock, and each snapshot has its t.
constexpr double kLongestTime = 100.0;

Dynamics by_a_clock_that_reaches(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop) {
  const auto* flow = std::get_if<GradientFlow>(&dynamics);
  const bool grows = is_classification_loss(problem.loss) && !std::holds_alternative<WeightNormalised>(problem.model);
  if (!flow || !grows || flow->clock == Clock::normalised || flow->weight_decay != 0.0) return dynamics;
  if (!(stop_limits(problem, dynamics, stop).log10_time.value_or(0.0) > kLongestTime)) return dynamics;
  GradientFlow out = *flow;
  out.clock = Clock::normalised;
  return out;
}

}  // namespace

Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop, const SimulateOptions& options) {
  stop_limits(problem, dynamics, stop);  // what is wrong with them comes before what is wrong with the method
  const Dynamics clocked = by_a_clock_that_reaches(problem, dynamics, stop);
  const auto stepper = make_stepper(problem, clocked);
  return simulate(problem, clocked, stop, options, *stepper);
}

Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop, const SimulateOptions& options,
                    Stepper& stepper) {
  const StopLimits limits = stop_limits(problem, dynamics, stop);
  Trajectory out = run_loop(problem, stepper, std::holds_alternative<GradientFlow>(dynamics), limits, options);
  out.clock = clock_name(dynamics);
  return out;
}

}  // namespace penchant
