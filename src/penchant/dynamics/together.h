// Several runs of gradient descent, or of full-batch descent with noise on the targets, on the same data at once: start,
// step size and stopping are each run's own, the steps are made by one kernel (kernels/diagonal_ensemble.h). A run's result is,
// to the last bit, that of simulate(). Only where nobody asks for what a run measures along the way:
// with the sums of step gains the state of a batch leaves the first cache, and one by one is as quick.
#pragma once

#include <exception>
#include <optional>
#include <span>
#include <vector>

#include "penchant/dynamics/simulate.h"

namespace penchant {

struct Training {
  const Problem* problem;
  const Dynamics* dynamics;
  StopSpec stop;
  SimulateOptions options;
};

struct Trained {
  std::optional<Trajectory> trajectory;
  std::exception_ptr error;  // what simulate() would have thrown
};

// Whether this training can take part: what fused_descent.h steps.
bool can_train_together(const Problem& problem, const Dynamics& dynamics);
// All of them can take part, have the same data (the same Dataset) and reduction, and options.measure = false.
std::vector<Trained> simulate_together(std::span<const Training> trainings);

}  // namespace penchant
