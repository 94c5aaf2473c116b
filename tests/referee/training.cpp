#include "referee/training.h"

#include <chrono>

#include "penchant/core/error.h"
#include "penchant/core/json.h"
#include "referee/penalised_oracle.h"
#include "support/linear_problem.h"

namespace penchant::referee {

Value& Training::table(std::string_view name) {
  tables.reserve(8);  // more than a spec has: what this returned stays where it is
  for (auto& [key, value] : tables)
    if (key == name) return value;
  tables.emplace_back(std::string(name), Value(Value::Object{}));
  return tables.back().second;
}

Record run_of(const Training& training) {
  constexpr std::chrono::seconds kLongest{6};
  Value spec = training.tables;
  spec.set("data", Value::object({{"generate", "gaussian_regression"},
                                  {"samples", static_cast<std::int64_t>(training.x.rows())},
                                  {"features", static_cast<std::int64_t>(training.x.cols())}}));
  const Experiment experiment = experiment_from(spec, "referee.toml", ".");
  const auto ends = std::chrono::steady_clock::now() + kLongest;
  Verbs verbs;
  verbs.load = [&](const DataSpec&, const std::string&) { return testing::dataset_of(training.x, training.y); };
  verbs.interrupted = [&] { return std::chrono::steady_clock::now() > ends; };
  return run(experiment, verbs);
}

std::optional<Record> accepted_run_of(const Training& training, const std::string& family, Findings& found) {
  try {
    return run_of(training);
  } catch (const InvalidInput&) {
    found.count("refused as input: " + family);
    return {};
  }
}

double distance_to_nearest_fit(const Training& training, const Vector& origin, const Vector& end) {
  const Vector from = origin.size() > 0 ? origin : Vector(Vector::Zero(end.size()));
  const Vector best = rounded(nearest_fit(training.x, training.y, from).beta);
  const double norm = best.stableNorm();
  return (end - best).stableNorm() / (norm > 0.0 ? norm : 1.0);
}

std::string shown(const Training& training) {
  return cat(to_json(Value(training.tables), -1), "; X = ", shown(training.x), ", y = ", shown(training.y));
}

Value list_of(const Vector& v) {
  Value::List out;
  for (const double entry : v) out.emplace_back(entry);
  return out;
}

}  // namespace penchant::referee
