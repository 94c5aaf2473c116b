// certify: bounds on the optimum from a point somebody else computed, as a record.
#include <chrono>
#include <cmath>
#include <iostream>

#include "options.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/data/load.h"
#include "penchant/lab/run.h"
#include "penchant/limits/margin_rows.h"
#include "points.h"

namespace penchant::app {

namespace {

constexpr int kDone = 0, kDoesNotFit = 3;

struct Named {
  std::string prediction;
  Limit limit;
};

// Fills in what the record says of theory.
std::vector<Named> limits_of(Record& record) {
  const Experiment& experiment = record.experiment;
  const DatasetPtr& data = record.data;
  if (experiment.limit) return {{"limit", make_limit(*experiment.limit, data->features, data->targets, experiment.folder)}};
  const Problem problem = make_problem(data, experiment.model, experiment.loss, experiment.init, experiment.folder);
  record.facts = compute_facts(problem, experiment.dynamics);
  const PredictResult result = predict(problem, experiment.dynamics, record.facts);
  if (const auto* refusal = std::get_if<Refusal>(&result)) throw InvalidInput(cat("theory names no limit here: ", refusal->reason));
  record.predictions = std::get<std::vector<Prediction>>(result);
  std::vector<Named> out;
  for (const Prediction& p : record.predictions) {
    if (!p.limit) throw InvalidInput(cat("[", p.id, "] needs arrays measured on a run (", join(p.needs, ", "), "): use run"));
    out.push_back({p.id, *p.limit});
  }
  return out;
}

// d coefficients, of which a free intercept is the best one there is, or d + 1 with the intercept last.
Solution point_for(const Limit& limit, const Vector& numbers, const std::string& path) {
  const Index features = std::visit([](const auto& l) { return l.x->cols(); }, limit);
  Solution out;
  const auto* margin = std::get_if<MaxMargin>(&limit);
  const bool free = margin && margin->intercept == Intercept::free;
  if (free && numbers.size() == features + 1) {
    out.predictor = Predictor::vector(Vector(numbers.head(features)));
    out.intercept = numbers[features];
    return out;
  }
  require_length(numbers, path, features,
                 free ? "one coefficient a feature, and the intercept after them if it is given" : "one coefficient a feature");
  out.predictor = Predictor::vector(numbers);
  if (free) out.intercept = best_intercept(margin_rows(*margin, "certify"), numbers);
  return out;
}

bool fits(const Limit& limit, const Certificate& c, double tolerance) {
  if (c.kind == CertificateKind::infeasible) return false;
  if (std::holds_alternative<MaxMargin>(limit)) return c.lower > 0.0;
  return c.feasibility <= tolerance;
}

// What a solver would have had to claim for this point.
Outcome outcome_of(const Limit& limit, const Certificate& c, double tolerance) {
  if (c.kind == CertificateKind::infeasible) return {Status::infeasible, c.text};
  if (!fits(limit, c, tolerance))
    return {Status::not_converged, std::holds_alternative<MaxMargin>(limit)
                                       ? std::string("the point does not fit the data: some sample has no positive margin")
                                       : cat("the point does not fit the data: the constraint is missed by ", c.feasibility,
                                             " (relative), above the tolerance ", tolerance)};
  if (c.kind == CertificateKind::bracket && c.relative_gap <= tolerance)
    return {Status::solved, cat("optimal to a relative gap of ", c.relative_gap)};
  if (c.kind == CertificateKind::bracket)
    return {Status::not_converged, cat("not shown to be optimal: the relative gap is ", c.relative_gap)};
  return {Status::not_converged, cat("not shown to be optimal: ", c.text)};
}

double objective_of(const Limit& limit, const Certificate& c) {
  if (std::holds_alternative<MaxMargin>(limit))
    return c.lower > 0.0 ? 0.5 / (c.lower * c.lower) : std::numeric_limits<double>::infinity();
  return c.upper;
}

void print_certificate(const SolvedPrediction& judged) {
  const Certificate& c = judged.solution.certificate;
  std::cout << kind_of(judged.limit) << " [" << judged.prediction << "]: "
            << (c.kind == CertificateKind::bracket      ? "bracket"
                : c.kind == CertificateKind::infeasible ? "infeasible"
                                                        : "first_order_only");
  if (c.kind == CertificateKind::bracket)
    std::cout << ", optimum in [" << short_text(c.lower, 10) << ", " << short_text(c.upper, 10) << "], relative gap "
              << short_text(c.relative_gap);
  else if (std::isfinite(c.upper))
    std::cout << ", objective " << short_text(c.upper, 10);
  std::cout << ", feasibility " << short_text(c.feasibility) << "\n  " << c.text << "\n  " << judged.solution.outcome.text << "\n";
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int certify_command(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  Record record;
  record.experiment = read_experiment(options.spec, options.settings, options.seed);
  record.data = load_dataset(record.experiment.data, record.experiment.folder);
  const Vector numbers = read_point(options.solution, 0, "one coefficient a feature");
  int code = kDone;
  for (Named& named : limits_of(record)) {
    const auto began = std::chrono::steady_clock::now();
    Solution point = point_for(named.limit, numbers, options.solution);
    const Index samples = std::visit([](const auto& l) { return l.x->rows(); }, named.limit);
    if (!options.dual.empty()) point.dual = read_point(options.dual, samples, "one dual variable a sample");
    point.certificate = certify(named.limit, point);
    point.outcome = outcome_of(named.limit, point.certificate, options.tolerance);
    point.objective = objective_of(named.limit, point.certificate);
    if (!fits(named.limit, point.certificate, options.tolerance)) code = kDoesNotFit;
    record.solutions.push_back({std::move(named.prediction), std::move(named.limit), std::move(point), seconds_since(began)});
  }
  record.seconds = seconds_since(start);
  if (options.json) std::cout << to_json(record_value(record, "")) << "\n";
  else if (!options.quiet)
    for (const SolvedPrediction& judged : record.solutions) print_certificate(judged);
  return code;
}

}  // namespace penchant::app
