#include "penchant/dynamics/flow_dual.h"
#include "penchant/dynamics/flow_factors.h"
#include "penchant/dynamics/flow_normalised.h"
#include "penchant/dynamics/flow_spectral.h"
#include "penchant/dynamics/flow_stepper.h"
#include "penchant/dynamics/steppers.h"

namespace penchant {

namespace {

Coordinates chosen(const Problem& problem, const GradientFlow& dynamics) {
  if (dynamics.coordinates != Coordinates::automatic) return dynamics.coordinates;
  if (std::holds_alternative<Linear>(problem.model))
    return std::holds_alternative<Squared>(problem.loss) ? Coordinates::spectral : Coordinates::weights;
  return FlowChart::has_logs(problem) ? Coordinates::log_weights : Coordinates::weights;
}

FlowTolerance tolerance(const GradientFlow& dynamics) {
  FlowTolerance out;
  if (dynamics.rtol) out.relative = *dynamics.rtol;
  if (dynamics.atol) out.absolute = *dynamics.atol;
  if (!(out.relative > 0.0 && out.relative < 1.0))
    throw InvalidInput(cat("dynamics.rtol: got ", out.relative, ", expected a number between 0 and 1"));
  if (!(out.absolute >= 0.0 && std::isfinite(out.absolute)))
    throw InvalidInput(cat("dynamics.atol: got ", out.absolute, ", expected a number >= 0"));
  return out;
}

std::unique_ptr<Flow> normalised_flow(const Problem& problem, const GradientFlow& dynamics) {
  if (dynamics.clock == Clock::normalised) throw InvalidInput("dynamics.clock: weight_normalised runs by the clock \"time\"");
  if (dynamics.coordinates == Coordinates::dual || dynamics.coordinates == Coordinates::spectral)
    throw InvalidInput("dynamics.coordinates: weight_normalised runs in \"weights\" or \"log_weights\"; its flow is no mirror flow of β alone");
  return std::make_unique<NormalisedFlow>(problem, dynamics.coordinates != Coordinates::weights, tolerance(dynamics));
}

}  // namespace

std::unique_ptr<Stepper> make_gradient_flow(const Problem& problem, const GradientFlow& dynamics) {
  const FlowTolerance accuracy = tolerance(dynamics);
  const std::int64_t history = dynamics.checkpoint_steps.value_or(kDefaultCheckpointSteps);
  if (history < 1) throw InvalidInput(cat("dynamics.checkpoint_steps: got ", history, ", expected an integer >= 1"));
  if (std::holds_alternative<WeightNormalised>(problem.model)) return make_flow_stepper(normalised_flow(problem, dynamics), history);
  switch (chosen(problem, dynamics)) {
    case Coordinates::spectral:
      if (dynamics.clock == Clock::normalised)
        throw InvalidInput("dynamics.clock = \"normalised\" is for losses without a minimiser (exponential, logistic); this loss takes \"time\"");
      return make_spectral_flow(problem);
    case Coordinates::dual: return make_flow_stepper(std::make_unique<DualFlow>(problem, dynamics.clock, accuracy), history);
    case Coordinates::log_weights:
      return make_flow_stepper(std::make_unique<FactorFlow>(problem, FlowChart::logs(problem), dynamics.clock, accuracy), history);
    case Coordinates::weights:
    case Coordinates::automatic: break;
  }
  return make_flow_stepper(std::make_unique<FactorFlow>(problem, FlowChart::weights(problem), dynamics.clock, accuracy), history);
}

}  // namespace penchant
