// When a run ends. Each test is a function that answers with its own sentence: what was measured against which limit.
#pragma once

#include <optional>
#include <string>

#include "penchant/dynamics/spec.h"
#include "penchant/dynamics/stepper.h"
#include "penchant/problem.h"

namespace penchant {

struct Stop {
  StopReason reason = StopReason::steps;
  std::string text;
};

// StopSpec with its defaults filled in; an absent limit is not tested.
struct StopLimits {
  std::optional<double> log_loss;
  std::optional<double> residual;
  std::optional<double> alignment;   // with it, loss and residual end the run only once the dual iterate is this near
  std::optional<double> log10_time;
  std::optional<double> steps;
  bool default_steps = false;        // the spec asks for no number of steps
  bool flow = false;                 // the dynamics are a gradient flow
  bool noisy = false;                // a residual met by chance is no end, and there is no rest
  std::optional<double> seconds;
  bool decays = false;               // with weight decay rest is the only end, and is looked for at every test
  bool stationary = false;           // an inconsistent least-squares problem ends at rest, not at a residual of 0
};

// Defaults. Nothing given, regression: residual 1e-10, or rest, or 10^6 steps. Nothing given, classification:
// log10 time 6 for a flow (10^6 on the normalised clock), 10^5 steps otherwise. A target that is given (loss, residual,
// alignment, time, steps) replaces the default target; with noise in the steps there is none. 10^6 steps remain the bound unless
// steps, time or seconds are given.
// Throws InvalidInput for limits without meaning: residual or alignment of a classification.
StopLimits stop_limits(const Problem& problem, const Dynamics& dynamics, const StopSpec& spec);

std::optional<Stop> loss_reached(const StopLimits& limits, const Progress& now);
std::optional<Stop> residual_reached(const StopLimits& limits, const Progress& now);
// `step`: the last step of a discrete method, which ends where the next one would pass the limit (NaN for a flow).
std::optional<Stop> time_reached(const StopLimits& limits, const Progress& now, double step);
std::optional<Stop> steps_reached(const StopLimits& limits, const Progress& now);
std::optional<Stop> seconds_reached(const StopLimits& limits, const Progress& now, double seconds);
std::optional<Stop> diverged(const Progress& start, const Progress& now);
// ‖X^T l'‖ <= 1e-10 ‖X‖_F ‖l'‖ with l' the loss's slope in the outputs, after leaving the saddle:
// the step is orthogonal to all that is left of the loss. Never from a small velocity alone. With weight decay:
// ‖∇L + λθ‖ <= 1e-9 (‖∇L‖ + λ‖θ‖).
std::optional<Stop> at_rest(const StopLimits& limits, const Problem& problem, const Snapshot& now);

}  // namespace penchant
