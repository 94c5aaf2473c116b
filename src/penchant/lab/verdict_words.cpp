#include "penchant/lab/verdict_words.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "penchant/core/text.h"
#include "penchant/lab/run_term.h"

namespace penchant {

namespace {

bool is_flow(const Trajectory& trajectory) { return std::isnan(trajectory.step_size); }

// The key of the spec whose limit makes a theorem-limit exact; empty where no sweep shows it. A flow has no step to make small:
// where no rate is known either, it is the size of the start.
std::string swept_key(const Prediction& prediction, const Trajectory& trajectory) {
  for (const ExpectedRate& rate : prediction.rates)
    if (rate.variable.find('.') != std::string::npos) return rate.variable;
  return prediction.strength == Strength::theorem_limit && is_flow(trajectory) ? "init.scale" : "";
}

// The factor that every entry of the start has, where there is one.
std::optional<double> common_scale(const Start& start) {
  std::optional<double> scale;
  for (const SignedLog& block : start.blocks)
    for (double log_abs : block.log_abs) {
      if (scale && *scale != log_abs) return std::nullopt;
      scale = log_abs;
    }
  return scale ? std::optional(std::exp(*scale)) : std::nullopt;
}

// "init.scale = 1e-4": where the theorem is asked, as the spec has it.
std::string where_asked(const Problem& problem, const Trajectory& trajectory, const std::string& key) {
  if (key == "dynamics.step_size" && std::isfinite(trajectory.step_size)) return cat(key, " = ", trajectory.step_size);
  const auto scale = common_scale(problem.start);
  if (key == "init.scale" && scale && *scale > 0.0) return cat(key, " = ", short_text(*scale, 6));
  return key.empty() ? "this setting" : cat("this ", key);
}

bool has_diverged(const Trajectory& trajectory) {
  return trajectory.reason == StopReason::diverged || trajectory.reason == StopReason::not_finite;
}

std::string more_time_words(const Trajectory& trajectory, const Prediction& prediction) {
  const bool logarithmic = std::any_of(prediction.rates.begin(), prediction.rates.end(),
                                       [](const ExpectedRate& rate) { return rate.variable == "log_time"; });
  if (!logarithmic) return "train longer (stop.steps, stop.residual)";
  if (trajectory.clock == "normalised") return "convergence is like 1/log t: raise stop.log10_time";
  return cat("convergence is like 1/log t: use ", is_flow(trajectory) ? "" : "gradient_flow with ", "clock = \"normalised\"");
}

}  // namespace

std::string measured_words(double distance, bool is_angle) {
  if (is_angle) return cat("the run's direction is ", short_text(distance), " rad away from the limit's");
  if (!(distance < 1.0)) return cat("the run is ", short_text(distance), " times the limit's length away from it");
  return cat("the run is ", short_text(100.0 * distance, 2), " % away from the limit");
}

std::string still_moving_words(const Trajectory& trajectory) {
  if (has_diverged(trajectory)) return "the run diverged";
  if (has_noise_of_unknown_size(trajectory)) return "the run is still on its way, or noise on the targets keeps it from its end";
  return moved_by_noise(trajectory) ? "the noise on the targets keeps the run moving" : "the run is still on its way";
}

std::string nearer_words(const Compared& of) {
  if (has_diverged(of.trajectory)) return "take smaller steps";
  if (has_noise_of_unknown_size(of.trajectory)) return "train longer, with smaller steps (dynamics.step_size) or less label_noise";
  if (!moved_by_noise(of.trajectory)) return more_time_words(of.trajectory, of.prediction);
  return "it comes nearer with smaller steps (dynamics.step_size) or less label_noise, not with more steps as large as its last";
}

std::string missing_bound_words(const Comparison& c, const Compared& of) {
  const std::string away = measured_words(c.distance, of.is_angle);
  if (std::isnan(c.budget.limit) && of.solution.certificate.unique == false)
    return cat(away, " that was solved for, but the limit is not unique here: no distance to one of its points decides",
               std::isfinite(c.excess_objective) ? cat(" (in the objective itself the run is ",
                                                       short_text(100.0 * c.excess_objective, 2), " % above the optimum at most)")
                                                 : "");
  if (std::isnan(c.budget.theory)) {
    const std::string key = swept_key(of.prediction, of.trajectory);
    return cat(away, "; no bound says how much of that ", where_asked(of.problem, of.trajectory, key), " explains",
               key.empty() ? "" : cat(": sweep ", key, " to decide"));
  }
  if (std::isnan(c.budget.run))
    return cat(away, "; ", still_moving_words(of.trajectory), ", and no bound says how far: ", nearer_words(of));
  return cat(away, "; no bound says how near the solver's point is to the limit: its certificate bounds the objective alone");
}

std::string wide_budget_words(const Comparison& c, const Compared& of) {
  const std::string away = measured_words(c.distance, of.is_angle);
  const double widest = std::max({c.budget.run, c.budget.limit, c.budget.theory});
  if (c.budget.theory == widest) {
    const std::string key = swept_key(of.prediction, of.trajectory);
    return cat(away, "; at ", where_asked(of.problem, of.trajectory, key), " the theorem allows any distance up to ",
               widest < 1.0 ? cat(short_text(100.0 * widest, 2), " %") : cat(short_text(widest, 2), " times its length"),
               ": too loose to test", key.empty() ? "" : cat("; sweep ", key, " to decide"));
  }
  const char* unit = of.is_angle ? " rad" : " of its length";
  if (c.budget.run == widest)
    return cat(away, "; ", still_moving_words(of.trajectory), " and may be ", short_text(widest), unit, " from its end: ",
               nearer_words(of));
  return cat(away, ", and the solver's point may be ", short_text(widest), unit, " from the optimum: too far to tell");
}

}  // namespace penchant
