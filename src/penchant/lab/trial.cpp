#include "penchant/lab/trial.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <new>

#include "penchant/core/text.h"
#include "penchant/lab/recovery.h"
#include "penchant/lab/test_error.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A number that means nothing is null.
Value number(double x) { return std::isfinite(x) ? Value(x) : Value(); }

// The record's parts that the strongest prediction speaks of.
struct Strongest {
  const Prediction* prediction = nullptr;
  const SolvedPrediction* solved = nullptr;
  const Comparison* comparison = nullptr;
};

Strongest strongest(const Record& record) {
  Strongest out;
  if (!record.predictions.empty()) out.prediction = &record.predictions.front();
  const std::string id = out.prediction ? out.prediction->id : "limit";
  for (const SolvedPrediction& solved : record.solutions)
    if (!out.solved && solved.prediction == id) out.solved = &solved;
  for (const Comparison& comparison : record.comparisons)
    if (!out.comparison && comparison.prediction == id) out.comparison = &comparison;
  return out;
}

void set_comparison(Value& out, const Comparison* c) {
  out.set("verdict", c ? Value(name(c->verdict)) : Value());
  out.set("independent", c ? Value(c->independent) : Value());
  out.set("trivial", c ? Value(c->trivial) : Value());
  out.set("distance", c ? number(c->distance) : Value());
  out.set("angle", c ? number(c->angle) : Value());
  out.set("excess_objective", c ? number(c->excess_objective) : Value());
  out.set("budget_run", c ? number(c->budget.run) : Value());
  out.set("budget_limit", c ? number(c->budget.limit) : Value());
  out.set("budget_theory", c ? number(c->budget.theory) : Value());
}

void set_recovery(Value& out, const std::string& prefix, const Recovery* r) {
  out.set(prefix + "truth_error", r ? number(r->truth_error) : Value());
  out.set(prefix + "relative_error", r ? number(r->relative_error) : Value());
  out.set(prefix + "error_l1", r ? number(r->error_l1) : Value());
  out.set(prefix + "support_precision", r ? number(r->precision) : Value());
  out.set(prefix + "support_recall", r ? number(r->recall) : Value());
  out.set(prefix + "support_exact", r && std::isfinite(r->exact) ? Value(r->exact == 1.0) : Value());
}

void set_solution(Value& out, const SolvedPrediction* solved, const Dataset& data) {
  const Solution* s = solved ? &solved->solution : nullptr;
  const bool has_point = s && s->predictor.values.size() > 0;
  out.set("limit_status", s ? Value(name(s->outcome.status)) : Value());
  out.set("limit_objective", s ? number(s->objective) : Value());
  out.set("limit_relative_gap",
          s && s->certificate.kind == CertificateKind::bracket ? number(s->certificate.relative_gap) : Value());
  out.set("limit_norm_l1", has_point ? number(s->predictor.values.lpNorm<1>()) : Value());
  out.set("limit_norm_l2", has_point ? number(s->predictor.values.norm()) : Value());
  out.set("limit_test_error", has_point ? number(test_error(data, s->predictor, s->intercept)) : Value());
  const std::optional<Recovery> recovery = has_point ? std::optional(recovery_of(data, s->predictor)) : std::nullopt;
  set_recovery(out, "limit_", recovery ? &*recovery : nullptr);
}

void set_run(Value& out, const Trajectory* t, const Dataset& data) {
  // 0 is never written for a loss that has merely left the range of a double.
  const bool underflows = t && t->loss == 0.0 && std::isfinite(t->log10_loss);
  out.set("stop_reason", t ? Value(name(t->reason)) : Value());
  out.set("steps", t ? number(t->steps) : Value());
  out.set("log10_time", t ? number(t->log10_time) : Value());
  out.set("loss", t && !underflows ? number(t->loss) : Value());
  out.set("log10_loss", t ? number(t->log10_loss) : Value());
  out.set("residual", t && !t->snapshots.empty() ? number(t->snapshots.back().residual) : Value());
  out.set("left_saddle", t ? Value(t->left_saddle) : Value());
  out.set("conserved_drift", t ? number(t->conserved_drift) : Value());
  out.set("norm_l1", t ? number(t->predictor.values.lpNorm<1>()) : Value());
  out.set("norm_l2", t ? number(t->predictor.values.norm()) : Value());
  out.set("test_error", t ? number(test_error(data, t->predictor)) : Value());
  const std::optional<Recovery> recovery = t ? std::optional(recovery_of(data, t->predictor)) : std::nullopt;
  set_recovery(out, "", recovery ? &*recovery : nullptr);
  const EarlyStop best = t ? best_stop(data, *t) : EarlyStop{kNaN, kNaN};
  out.set("best_truth_error", number(best.truth_error));
  out.set("best_truth_log10_time", number(best.log10_time));
}

// Of weight normalisation, as log10: solved for beforehand, accumulated by the run, and read off its weights.
void set_magnification(Value& out, const Record& record) {
  const double unit = std::log(10.0);
  const auto measured = [&](const char* name) {
    const Trajectory* t = record.trajectory ? &*record.trajectory : nullptr;
    return t && t->measured.count(name) ? number(t->measured.at(name).values[0] / unit) : Value();
  };
  out.set("magnification_predicted", record.facts.log_magnification ? number(*record.facts.log_magnification / unit) : Value());
  out.set("magnification_run", measured("log_magnification"));
  out.set("magnification_weights", measured("log_magnification_of_weights"));
}

template <class Number>
Vector along(const std::vector<Snapshot>& snapshots, Number number) {
  Vector out(static_cast<Index>(snapshots.size()));
  for (Index i = 0; i < out.size(); ++i) out[i] = number(snapshots[static_cast<std::size_t>(i)]);
  return out;
}

// Where dynamics.measure asked for them.
void add_curvature(NamedArrays& out, const std::vector<Snapshot>& snapshots) {
  Vector top = along(snapshots, [](const Snapshot& s) { return s.sharpness; });
  Vector trace = along(snapshots, [](const Snapshot& s) { return s.hessian_trace; });
  if (!top.array().isNaN().all()) out.emplace_back("sharpness", std::move(top));
  if (!trace.array().isNaN().all()) out.emplace_back("hessian_trace", std::move(trace));
}

// Of the end of the run, where dynamics.measure asked for them.
void set_curvature(Value& out, const Trajectory* t) {
  const Snapshot* end = t && !t->snapshots.empty() ? &t->snapshots.back() : nullptr;
  out.set("sharpness", end ? number(end->sharpness) : Value());
  out.set("hessian_trace", end ? number(end->hessian_trace) : Value());
  const auto r = t ? t->measured.find("noise_regulariser") : Measured::const_iterator{};
  const bool measured = t && r != t->measured.end();
  out.set("noise_regulariser", measured ? number(r->second.values[0]) : Value());
  out.set("noise_regulariser_error", measured ? number(r->second.values[1]) : Value());
}

void add_curve(NamedArrays& out, const Record& record) {
  if (!record.trajectory) return;
  const auto& snapshots = record.trajectory->snapshots;
  const auto count = static_cast<Index>(snapshots.size());
  Vector time(count), loss(count), residual(count), norm(count), truth_error(count), distance(count), margin_gap(count);
  const Comparison* comparison = strongest(record).comparison;
  const bool compared = comparison && static_cast<Index>(comparison->curve.size()) == count;
  for (Index i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    time[i] = snapshots[at].log10_time;
    loss[i] = snapshots[at].log10_loss;
    residual[i] = snapshots[at].residual;
    norm[i] = snapshots[at].predictor.values.lpNorm<1>();
    if (record.data->truth) truth_error[i] = (snapshots[at].predictor.values - *record.data->truth).squaredNorm();
    distance[i] = compared ? comparison->curve[at].distance : kNaN;
    margin_gap[i] = compared ? comparison->curve[at].margin_gap : kNaN;
  }
  out.emplace_back("log10_time", std::move(time));
  out.emplace_back("log10_loss", std::move(loss));
  out.emplace_back("snapshot_residual", std::move(residual));
  out.emplace_back("snapshot_norm_l1", std::move(norm));
  if (record.data->truth) out.emplace_back("snapshot_truth_error", std::move(truth_error));
  add_curvature(out, snapshots);
  if (!compared) return;
  out.emplace_back("distance", std::move(distance));
  out.emplace_back("margin_gap", std::move(margin_gap));
}

// What did not converge, in its own words.
std::string failure_text(const Record& record) {
  // a run that diverged comes first: limits of what it measured fail with it
  const auto ended = [&](StopReason reason) { return record.trajectory && record.trajectory->reason == reason; };
  if (ended(StopReason::diverged) || ended(StopReason::not_finite)) return record.trajectory->text;
  for (const SolvedPrediction& solved : record.solutions) {
    const Status status = solved.solution.outcome.status;
    if (status != Status::solved && status != Status::almost_solved)
      return cat(kind_of(solved.limit), ": ", name(status), ": ", solved.solution.outcome.text);
  }
  return record.trajectory ? record.trajectory->text : std::string();
}

std::string done_text(const Record& record) {
  const Strongest best = strongest(record);
  if (best.comparison) return best.comparison->text;
  if (record.trajectory) return record.trajectory->text;
  if (best.solved)
    return best.solved->solution.outcome.text.empty() ? best.solved->solution.certificate.text : best.solved->solution.outcome.text;
  return best.prediction ? best.prediction->title : std::string();
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string_view name(TrialOutcome outcome) {
  switch (outcome) {
    case TrialOutcome::done: return "done";
    case TrialOutcome::refused: return "refused";
    case TrialOutcome::failed: return "failed";
  }
  return "failed";
}

const std::vector<std::string>& trial_value_names() {
  static const std::vector<std::string> names = {
      "prediction", "strength", "verdict", "independent", "trivial", "distance", "angle", "excess_objective", "budget_run",
      "budget_limit", "budget_theory",
      "limit_status", "limit_objective", "limit_relative_gap", "limit_norm_l1", "limit_norm_l2", "limit_test_error",
      "limit_truth_error", "limit_relative_error", "limit_error_l1", "limit_support_precision", "limit_support_recall",
      "limit_support_exact",
      "stop_reason", "steps", "log10_time", "loss", "log10_loss", "residual", "left_saddle", "conserved_drift", "norm_l1",
      "norm_l2", "test_error",
      "truth_error", "relative_error", "error_l1", "support_precision", "support_recall", "support_exact", "best_truth_error",
      "best_truth_log10_time",
      "magnification_predicted", "magnification_run", "magnification_weights",
      "hypotheses_hold", "hypotheses_fail", "hypotheses_open", "sharpness", "hessian_trace", "noise_regulariser",
      "noise_regulariser_error"};
  return names;
}

namespace {

const Comparison* comparison_of(const Record& record, const std::string& id) {
  const auto found =
      std::find_if(record.comparisons.begin(), record.comparisons.end(), [&](const Comparison& c) { return c.prediction == id; });
  return found == record.comparisons.end() ? nullptr : &*found;
}

// The rate that a sweep of one of the spec's keys shows.
void set_slope(Value& out, const Prediction& prediction, const std::string& prefix) {
  for (const ExpectedRate& rate : prediction.rates) {
    if (rate.variable.find('.') == std::string::npos) continue;
    out.set(prefix + "slope_variable", rate.variable);
    out.set(prefix + "slope_expected", rate.exponent);
    out.set(prefix + "slope_is_bound", rate.upper_bound_only);
    return;
  }
}

void set_hypotheses(Value& out, const Prediction* prediction) {
  int holds = 0, fails = 0, open = 0;
  if (prediction)
    for (const Hypothesis& h : prediction->hypotheses) ++(!h.holds ? open : *h.holds ? holds : fails);
  out.set("hypotheses_hold", prediction ? Value(holds) : Value());
  out.set("hypotheses_fail", prediction ? Value(fails) : Value());
  out.set("hypotheses_open", prediction ? Value(open) : Value());
}

// What a sweep needs to decide the weaker predictions: the values that the strongest one has under their bare names.
void set_others(Value& out, const Record& record) {
  for (std::size_t i = 1; i < record.predictions.size(); ++i) {
    const Prediction& prediction = record.predictions[i];
    const std::string prefix = prediction.id + ".";
    const Comparison* c = comparison_of(record, prediction.id);
    out.set(prefix + "strength", name(prediction.strength));
    if (c) {
      out.set(prefix + "verdict", name(c->verdict));
      out.set(prefix + "trivial", c->trivial);
      out.set(prefix + "distance", number(c->distance));
      out.set(prefix + "budget_run", number(c->budget.run));
      out.set(prefix + "budget_limit", number(c->budget.limit));
      out.set(prefix + "budget_theory", number(c->budget.theory));
    }
    set_slope(out, prediction, prefix);
  }
}

}  // namespace

Value trial_values(const Record& record) {
  const Strongest best = strongest(record);
  Value out = Value::Object{};
  out.set("prediction", best.prediction ? Value(best.prediction->id) : Value());
  out.set("strength", best.prediction ? Value(name(best.prediction->strength)) : Value());
  set_comparison(out, best.comparison);
  set_solution(out, best.solved, *record.data);
  set_run(out, record.trajectory ? &*record.trajectory : nullptr, *record.data);
  set_magnification(out, record);
  set_hypotheses(out, best.prediction);
  set_curvature(out, record.trajectory ? &*record.trajectory : nullptr);
  if (best.prediction) set_slope(out, *best.prediction, "");
  set_others(out, record);
  return out;
}

const std::vector<std::string>& keepable_names() {
  static const std::vector<std::string> names = {"w", "limit_w", "dual", "truth", "best_terms", "curve", "measured"};
  return names;
}

NamedArrays trial_arrays(const Record& record, const std::vector<std::string>& keep) {
  NamedArrays out;
  const SolvedPrediction* solved = strongest(record).solved;
  for (const std::string& what : keep) {
    if (what == "w" && record.trajectory) out.emplace_back(what, record.trajectory->predictor.values);
    if (what == "limit_w" && solved) out.emplace_back(what, solved->solution.predictor.values);
    if (what == "dual" && solved) out.emplace_back(what, solved->solution.dual);
    if (what == "truth" && record.data->truth) out.emplace_back(what, *record.data->truth);
    if (what == "best_terms" && record.data->truth) out.emplace_back(what, best_term_errors(*record.data->truth));
    if (what == "curve") add_curve(out, record);
    if (what == "measured" && record.trajectory)
      for (const auto& [name, array] : record.trajectory->measured) out.emplace_back(name, array.values);
  }
  std::erase_if(out, [](const auto& named) { return named.second.size() == 0; });
  return out;
}

TrialResult trial_of(const Record& record, const std::vector<std::string>& keep) {
  TrialResult out;
  out.key = record.experiment.hash;
  out.values = trial_values(record);
  out.arrays = trial_arrays(record, keep);
  out.seconds = record.seconds;
  if (exit_code(record) != 0) {
    out.outcome = TrialOutcome::failed;
    out.text = failure_text(record);
  } else if (record.refusal) {
    out.outcome = TrialOutcome::refused;
    out.text = record.refusal->reason;
  } else {
    out.text = done_text(record);
  }
  return out;
}

TrialResult run_trial(const Experiment& experiment, const TrialOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  TrialResult out;
  try {
    out = trial_of(run(experiment, options.verbs), options.keep);
  } catch (const InvalidInput& error) {
    out.outcome = TrialOutcome::refused;
    out.text = error.what();
  } catch (const std::bad_alloc&) {
    out.outcome = TrialOutcome::failed;
    out.text = "the problem does not fit into memory";
  } catch (const std::exception& error) {
    out.outcome = TrialOutcome::failed;
    out.text = cat("internal error: ", error.what());
  }
  out.key = experiment.hash;
  out.seconds = seconds_since(start);
  return out;
}

}  // namespace penchant
