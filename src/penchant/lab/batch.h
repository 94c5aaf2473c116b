// Trials that share data.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "penchant/lab/grid.h"
#include "penchant/lab/trial.h"

namespace penchant {

// How many of the first trials may go to a runner together: 1, or more where they share data.
std::size_t batch_size(std::span<const TrialSpec> trials, TrialReader& reader);

// What [sweep] asks for, of each trial. Results are, to the last bit, what run_trial gives one by one.
std::vector<TrialResult> run_batch(std::span<const TrialSpec> trials, const TrialOptions& options);

TrialOptions trial_options(const SweepSpec& sweep);

}  // namespace penchant
