// The loop of a simulation, apart from who steps: any Stepper, so that tests can run one of their own.
#pragma once

#include "penchant/dynamics/simulate.h"
#include "penchant/dynamics/stop.h"

namespace penchant {

// `continuous`: a flow, which can be asked to stop between its steps, at the times of the snapshots.
Trajectory run_loop(const Problem& problem, Stepper& stepper, bool continuous, const StopLimits& limits,
                    const SimulateOptions& options);

}  // namespace penchant
