// Trains.
#pragma once

#include <functional>

#include "penchant/dynamics/spec.h"
#include "penchant/dynamics/stepper.h"
#include "penchant/dynamics/trajectory.h"
#include "penchant/problem.h"

namespace penchant {

// What is asked of a run between two pieces of its work.
enum class Request {
  go_on,
  save,           // hand the state to SimulateOptions::save and go on
  save_and_stop,  // StopReason::checkpointed
  stop,           // StopReason::interrupted, what is done is kept
};

struct SimulateOptions {
  int snapshots = 200;                                     // at most, log-spaced
  std::function<bool(const Snapshot&)> observer;           // called at each snapshot; false interrupts
  bool measure = true;                                     // false: Trajectory::measured may stay empty
  std::function<Request()> request = {};                   // asked about once a second or more often (run_loop.cpp)
  // A run that starts from `resume` ends, to the last bit, as the run whose `save` was given it. A flow can be saved every
  // `checkpoint_steps` steps: it hands out its state of the last of these moments, and nothing before the first.
  std::function<void(const std::string& state)> save = {};
  std::string resume = {};                                 // empty: from the start
};

// A flow of a classification that is to go beyond log10 t = 100 goes by the normalised clock, whatever `dynamics` says
// (Trajectory::clock).
// Throws InvalidInput where this model cannot be trained this way (a step past the stability bound is one of these,
// unless `force`), and where `resume` is not of a run like this one.
Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop = {},
                    const SimulateOptions& options = {});
// The same with a stepper that was made for it.
Trajectory simulate(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop, const SimulateOptions& options,
                    Stepper& stepper);

}  // namespace penchant
