#include "penchant/dynamics/stop.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/number_words.h"
#include "penchant/dynamics/saddle.h"
#include "penchant/losses/loss.h"

namespace penchant {

namespace {

constexpr double kDefaultResidual = 1e-10;
constexpr double kMostSteps = 1e6;
constexpr double kClassificationSteps = 1e5;
constexpr double kClassificationLog10Time = 6.0;
constexpr double kNormalisedLog10Time = 1e6;
constexpr double kTimeRounding = 1e-12;         // a flow asked for a time may miss it by the rounding of its log
constexpr double kDecayedRest = 1e-9;          // with weight decay: above what the tolerance of a flow leaves in the balance
constexpr double kRest = 1e-10;                // well above the rounding of X^T l', eps times a few
constexpr double kDivergedLog = 230.2585092994046;  // natural log of 1e100

const GradientFlow* as_flow(const Dynamics& dynamics) { return std::get_if<GradientFlow>(&dynamics); }

std::optional<double> earliest(std::optional<double> time, std::optional<double> log10_time) {
  if (!time) return log10_time;
  const double from_time = std::log10(*time);
  return log10_time ? std::min(from_time, *log10_time) : from_time;
}

// Beyond the range of a double a power of ten; "nan" and "inf" as they are.
std::string loss_text(double log_loss) { return power_of_ten_text(log_loss / std::log(10.0)); }

std::string after(const Progress& now) {
  return cat(" after ", number_text(now.steps), " steps, at t = ", power_of_ten_text(now.log10_time));
}

}  // namespace

StopLimits stop_limits(const Problem& problem, const Dynamics& dynamics, const StopSpec& spec) {
  const bool classifies = is_classification_loss(problem.loss);
  if (classifies && spec.residual)
    throw InvalidInput("stop.residual: a classification has no residual; use loss, log10_time or steps");
  if (classifies && spec.alignment)
    throw InvalidInput("stop.alignment: not defined for a classification; use loss, log10_time or steps");
  StopLimits out;
  if (spec.loss) out.log_loss = std::log(*spec.loss);
  out.residual = spec.residual;
  out.alignment = spec.alignment;
  out.log10_time = earliest(spec.time, spec.log10_time);
  if (spec.steps) out.steps = static_cast<double>(*spec.steps);
  out.seconds = spec.seconds;
  const bool bounded = out.steps || out.log10_time;
  const bool has_target = out.log_loss || out.residual || bounded;
  const auto* stochastic = std::get_if<Stochastic>(&dynamics);
  out.noisy = stochastic && stochastic->has_noise();
  const bool decays = weight_decay(dynamics) > 0.0;
  if (decays && spec.alignment)
    throw InvalidInput("stop.alignment: not defined with weight decay; use loss, residual, log10_time or steps");
  if (!classifies && !has_target && !out.noisy && !decays) out.residual = kDefaultResidual;
  if (classifies && !has_target && !decays && as_flow(dynamics))
    out.log10_time = as_flow(dynamics)->clock == Clock::normalised ? kNormalisedLog10Time : kClassificationLog10Time;
  out.flow = as_flow(dynamics) != nullptr;
  out.default_steps = !bounded && !out.seconds;
  if (out.default_steps) out.steps = classifies && !has_target && !out.flow ? kClassificationSteps : kMostSteps;
  out.decays = decays;
  out.stationary = (decays || !classifies) && !bounded && !out.noisy;
  return out;
}

std::optional<Stop> loss_reached(const StopLimits& limits, const Progress& now) {
  if (!limits.log_loss || !(now.log_loss <= *limits.log_loss)) return {};
  return Stop{StopReason::loss,
              cat("the loss is ", loss_text(now.log_loss), ", at most ", loss_text(*limits.log_loss), ",", after(now))};
}

std::optional<Stop> residual_reached(const StopLimits& limits, const Progress& now) {
  if (!limits.residual || !(now.residual <= *limits.residual)) return {};
  return Stop{StopReason::residual,
              cat("the relative residual is ", now.residual, ", at most ", *limits.residual, ",", after(now))};
}

std::optional<Stop> time_reached(const StopLimits& limits, const Progress& now, double step) {
  if (!limits.log10_time) return {};
  const double next = std::isfinite(step) ? std::log10(std::pow(10.0, now.log10_time) + step) : now.log10_time;
  const bool reached = now.log10_time >= *limits.log10_time - kTimeRounding * std::max(1.0, std::abs(*limits.log10_time));
  const bool next_is_past = std::isfinite(step) && next > *limits.log10_time;
  if (!reached && !next_is_past) return {};
  return Stop{StopReason::time, cat("t = ", power_of_ten_text(now.log10_time),
                                    reached ? std::string(" was asked for")
                                            : cat("; the next step would pass ", power_of_ten_text(*limits.log10_time)),
                                    ", after ", number_text(now.steps), " steps")};
}

std::optional<Stop> steps_reached(const StopLimits& limits, const Progress& now) {
  if (!limits.steps || now.steps < *limits.steps) return {};
  const std::string target = limits.residual ? cat(", its target ", *limits.residual) : std::string();
  const std::string residual = std::isnan(now.residual) ? "" : cat("; the relative residual is ", now.residual, target);
  const std::string advice = limits.noisy ? ", and noise in the steps keeps it above 0"
                             : limits.flow ? ": raise it"
                                           : ": raise it or use gradient_flow";
  return Stop{StopReason::steps, limits.default_steps
                                     ? cat("stop.steps is by default ", number_text(*limits.steps), residual, advice)
                                     : cat("stop.steps = ", number_text(*limits.steps), " steps were made", residual)};
}

std::optional<Stop> seconds_reached(const StopLimits& limits, const Progress& now, double seconds) {
  if (!limits.seconds || seconds < *limits.seconds) return {};
  return Stop{StopReason::seconds, cat("stop.seconds = ", *limits.seconds, " seconds were computed,", after(now))};
}

std::optional<Stop> diverged(const Progress& start, const Progress& now) {
  const double reference = std::max(start.log_loss, 0.0);
  if (now.log_loss <= reference + kDivergedLog) return {};
  return Stop{
      std::isnan(now.log_loss) ? StopReason::not_finite : StopReason::diverged,
      cat("the loss went from ", loss_text(start.log_loss), " to ", loss_text(now.log_loss), ",", after(now))};
}

std::optional<Stop> at_rest(const StopLimits& limits, const Problem& problem, const Snapshot& now) {
  if (limits.stationary && now.rest <= kDecayedRest)
    return Stop{StopReason::stationary,
                cat("‖∇L + λθ‖ is ", now.rest, " <= ", kDecayedRest, " of its parts: weight decay and loss are in balance, after ",
                    number_text(now.steps), " steps")};
  if (!std::isnan(now.rest)) return {};
  if (!limits.stationary || !left_saddle(problem, now.predictor)) return {};
  const LinearMap& x = *problem.data->features;
  Vector f(x.rows()), slope(x.rows()), pull(x.cols());
  x.apply(now.predictor.values, f);
  make_loss(problem.loss)->gradient(f, problem.data->targets, slope);
  x.adjoint(slope, pull);
  const double scale = (x.dense() ? x.dense()->norm() : 1.0) * slope.norm();
  if (!(scale > 0.0) || !(pull.norm() <= kRest * scale)) return {};
  return Stop{StopReason::stationary,
              cat("‖X^T l'‖ is ", pull.norm() / scale, " <= ", kRest, " of ‖X‖‖l'‖ at a relative residual of ", now.residual,
                  ": no parameters fit better nearby, after ", number_text(now.steps), " steps")};
}

}  // namespace penchant
