#include "penchant/lab/recovery.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "penchant/core/accurate.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool comparable(const Dataset& data, const Predictor& predictor) {
  return data.truth && predictor.values.size() == data.truth->size();
}

void find_support(const Vector& sizes, const Vector& truth, Recovery& out) {
  const double threshold = kSupportThreshold * sizes.maxCoeff();
  double planted = 0.0, found = 0.0, both = 0.0;
  double least_on = std::numeric_limits<double>::infinity(), most_off = -1.0;
  for (Index j = 0; j < sizes.size(); ++j) {
    const bool is_planted = truth[j] != 0.0, is_found = sizes[j] > threshold;
    planted += is_planted;
    found += is_found;
    both += is_planted && is_found;
    if (is_planted) least_on = std::min(least_on, sizes[j]);
    else most_off = std::max(most_off, sizes[j]);
  }
  out.precision = found > 0.0 ? both / found : kNaN;
  out.recall = planted > 0.0 ? both / planted : kNaN;
  out.exact = least_on > most_off ? 1.0 : 0.0;
}

}  // namespace

Recovery recovery_of(const Dataset& data, const Predictor& predictor) {
  if (!comparable(data, predictor)) return {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN};
  const Vector& truth = *data.truth;
  const Vector difference = predictor.values - truth;
  Recovery out;
  out.truth_error = difference.squaredNorm();
  out.relative_error = difference.norm() / truth.norm();
  out.error_l1 = difference.lpNorm<1>();
  find_support(predictor.values.cwiseAbs(), truth, out);
  return out;
}

EarlyStop best_stop(const Dataset& data, const Trajectory& trajectory) {
  EarlyStop best{kNaN, kNaN};
  for (const Snapshot& s : trajectory.snapshots) {
    if (!comparable(data, s.predictor)) continue;
    const double error = (s.predictor.values - *data.truth).squaredNorm();
    if (!(error >= best.truth_error)) best = {error, s.log10_time};
  }
  return best;
}

Vector best_term_errors(const Vector& v) {
  Vector out = v.cwiseAbs();
  std::sort(out.begin(), out.end(), std::greater<>());
  CompensatedSum rest;  // from the small end: the last sums are small against the first
  for (Index s = out.size() - 1; s >= 0; --s) {
    const double entry = out[s];
    out[s] = rest.value();
    rest.add(entry);
  }
  return out;
}

Value recovery_value(const Dataset& data, const Predictor& predictor, const Trajectory* trajectory) {
  if (!comparable(data, predictor)) return Value();
  const Recovery r = recovery_of(data, predictor);
  Value out = Value::object({{"truth_error", r.truth_error},
                             {"relative_error", r.relative_error},
                             {"error_l1", r.error_l1},
                             {"support_precision", r.precision},
                             {"support_recall", r.recall},
                             {"support_exact", r.exact == 1.0}});
  if (!trajectory) return out;
  const EarlyStop best = best_stop(data, *trajectory);
  out.set("best_truth_error", best.truth_error);
  out.set("best_truth_log10_time", best.log10_time);
  return out;
}

}  // namespace penchant
