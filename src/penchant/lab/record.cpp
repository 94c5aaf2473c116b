#include <cmath>
#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/core/npy.h"
#include "penchant/lab/provenance.h"
#include "penchant/lab/recovery.h"
#include "penchant/lab/run.h"
#include "penchant/lab/test_error.h"
#include "penchant/lab/transform_record.h"

namespace penchant {

namespace {

constexpr Index kInlineEntries = 10'000;

// Writes arrays, inline or beside the record.
class Arrays {
 public:
  explicit Arrays(std::string folder) : folder_(std::move(folder)) {}

  Value operator()(const Vector& v, const std::string& name) const {
    if (v.size() <= kInlineEntries || folder_.empty()) return v;
    const std::string file = name + ".npy";
    write_file((std::filesystem::path(folder_) / file).string(), to_npy(v));
    return Value::object({{"npy", file}, {"shape", Value::List{static_cast<std::int64_t>(v.size())}}});
  }

 private:
  std::string folder_;
};

Value optional_number(const std::optional<double>& x) { return x ? Value(*x) : Value(); }

// w, and its logs where doubles cannot hold it.
void set_predictor(Value& out, const Predictor& predictor, const Arrays& arrays, const std::string& name) {
  out.set("w", arrays(predictor.values, name + "_w"));
  if (predictor.logs.size() == 0) return;
  out.set("log_abs_w", arrays(predictor.logs.log_abs, name + "_log_abs_w"));
  out.set("sign_w", arrays(predictor.logs.sign, name + "_sign_w"));
}

std::string_view name(CertificateKind kind) {
  switch (kind) {
    case CertificateKind::bracket: return "bracket";
    case CertificateKind::first_order_only: return "first_order_only";
    case CertificateKind::infeasible: return "infeasible";
  }
  return "first_order_only";
}

Value certificate_value(const Certificate& c) {
  return Value::object({{"kind", name(c.kind)},
                        {"lower", c.lower},
                        {"upper", c.upper},
                        {"gap", c.gap},
                        {"relative_gap", c.relative_gap},
                        {"feasibility", c.feasibility},
                        {"complementarity", c.complementarity},
                        {"distance_bound", c.distance_bound},
                        {"unique", c.unique ? Value(*c.unique) : Value()},
                        {"text", c.text}});
}

Value solution_value(const SolvedPrediction& solved, const Dataset& data, const Arrays& arrays) {
  const Solution& s = solved.solution;
  const std::string base = "solution_" + solved.prediction;
  Value out = Value::object({{"prediction", solved.prediction},
                             {"kind", kind_of(solved.limit)},
                             {"limit", to_value(solved.limit)},
                             {"status", name(s.outcome.status)},
                             {"text", s.outcome.text}});
  set_predictor(out, s.predictor, arrays, base);
  out.set("objective", s.objective);
  out.set("dual", arrays(s.dual, base + "_dual"));
  if (s.log_slack.size() > 0) out.set("log_slack", arrays(s.log_slack, base + "_log_slack"));
  if (const auto* margin = std::get_if<MaxMargin>(&solved.limit); margin && margin->intercept == Intercept::free)
    out.set("intercept", s.intercept);
  out.set("test_error", test_error(data, s.predictor, s.intercept));
  out.set("recovery", recovery_value(data, s.predictor));
  out.set("certificate", certificate_value(s.certificate));
  out.set("iterations", s.iterations);
  out.set("seconds", solved.seconds);
  return out;
}

Value hypothesis_value(const Hypothesis& h) {
  return Value::object({{"name", h.name},
                        {"holds", h.holds ? Value(*h.holds) : Value()},
                        {"measured", h.measured},
                        {"threshold", h.threshold},
                        {"text", h.text}});
}

Value strings(const std::vector<std::string>& items) { return write_value(items); }

Value prediction_value(const Prediction& p) {
  Value::List hypotheses, rates;
  for (const Hypothesis& h : p.hypotheses) hypotheses.push_back(hypothesis_value(h));
  for (const ExpectedRate& r : p.rates)
    rates.push_back(Value::object({{"quantity", r.quantity},
                                   {"variable", r.variable},
                                   {"exponent", r.exponent},
                                   {"upper_bound_only", r.upper_bound_only},
                                   {"constant", r.constant ? Value(*r.constant) : Value()}}));
  return Value::object({{"id", p.id},
                        {"title", p.title},
                        {"strength", name(p.strength)},
                        {"source", p.source},
                        {"hypotheses", hypotheses},
                        {"needs", strings(p.needs)},
                        {"limit", p.limit ? to_value(*p.limit) : Value()},
                        {"direction_only", p.direction_only},
                        {"theory_error", p.theory_error},
                        {"rates", rates},
                        {"notes", strings(p.notes)}});
}

// 0 is never written for a loss that has merely left the range of a double.
Value loss_value(double loss, double log10_loss) { return loss == 0.0 && std::isfinite(log10_loss) ? Value() : Value(loss); }

Value trajectory_value(const Trajectory& t, double seconds, const Dataset& data, const Arrays& arrays) {
  Value::List snapshots;
  for (const Snapshot& s : t.snapshots) {
    Value snapshot = Value::object({{"log10_time", s.log10_time},
                                    {"steps", s.steps},
                                    {"log10_loss", s.log10_loss},
                                    {"residual", s.residual},
                                    {"alignment", s.alignment},
                                    {"conserved_drift", s.conserved_drift}});
    if (std::isfinite(s.sharpness)) snapshot.set("sharpness", s.sharpness);
    if (std::isfinite(s.hessian_trace)) snapshot.set("hessian_trace", s.hessian_trace);
    snapshots.push_back(std::move(snapshot));
  }
  Value measured = Value::Object{};
  for (const auto& [key, array] : t.measured)
    measured.set(key, Value::object({{"formula", array.formula}, {"values", arrays(array.values, "measured_" + key)}}));
  Value out = Value::object({{"coordinates", t.coordinates},
                             {"clock", t.clock},
                             {"stop", Value::object({{"reason", name(t.reason)}, {"text", t.text}})},
                             {"steps", t.steps},
                             {"time", t.time},
                             {"log10_time", t.log10_time},
                             {"loss", loss_value(t.loss, t.log10_loss)},
                             {"log10_loss", t.log10_loss},
                             {"step_size", t.step_size},
                             {"left_saddle", t.left_saddle},
                             {"remaining", t.remaining},
                             {"conserved_drift", t.conserved_drift}});
  set_predictor(out, t.predictor, arrays, "trajectory");
  out.set("test_error", test_error(data, t.predictor));
  out.set("recovery", recovery_value(data, t.predictor, &t));
  out.set("snapshots", snapshots);
  out.set("measured", measured);
  out.set("seconds", seconds);
  return out;
}

Value rate_value(const RateFit& r) {
  return Value::object({{"quantity", r.quantity},
                        {"variable", r.variable},
                        {"exponent", r.exponent},
                        {"low", r.low},
                        {"high", r.high},
                        {"window", Value::List{r.window_from, r.window_to}},
                        {"expected", r.expected},
                        {"upper_bound_only", r.upper_bound_only},
                        {"constant", r.constant},
                        {"constant_low", r.constant_low},
                        {"constant_high", r.constant_high},
                        {"expected_constant", r.expected_constant},
                        {"tolerance", kRateTolerance},
                        {"verdict", name(r.verdict)}});
}

Value comparison_value(const Comparison& c) {
  Vector times(static_cast<Index>(c.curve.size())), distances(times.size()), gaps(times.size());
  for (Index i = 0; i < times.size(); ++i) {
    const CurvePoint& point = c.curve[static_cast<std::size_t>(i)];
    times[i] = point.log10_time;
    distances[i] = point.distance;
    gaps[i] = point.margin_gap;
  }
  Value::List rates;
  for (const RateFit& r : c.rates) rates.push_back(rate_value(r));
  return Value::object({{"prediction", c.prediction},
                        {"distance", c.distance},
                        {"angle", c.angle},
                        {"excess_objective", c.excess_objective},
                        {"budget", Value::object({{"run", c.budget.run}, {"limit", c.budget.limit}, {"theory", c.budget.theory}})},
                        {"independent", c.independent},
                        {"trivial", c.trivial},
                        {"trivial_reason", c.trivial ? Value(c.trivial_text) : Value()},
                        {"curve", Value::object({{"log10_time", times}, {"distance", distances}, {"margin_gap", gaps}})},
                        {"rate", rates.empty() ? Value() : rates.front()},
                        {"rates", rates},
                        {"verdict", name(c.verdict)},
                        {"text", c.text}});
}

Value data_value(const Record& record) {
  const Facts& facts = record.facts;
  return Value::object(
      {{"samples", static_cast<std::int64_t>(record.data->samples())},
       {"features", static_cast<std::int64_t>(record.data->dimension())},
       {"rank", facts.rank ? Value(static_cast<std::int64_t>(*facts.rank)) : Value()},
       {"separable", facts.separable ? Value(*facts.separable) : Value()},
       {"test_samples",
        record.data->test_features ? Value(static_cast<std::int64_t>(record.data->test_features->rows())) : Value(0)},
       {"hash", record.data->hash},
       {"origin", record.data->origin},
       {"feature_names", strings(record.data->feature_names)},
       {"transform", transform_value(record.data->transform)}});
}

Value facts_value(const Facts& facts) {
  Value out = Value::object({{"inconsistency", optional_number(facts.inconsistency)},
                             {"sigma_max", optional_number(facts.sigma_max)},
                             {"sigma_min", optional_number(facts.sigma_min)},
                             {"margin", optional_number(facts.margin)},
                             {"l1_norm", optional_number(facts.l1_norm)},
                             {"l2_norm", optional_number(facts.l2_norm)}});
  // Proofs travel with the record: anybody can check that the combination is zero, or that ν separates y from the cone.
  if (facts.inseparable_weights) out.set("inseparable_weights", *facts.inseparable_weights);
  if (facts.positive_proof) out.set("positive_proof", *facts.positive_proof);
  return out;
}

}  // namespace

Value record_value(const Record& record, const std::string& folder) {
  const Arrays arrays(folder);
  Value::List predictions, solutions, comparisons;
  for (const Prediction& p : record.predictions) predictions.push_back(prediction_value(p));
  for (const SolvedPrediction& s : record.solutions) solutions.push_back(solution_value(s, *record.data, arrays));
  for (const Comparison& c : record.comparisons) comparisons.push_back(comparison_value(c));
  Value provenance_part = provenance();
  provenance_part.set("spec_hash", record.experiment.hash);
  provenance_part.set("seed", record.experiment.seed);
  provenance_part.set("seconds", record.seconds);
  Value refusal;
  if (record.refusal)
    refusal = Value::object(
        {{"reason", record.refusal->reason}, {"nearest", record.refusal->nearest}, {"source", record.refusal->source}});
  return Value::object(
      {{"schema", "penchant/record/1"},
       {"name", record.experiment.name},
       {"spec", record.experiment.spec},
       {"provenance", provenance_part},
       {"data", data_value(record)},
       {"facts", facts_value(record.facts)},
       {"refusal", refusal},
       {"predictions", predictions},
       {"solutions", solutions},
       {"trajectory",
        record.trajectory ? trajectory_value(*record.trajectory, record.trajectory_seconds, *record.data, arrays) : Value()},
       {"integration_error", record.integration_error},
       {"comparisons", comparisons}});
}

}  // namespace penchant
