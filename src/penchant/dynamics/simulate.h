// Trains.
#pragma once

#include <functional>

#include "penchant/dynamics/spec.h"
#include "penchant/dynamics/stepper.h"
#include "penchant/dynamics/trajectory.h"
#include "penchant/problem.h"

namespace penchant {

struct SimulateOptions {
  int snapshots = 200;                                     // at most, log-spaced
  std::function<bool(const Snapshot&)> observer;           // called at each snapshot; false interrupts
  bool measure = true;                                     // false: Trajectory::measured may stay empty
};

// Throws InvalidInput where this model cannot be trained this way; a step past the stability bound is one of these unless `force`.
Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop = {}, const SimulateOptions& options = {});
// The same with a stepper that was made for it.
Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop, const SimulateOptions& options, Stepper& stepper);

}  // namespace penchant
