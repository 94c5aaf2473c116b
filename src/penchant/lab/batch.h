// Trials that share data: loaded once, facts computed once,
// and trained together where one kernel steps them all (dynamics/together.h).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "penchant/lab/grid.h"
#include "penchant/lab/shared_data.h"
#include "penchant/lab/trial.h"

namespace penchant {

inline constexpr std::size_t kMostTogether = 64;

// Whether these trials only train: predictions may ask for what a run measures along the way, and then one by one is as quick.
bool trains_together(const TrialOptions& options);
// Whether trials of this kind are trained together with others of the same data: gradient descent, or full-batch descent with noise
// on the targets, on a depth-2 diagonal network, squared loss.
bool trains_together(const Experiment& experiment);

// How many of the first trials make one batch: 1, or up to kMostTogether that train together.
std::size_t batch_size(std::span<const TrialSpec> trials, const TrialReader& reader, const TrialOptions& options);

// What [sweep] asks for, of each trial. Results are, to the last bit, what run_trial gives one by one.
std::vector<TrialResult> run_batch(std::span<const TrialSpec> trials, const TrialOptions& options);

// `data` is shared by all threads of a sweep; without it every trial loads its own.
TrialOptions trial_options(const SweepSpec& sweep, std::shared_ptr<SharedData> data = nullptr);

}  // namespace penchant
