#include "penchant/dynamics/flow_dual.h"
#include "penchant/dynamics/flow_factors.h"
#include "penchant/dynamics/flow_normalised.h"
#include "penchant/dynamics/flow_spectral.h"
#include "penchant/dynamics/flow_stepper.h"
#include "penchant/dynamics/steppers.h"
#include "penchant/dynamics/weight_decay.h"

namespace penchant {

namespace {

// Where weight decay empties a feature, the ratio of its factors moves away from 1 faster than they shrink:
// in logs rounding grows to an imbalance.
bool has_separate_logs(const Problem& problem) {
  const auto* model = std::get_if<Diagonal>(&problem.model);
  return model && model->form != DiagonalForm::product && model->factors == Factors::separate;
}

Coordinates chosen(const Problem& problem, const GradientFlow& dynamics) {
  if (dynamics.coordinates != Coordinates::automatic) return dynamics.coordinates;
  if (std::holds_alternative<Linear>(problem.model))
    return std::holds_alternative<Squared>(problem.loss) && dynamics.weight_decay == 0.0 ? Coordinates::spectral
                                                                                         : Coordinates::weights;
  const bool logs = FlowChart::has_logs(problem) && !(dynamics.weight_decay > 0.0 && has_separate_logs(problem));
  return logs ? Coordinates::log_weights : Coordinates::weights;
}

// Closed forms and dual iterates are those of the loss alone.
void require_weights(const Problem& problem, Coordinates coordinates, double decay) {
  require_decay(decay, "gradient_flow");
  if (decay > 0.0 && coordinates == Coordinates::log_weights && has_separate_logs(problem))
    throw InvalidInput(
        "dynamics.coordinates = \"log_weights\" and weight_decay: the ratio of separate factors is unstable where they shrink; "
        "\"weights\" takes them");
  if (decay == 0.0 || coordinates == Coordinates::weights || coordinates == Coordinates::log_weights) return;
  throw InvalidInput(cat("dynamics.coordinates = \"", coordinates == Coordinates::dual ? "dual" : "spectral",
                         "\" assumes a flow without weight_decay; \"weights\" and \"log_weights\" take it"));
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
  if (dynamics.weight_decay != 0.0)
    throw InvalidInput("dynamics.weight_decay: the flow of weight_normalised is of the loss alone; gradient_descent takes it");
  if (dynamics.clock == Clock::normalised) throw InvalidInput("dynamics.clock: weight_normalised runs by the clock \"time\"");
  if (dynamics.coordinates == Coordinates::dual || dynamics.coordinates == Coordinates::spectral)
    throw InvalidInput(
        "dynamics.coordinates: weight_normalised runs in \"weights\" or \"log_weights\"; its flow is no mirror flow of β alone");
  return std::make_unique<NormalisedFlow>(problem, dynamics.coordinates != Coordinates::weights, tolerance(dynamics));
}

}  // namespace

std::unique_ptr<Stepper> make_gradient_flow(const Problem& problem, const GradientFlow& dynamics) {
  const FlowTolerance accuracy = tolerance(dynamics);
  const std::int64_t history = dynamics.checkpoint_steps.value_or(kDefaultCheckpointSteps);
  if (history < 1) throw InvalidInput(cat("dynamics.checkpoint_steps: got ", history, ", expected an integer >= 1"));
  if (std::holds_alternative<WeightNormalised>(problem.model))
    return make_flow_stepper(normalised_flow(problem, dynamics), history);
  const double decay = dynamics.weight_decay;
  require_weights(problem, chosen(problem, dynamics), decay);
  switch (chosen(problem, dynamics)) {
    case Coordinates::spectral:
      if (dynamics.clock == Clock::normalised)
        throw InvalidInput(
            "dynamics.clock = \"normalised\" is for losses without a minimiser (exponential, logistic); this loss takes \"time\"");
      return make_spectral_flow(problem);
    case Coordinates::dual: return make_flow_stepper(std::make_unique<DualFlow>(problem, dynamics.clock, accuracy), history);
    case Coordinates::log_weights:
      return make_flow_stepper(std::make_unique<FactorFlow>(problem, FlowChart::logs(problem), dynamics.clock, accuracy, decay),
                               history);
    case Coordinates::weights:
    case Coordinates::automatic: break;
  }
  return make_flow_stepper(std::make_unique<FactorFlow>(problem, FlowChart::weights(problem), dynamics.clock, accuracy, decay),
                           history);
}

}  // namespace penchant
