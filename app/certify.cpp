// certify: bounds on the optimum from a point somebody else computed.
#include <cmath>
#include <iostream>

#include "options.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/data/load.h"
#include "penchant/lab/run.h"
#include "points.h"

namespace penchant::app {

namespace {

struct Named {
  std::string prediction;
  Limit limit;
};

std::vector<Named> limits_of(const Experiment& experiment, const DatasetPtr& data) {
  if (experiment.limit) return {{"limit", make_limit(*experiment.limit, data->features, data->targets, experiment.folder)}};
  const Problem problem = make_problem(data, experiment.model, experiment.loss, experiment.init, experiment.folder);
  const PredictResult result = predict(problem, experiment.dynamics, compute_facts(problem, experiment.dynamics));
  if (const auto* refusal = std::get_if<Refusal>(&result)) throw InvalidInput(cat("theory names no limit here: ", refusal->reason));
  std::vector<Named> out;
  for (const Prediction& p : std::get<std::vector<Prediction>>(result)) {
    if (!p.limit) throw InvalidInput(cat("[", p.id, "] needs arrays measured on a run (", join(p.needs, ", "), "): use run"));
    out.push_back({p.id, *p.limit});
  }
  return out;
}

void print_certificate(const Named& named, const char* kind, const Certificate& c) {
  std::cout << kind_of(named.limit) << " [" << named.prediction << "]: " << kind;
  if (c.kind == CertificateKind::bracket)
    std::cout << ", optimum in [" << short_text(c.lower, 10) << ", " << short_text(c.upper, 10) << "], relative gap "
              << short_text(c.relative_gap);
  else if (std::isfinite(c.upper))
    std::cout << ", objective " << short_text(c.upper, 10);
  std::cout << ", feasibility " << short_text(c.feasibility) << "\n  " << c.text << "\n";
}

Index dual_size(const Limit& limit) {
  return std::visit([](const auto& l) { return l.x->rows(); }, limit);
}

}  // namespace

int certify_command(const Options& options) {
  const Experiment experiment = read_experiment(options.spec, options.settings, options.seed);
  const DatasetPtr data = load_dataset(experiment.data, experiment.folder);
  Solution point;
  point.predictor = Predictor::vector(read_point(options.solution, data->dimension(), "one coefficient a feature"));
  Value::List out;
  for (const Named& named : limits_of(experiment, data)) {
    if (!options.dual.empty()) point.dual = read_point(options.dual, dual_size(named.limit), "one dual variable a sample");
    const Certificate c = certify(named.limit, point);
    const char* kind = c.kind == CertificateKind::bracket      ? "bracket"
                       : c.kind == CertificateKind::infeasible ? "infeasible"
                                                               : "first_order_only";
    if (options.json)
      out.push_back(Value::object({{"prediction", named.prediction}, {"limit", to_value(named.limit)}, {"kind", kind},
                                   {"lower", c.lower}, {"upper", c.upper}, {"gap", c.gap}, {"relative_gap", c.relative_gap},
                                   {"feasibility", c.feasibility}, {"complementarity", c.complementarity},
                                   {"distance_bound", c.distance_bound}, {"text", c.text}}));
    else if (!options.quiet)
      print_certificate(named, kind, c);
  }
  if (options.json) std::cout << to_json(Value(out)) << "\n";
  return 0;
}

}  // namespace penchant::app
