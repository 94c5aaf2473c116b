// Why a comparison is undecided, and what would decide it.
#pragma once

#include <string>

#include "penchant/lab/compare.h"

namespace penchant {

// "the run is 11 % away from the limit", "the run's direction is 0.147 rad from the limit's": what was measured.
std::string measured_words(double distance, bool is_angle);

// A term of the budget is not known: what was measured, which bound is missing, and what to do about it.
std::string missing_bound_words(const Comparison& c, const Problem& problem, const Trajectory& trajectory,
                                const Prediction& prediction, bool is_angle);

// The distance is within a budget too wide to mean anything: which term makes it so, and what makes it smaller.
std::string wide_budget_words(const Comparison& c, const Problem& problem, const Trajectory& trajectory,
                              const Prediction& prediction, bool is_angle);

}  // namespace penchant
