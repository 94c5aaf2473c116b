#include "penchant/lab/batch.h"

namespace penchant {

std::size_t batch_size(std::span<const TrialSpec> trials, TrialReader&) { return trials.empty() ? 0 : 1; }

std::vector<TrialResult> run_batch(std::span<const TrialSpec> trials, const TrialOptions& options) {
  std::vector<TrialResult> out;
  for (const TrialSpec& trial : trials) out.push_back(run_trial(trial.experiment, options));
  return out;
}

TrialOptions trial_options(const SweepSpec& sweep, std::shared_ptr<SharedData> data) {
  const SweepVerbs wanted = sweep.wanted();
  TrialOptions out;
  out.keep = sweep.keep;
  out.verbs.simulate = wanted.simulate;
  out.verbs.predict = wanted.predict;
  out.verbs.solve = wanted.solve;
  if (!data) return out;
  out.verbs.load = [data](const DataSpec& spec, const std::string& folder) { return data->load(spec, folder); };
  out.verbs.facts = [data](const Problem& problem, const Dynamics& dynamics) { return data->facts(problem, dynamics); };
  return out;
}

}  // namespace penchant
