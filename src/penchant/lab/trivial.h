// Agreements that say nothing: no training could have ended elsewhere, or there was no training.
#pragma once

#include <optional>
#include <string>

#include "penchant/dynamics/trajectory.h"
#include "penchant/lab/compare.h"
#include "penchant/limits/limit.h"
#include "penchant/theory/facts.h"

namespace penchant {

// Why the run could not have told this limit from any other; absent where it could. The three reasons: the run stayed at its start;
// one β only fits (rank X = features), so that a limit which chooses among the fits chooses nothing; in one dimension one direction
// only separates. Penalties change where the optimum is, and are never trivial for the second reason.
std::optional<std::string> trivial_reason(const Facts& facts, const Limit& limit, const Trajectory& trajectory);
// `comparison`, marked and with the reason in its sentence where there is one.
Comparison marked_trivial(Comparison comparison, const std::optional<std::string>& reason);

}  // namespace penchant
