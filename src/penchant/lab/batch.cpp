#include "penchant/lab/batch.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "penchant/dynamics/together.h"

namespace penchant {

namespace {

// One trial's part in a batch. What cannot take part is left to run_trial, which says what is wrong with it.
struct Part {
  std::optional<Problem> problem;
  Trained trained;
};

std::optional<Problem> problem_in_batch(const Experiment& e, const TrialOptions& options) {
  try {
    Problem problem = make_problem(options.verbs.load(e.data, e.folder), e.model, e.loss, e.init, e.folder);
    if (can_train_together(problem, e.dynamics)) return problem;
  } catch (const InvalidInput&) {
  }
  return std::nullopt;
}

void train_together(std::span<const TrialSpec> trials, const TrialOptions& options, std::vector<Part>& parts) {
  std::vector<Training> trainings;
  std::vector<Part*> taking_part;
  const Dataset* data = nullptr;
  for (std::size_t m = 0; m < trials.size(); ++m) {
    const Experiment& e = trials[m].experiment;
    parts[m].problem = problem_in_batch(e, options);
    if (!parts[m].problem) continue;
    if (!data) data = parts[m].problem->data.get();
    if (parts[m].problem->data.get() != data) continue;
    SimulateOptions simulate_options;
    simulate_options.observer = options.verbs.observer;
    simulate_options.measure = false;
    trainings.push_back({&*parts[m].problem, &e.dynamics, e.stop, simulate_options});
    taking_part.push_back(&parts[m]);
  }
  if (trainings.size() < 2) return;
  std::vector<Trained> trained = simulate_together(trainings);
  for (std::size_t k = 0; k < trained.size(); ++k) taking_part[k]->trained = std::move(trained[k]);
}

}  // namespace

bool trains_together(const TrialOptions& options) { return options.verbs.simulate && !options.verbs.predict; }

bool trains_together(const Experiment& e) {
  const auto* descent = std::get_if<GradientDescent>(&e.dynamics);
  const auto* noisy = std::get_if<Stochastic>(&e.dynamics);
  const auto* model = std::get_if<Diagonal>(&e.model);
  const bool plain = descent && !descent->closed_form && descent->momentum == 0.0;
  const bool shaken = noisy && noisy->label_noise && !noisy->gradient_noise && noisy->momentum == 0.0 && noisy->batch == 0;
  return !e.limit && (plain || shaken) && model && model->depth == 2 && std::holds_alternative<Squared>(e.loss) &&
         !e.stop.seconds;  // seconds of a batch are nobody's own
}

std::size_t batch_size(std::span<const TrialSpec> trials, const TrialReader& reader, const TrialOptions& options) {
  if (trials.empty() || !trains_together(options) || !trains_together(trials.front().experiment))
    return std::min<std::size_t>(trials.size(), 1);
  const std::uint64_t data = reader.data_group(trials.front().index);
  std::size_t count = 1;
  while (count < std::min(trials.size(), kMostTogether) && trials[count].refusal.empty() &&
         trains_together(trials[count].experiment) && reader.data_group(trials[count].index) == data)
    ++count;
  return count;
}

std::vector<TrialResult> run_batch(std::span<const TrialSpec> trials, const TrialOptions& options) {
  std::vector<Part> parts(trials.size());
  const auto start = std::chrono::steady_clock::now();
  if (trials.size() > 1 && trains_together(options) && options.verbs.load) train_together(trials, options, parts);
  const double share =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(trials.size());
  std::vector<TrialResult> out;
  for (std::size_t m = 0; m < trials.size(); ++m) {
    TrialOptions own = options;
    Trained& trained = parts[m].trained;
    if (trained.trajectory || trained.error)
      own.verbs.train = [&trained](const Problem&, const SimulateOptions&) {
        if (trained.error) std::rethrow_exception(trained.error);
        return std::move(*trained.trajectory);
      };
    out.push_back(run_trial(trials[m].experiment, own));
    out.back().seconds += share;
  }
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
