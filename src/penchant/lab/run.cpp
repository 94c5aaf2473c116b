#include "penchant/lab/run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <set>

#include "penchant/dynamics/simulate.h"
#include "penchant/lab/prepare.h"
#include "penchant/lab/settle.h"
#include "penchant/lab/trivial.h"

namespace penchant {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Trains through the checkpoint where there is one.
class Trainer {
 public:
  Trainer(const Verbs& verbs, const Record& record) : verbs_(verbs) {
    if (verbs.checkpoint) checkpoint_.emplace(*verbs.checkpoint, record.experiment.hash, record.data->hash);
  }

  Trajectory train(const std::string& name, const Problem& problem, const Dynamics& dynamics, const StopSpec& stop,
                   SimulateOptions options) {
    if (checkpoint_) return checkpoint_->simulate(name, problem, dynamics, stop, std::move(options), verbs_.interrupted);
    if (verbs_.interrupted) options.request = [this] { return verbs_.interrupted() ? Request::stop : Request::go_on; };
    return simulate(problem, dynamics, stop, options);
  }

  // Between two pieces of work that are not trainings.
  bool stops_here() { return checkpoint_ && checkpoint_->stops_here(); }

 private:
  const Verbs& verbs_;
  std::optional<Checkpoint> checkpoint_;
};

bool is_cut_short(const Trajectory& t) { return t.reason == StopReason::interrupted || t.reason == StopReason::checkpointed; }

// A limit may be named by several predictions; each is solved once per prediction that names it,
// so that records stay self-contained.
SolvedPrediction solved(std::string id, const Limit& limit) {
  const auto start = std::chrono::steady_clock::now();
  SolvedPrediction out{std::move(id), limit, solve(limit), 0.0};
  out.seconds = seconds_since(start);
  return out;
}

void take(PredictResult result, Record& record) {
  if (auto* refusal = std::get_if<Refusal>(&result)) record.refusal = std::move(*refusal);
  else record.predictions = std::move(std::get<std::vector<Prediction>>(result));
}

// The same training at 10 and at 100 times the tolerance. An empty list for what needs no such measure: exact iterations, and
// margins, whose run error is a bound for whatever point the run ended at. nullopt where one was cut short: the error is unknown.
std::optional<std::vector<Trajectory>> looser_runs(const Problem& problem, const Experiment& experiment, const Trajectory& run,
                                                   Trainer& trainer, std::string& checkpointed) {
  constexpr double kLoosest = 1e-2;
  const auto* flow = std::get_if<GradientFlow>(&experiment.dynamics);
  std::vector<Trajectory> out;
  if (!flow || run.coordinates == "spectral" || is_classification_loss(experiment.loss)) return out;
  SimulateOptions only_the_end;
  only_the_end.snapshots = 2;
  for (double factor : {10.0, 100.0}) {
    GradientFlow looser = *flow;
    looser.rtol = std::min(kLoosest, factor * flow->rtol.value_or(kDefaultFlowTolerance));
    if (flow->atol) looser.atol = factor * *flow->atol;
    out.push_back(trainer.train(cat("run at ", factor, " times the tolerance"), problem, looser, experiment.stop, only_the_end));
    const Trajectory& other = out.back();
    if (other.reason == StopReason::checkpointed) checkpointed = cat("the run at ", factor, " times the tolerance: ", other.text);
    if (is_cut_short(other)) return std::nullopt;
  }
  return out;
}

// How far the others are from a vector at the most, relative to `size` > 0; NaN where one is not finite.
double largest_move(const Vector& from, const std::vector<Vector>& to, double size) {
  double largest = 0.0;
  for (const Vector& other : to) {
    const double distance = (other - from).norm() / size;
    if (!std::isfinite(distance)) return std::numeric_limits<double>::quiet_NaN();
    largest = std::max(largest, distance);
  }
  return largest;
}

double size_of(const Trajectory& run) {
  const double norm = run.predictor.values.norm();
  return norm > 0.0 ? norm : 1.0;
}

// The integrator's share of the run's error, measured: the most that the run's end moves (relative) at looser tolerances. The error
// of a variable-order method does not fall in proportion to its tolerance, and one looser run can end as near the truth as this one
// by luck.
double measured_integration_error(const Trajectory& run, const std::optional<std::vector<Trajectory>>& looser) {
  if (!looser) return std::numeric_limits<double>::quiet_NaN();
  std::vector<Vector> ends;
  for (const Trajectory& other : *looser) ends.push_back(other.predictor.values);
  return largest_move(run.predictor.values, ends, size_of(run));
}

// A limit that was read off the run carries its integration error too: the most that it moves when read off the looser runs.
double error_of_reading(const Problem& problem, const Record& record, const SolvedPrediction& read,
                        const std::vector<Trajectory>& looser) {
  std::vector<Vector> limits;
  for (const Trajectory& other : looser) {
    const PredictResult result = predict(problem, record.experiment.dynamics, record.facts, other.measured);
    const auto* predictions = std::get_if<std::vector<Prediction>>(&result);
    if (!predictions) break;
    for (const Prediction& prediction : *predictions) {
      if (prediction.id != read.prediction || !prediction.limit) continue;
      const Solution solution = solve(*prediction.limit);
      if (solution.outcome.status == Status::solved || solution.outcome.status == Status::almost_solved)
        limits.push_back(solution.predictor.values);
    }
  }
  if (limits.size() < looser.size()) return std::numeric_limits<double>::quiet_NaN();
  return largest_move(read.solution.predictor.values, limits, size_of(*record.trajectory));
}

void run_limit(Record& record) {
  const Experiment& experiment = record.experiment;
  const Limit limit = make_limit(*experiment.limit, record.data->features, record.data->targets, experiment.folder);
  record.solutions.push_back(solved("limit", limit));
}

void run_training(Record& record, const Verbs& verbs) {
  const Experiment& experiment = record.experiment;
  const Problem problem = problem_of(experiment, record.data);
  Trainer trainer(verbs, record);
  if (verbs.predict) {
    record.facts = verbs.facts ? verbs.facts(problem, experiment.dynamics) : compute_facts(problem, experiment.dynamics);
    take(predict(problem, experiment.dynamics, record.facts), record);
  }
  std::set<std::string> read_off_the_run;
  for (const Prediction& prediction : record.predictions)
    if (!prediction.needs.empty()) read_off_the_run.insert(prediction.id);
  if (verbs.simulate || (verbs.solve && !read_off_the_run.empty())) {
    SimulateOptions options;
    options.observer = verbs.observer;
    record.trajectory =
        verbs.train ? verbs.train(problem, options) : trainer.train("run", problem, experiment.dynamics, experiment.stop, options);
    record.trajectory_seconds = record.trajectory->seconds;
    if (record.trajectory->reason == StopReason::checkpointed) {
      record.checkpointed = record.trajectory->text;
      return;
    }
    if (!read_off_the_run.empty())
      take(predict(problem, experiment.dynamics, record.facts, record.trajectory->measured), record);
    record.predictions = settled(std::move(record.predictions), *record.trajectory);
  }
  if (!verbs.solve || (record.trajectory && record.trajectory->reason == StopReason::interrupted)) return;
  for (const Prediction& prediction : record.predictions) {
    if (trainer.stops_here()) {
      record.checkpointed = cat("after the run, before the limit of ", prediction.id);
      return;
    }
    if (prediction.limit) record.solutions.push_back(solved(prediction.id, *prediction.limit));
  }
  for (const SolvedPrediction& solution : record.solutions)
    record.predictions = settled(std::move(record.predictions), solution.prediction, solution.solution.certificate);
  if (!verbs.simulate || record.solutions.empty()) return;
  const auto looser = looser_runs(problem, experiment, *record.trajectory, trainer, record.checkpointed);
  if (!record.checkpointed.empty()) return;
  record.integration_error = measured_integration_error(*record.trajectory, looser);
  for (const Prediction& prediction : record.predictions)
    for (const SolvedPrediction& solution : record.solutions)
      if (solution.prediction == prediction.id) {
        const bool read = looser && read_off_the_run.count(prediction.id) > 0;
        const double error = record.integration_error + (read ? error_of_reading(problem, record, solution, *looser) : 0.0);
        record.comparisons.push_back(marked_trivial(compare(problem, *record.trajectory, prediction, solution.solution, error),
                                                    trivial_reason(record.facts, solution.limit, *record.trajectory)));
      }
}

}  // namespace

Record run(const Experiment& experiment, const Verbs& verbs) {
  const auto start = std::chrono::steady_clock::now();
  Record record;
  record.experiment = experiment;
  record.data = loaded(experiment, verbs);
  if (experiment.limit) run_limit(record);
  else run_training(record, verbs);
  record.seconds = seconds_since(start);
  return record;
}

int exit_code(const Record& record) {
  constexpr int kDone = 0, kNotConverged = 3;
  for (const SolvedPrediction& solved : record.solutions) {
    const Status status = solved.solution.outcome.status;
    if (status != Status::solved && status != Status::almost_solved) return kNotConverged;
  }
  if (!record.trajectory) return kDone;
  switch (record.trajectory->reason) {
    case StopReason::diverged:
    case StopReason::not_finite:
    case StopReason::left_domain:
    case StopReason::integrator: return kNotConverged;
    default: return kDone;
  }
}

}  // namespace penchant
