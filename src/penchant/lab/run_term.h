// How far a run is from its own end: the run's term of the budget.
#pragma once

#include "penchant/dynamics/trajectory.h"

namespace penchant {

// Whether noise on the targets keeps the run farther from its end than what it has yet to go, or by an unknown amount.
bool moved_by_noise(const Trajectory& trajectory);

// The larger of the two, with the errors of integration (relative to the run's predictor) and of rounding, relative to `norm`.
// NaN where one of them is not known.
double run_error(const Trajectory& trajectory, double norm, double integration_error);

}  // namespace penchant
