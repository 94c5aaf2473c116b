#include "support/end_to_end.h"

#include <gtest/gtest.h>

#include "penchant/dynamics/simulate.h"
#include "penchant/lab/settle.h"
#include "penchant/lab/trivial.h"

namespace penchant::testing {

namespace {

constexpr double kFlowTolerance = 1e-11;

double integration_error(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop, const Trajectory& run) {
  const auto* flow = std::get_if<GradientFlow>(&dynamics);
  if (!flow || run.snapshots.back().predictor.values.size() == 0) return 0.0;
  double largest = 0.0;
  for (double factor : {10.0, 100.0}) {
    GradientFlow looser = *flow;
    looser.rtol = factor * *flow->rtol;
    const Trajectory other = simulate(problem, looser, stop, {.snapshots = 2, .observer = {}});
    largest = std::max(largest, (other.predictor.values - run.predictor.values).norm() / run.predictor.values.norm());
  }
  return largest;
}

std::size_t place(const EndToEnd& training, const std::string& id) {
  for (std::size_t i = 0; i < training.predictions.size(); ++i)
    if (training.predictions[i].id == id) return i;
  throw std::runtime_error("no prediction " + id + (training.refusal ? ", refused: " + training.refusal->reason : ""));
}

}  // namespace

const Prediction& EndToEnd::prediction(const std::string& id) const { return predictions.at(place(*this, id)); }
const Solution& EndToEnd::solution(const std::string& id) const { return solutions.at(place(*this, id)); }
const Comparison& EndToEnd::comparison(const std::string& id) const { return comparisons.at(place(*this, id)); }

EndToEnd end_to_end(const Problem& problem, const Dynamics& described, const StopSpec& stop) {
  Dynamics dynamics = described;
  if (auto* flow = std::get_if<GradientFlow>(&dynamics); flow && !flow->rtol) flow->rtol = kFlowTolerance;
  EndToEnd out{problem, compute_facts(problem, dynamics), {}, {}, {}, {}, {}};
  out.run = simulate(problem, dynamics, stop);
  PredictResult result = predict(problem, dynamics, out.facts, out.run.measured);
  if (auto* refusal = std::get_if<Refusal>(&result)) {
    out.refusal = std::move(*refusal);
    return out;
  }
  out.predictions = settled(std::move(std::get<std::vector<Prediction>>(result)), out.run);
  const double integration = is_classification_loss(problem.loss) ? 0.0 : integration_error(problem, dynamics, stop, out.run);
  for (const Prediction& prediction : out.predictions) {
    out.solutions.push_back(prediction.limit ? solve(*prediction.limit) : Solution{});
    if (!prediction.limit) out.comparisons.emplace_back();
    else
      out.comparisons.push_back(marked_trivial(compare(problem, out.run, prediction, out.solutions.back(), integration),
                                               trivial_reason(out.facts, *prediction.limit, out.run)));
  }
  return out;
}

Comparison against(const EndToEnd& training, const std::string& id, const Limit& limit) {
  Prediction other = training.prediction(id);
  other.limit = limit;
  return compare(training.problem, training.run, other, solve(limit), training.comparison(id).budget.run);
}

std::string verdict(const Comparison& comparison) {
  return comparison.verdict == Verdict::agrees ? "agrees" : std::string(name(comparison.verdict)) + ": " + comparison.text;
}

double excess(const Comparison& comparison) { return comparison.distance / comparison.budget.total(); }

}  // namespace penchant::testing
