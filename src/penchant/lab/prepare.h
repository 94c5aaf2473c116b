// What comes before the first step of an experiment.
#pragma once

#include "penchant/lab/run.h"

namespace penchant {

// The experiment's data, from the caller's own loader where the verbs have one.
DatasetPtr loaded(const Experiment& experiment, const Verbs& verbs);

// The problem that an experiment with a training describes on its data, as run() trains it. Throws InvalidInput for parts that do
// not belong together: one class only, a start of the wrong shape, noise on the targets of a classification.
Problem problem_of(const Experiment& experiment, DatasetPtr data);

// Throws InvalidInput where run() would throw it before its first step: all that can be known without predicting, solving or
// training.
void check_can_run(const Experiment& experiment, const Verbs& verbs);

}  // namespace penchant
