#include "penchant/lab/trivial.h"

#include <cmath>
#include <limits>

#include "penchant/core/text.h"

namespace penchant {

namespace {

bool stayed(const Trajectory& trajectory) {
  return trajectory.steps == 0.0 && trajectory.log10_time == -std::numeric_limits<double>::infinity();
}

bool chooses_a_fit(const Limit& limit) {
  return !std::holds_alternative<Penalised>(limit) && !std::holds_alternative<MaxMargin>(limit);
}

}  // namespace

std::optional<std::string> trivial_reason(const Facts& facts, const Limit& limit, const Trajectory& trajectory) {
  if (stayed(trajectory)) return "the run made 0 steps and is where it started";
  if (facts.features == 1 && std::holds_alternative<MaxMargin>(limit)) return "one feature has one direction that separates";
  if (facts.rank && *facts.rank == facts.features && chooses_a_fit(limit))
    return cat("one β only fits best (rank ", *facts.rank, " = features): every training that fits ends there");
  return std::nullopt;
}

Comparison marked_trivial(Comparison comparison, const std::optional<std::string>& reason) {
  if (!reason) return comparison;
  comparison.trivial = true;
  comparison.trivial_text = *reason;
  comparison.text += cat("; trivial: ", *reason);
  return comparison;
}

}  // namespace penchant
