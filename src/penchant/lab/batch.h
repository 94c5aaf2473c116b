// Trials that share data: loaded once, facts computed once.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "penchant/lab/grid.h"
#include "penchant/lab/shared_data.h"
#include "penchant/lab/trial.h"

namespace penchant {

// How many of the first trials may go to a runner together: 1, or more where they share data.
std::size_t batch_size(std::span<const TrialSpec> trials, TrialReader& reader);

// What [sweep] asks for, of each trial. Results are, to the last bit, what run_trial gives one by one.
std::vector<TrialResult> run_batch(std::span<const TrialSpec> trials, const TrialOptions& options);

// `data` is shared by all threads of a sweep; without it every trial loads its own.
TrialOptions trial_options(const SweepSpec& sweep, std::shared_ptr<SharedData> data = nullptr);

}  // namespace penchant
