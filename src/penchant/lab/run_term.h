// How far a run is from its own end: the run's term of the budget.
#pragma once

#include "penchant/dynamics/trajectory.h"

namespace penchant {

// Whether noise on the targets keeps the run farther from its end than what it has yet to go.
bool moved_by_noise(const Trajectory& trajectory);

// Whether noise on the targets keeps the run from its end, and nothing says how far.
bool has_noise_of_unknown_size(const Trajectory& trajectory);

// The larger of what the run has yet to go and of what noise moves it, with the errors of integration (relative to the run's
// predictor) and of rounding, relative to `norm`. NaN where one of them is not known.
double run_error(const Trajectory& trajectory, double norm, double integration_error);

}  // namespace penchant
