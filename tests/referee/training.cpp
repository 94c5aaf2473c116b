#include "referee/training.h"

#include <chrono>

#include "penchant/core/json.h"
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

std::string shown(const Training& training) {
  return cat(to_json(Value(training.tables), -1), "; X = ", shown(training.x), ", y = ", shown(training.y));
}

Value list_of(const Vector& v) {
  Value::List out;
  for (const double entry : v) out.emplace_back(entry);
  return out;
}

}  // namespace penchant::referee
