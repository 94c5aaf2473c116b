// Why a comparison is undecided, and what would decide it.
#pragma once

#include <string>

#include "penchant/lab/compare.h"

namespace penchant {

// "the run is 11 % away from the limit", "the run's direction is 0.147 rad from the limit's": what was measured.
std::string measured_words(double distance, bool is_angle);

// Which training is compared with which limit.
struct Compared {
  const Problem& problem;
  const Trajectory& trajectory;
  const Prediction& prediction;
  const Solution& solution;
  bool is_angle;  // and the run's term is a bound
};

// A term of the budget is not known: what was measured, which bound is missing, and what to do about it.
std::string missing_bound_words(const Comparison& c, const Compared& of);

// The distance is within a budget too wide to mean anything: which term makes it so, and what makes it smaller.
std::string wide_budget_words(const Comparison& c, const Compared& of);

// "the run is still on its way", or what else keeps it from its end.
std::string still_moving_words(const Trajectory& trajectory);

// What brings a run nearer to its end: more time, or for one that noise moves for ever a smaller step.
std::string nearer_words(const Compared& of);

}  // namespace penchant
