#include "penchant/lab/facts_magnification.h"

#include <cmath>

#include "penchant/core/accurate.h"
#include "penchant/limits/solve.h"
#include "penchant/theory/normalised_start.h"

namespace penchant {

namespace {

constexpr int kMostSteps = 200;
// Of the radius; its projection holds no more.
constexpr double kRelative = 4.0 * std::numeric_limits<double>::epsilon();

class Radius {
 public:
  Radius(const Problem& problem, const NormalisedStart& start) : problem_(problem), start_(start) {}

  // log of the projection's radius over r; it falls with r.
  double excess(double r) {
    const DiagonalStart from = start_.magnified(start_.log_magnification(r));
    const Solution solution =
        solve(BregmanProjection{problem_.data->features, problem_.data->targets, flow_potential(from), flow_origin(from)});
    const Status status = solution.outcome.status;
    solved_ = solved_ && (status == Status::solved || status == Status::almost_solved);
    const Predictor& x = solution.predictor;
    const SignedLog logs = x.logs.size() > 0 ? x.logs : SignedLog::from(x.values);
    return 0.5 * log_sum_exp(2.0 / start_.depth * logs.log_abs) - std::log(r);
  }

  bool solved() const { return solved_; }

 private:
  const Problem& problem_;
  const NormalisedStart& start_;
  bool solved_ = true;
};

}  // namespace

std::optional<double> self_consistent_magnification(const Problem& problem, double least_l1) {
  const auto* model = std::get_if<WeightNormalised>(&problem.model);
  const auto start = model ? normalised_start(*model, problem.start) : std::nullopt;
  if (!start || !(least_l1 > 0.0)) return std::nullopt;
  Radius radius(problem, *start);
  double low = std::max(std::pow(least_l1, 1.0 / start->depth), start->turning_radius());
  double at_low = radius.excess(low);
  if (!radius.solved() || at_low < -kRelative) return std::nullopt;
  double high = low, at_high = at_low;
  for (int i = 0; at_high > 0.0 && i < kMostSteps; ++i) {
    low = high, at_low = at_high;
    high *= 1.0 + at_high;  // the radius it would have, if this start were kept
    at_high = radius.excess(high);
  }
  // regula falsi with the Illinois halving
  for (int i = 0; i < kMostSteps && high - low > kRelative * high && at_low > 0.0 && at_high < 0.0; ++i) {
    const double r = (low * at_high - high * at_low) / (at_high - at_low);
    if (!(r > low && r < high)) break;
    const double at_r = radius.excess(r);
    if (at_r > 0.0) {
      low = r, at_low = at_r;
      at_high *= 0.5;
    } else {
      high = r, at_high = at_r;
      at_low *= 0.5;
    }
    if (at_r == 0.0) break;
  }
  if (!radius.solved()) return std::nullopt;
  return start->log_magnification(high);
}

}  // namespace penchant
