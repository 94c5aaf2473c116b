// min Σ w_j|β_j|^p s.t. Xβ = y by reweighted ℓ1 (Candès, Wakin, Boyd 2008): a solution of min Σ w_j p (|β_j|+ε)^{p-1} |b_j| s.t. Xb
// = y is the next β, ε falls to 0.
// Each step lowers Σ w_j(|β_j|+ε)^p, which is concave in |β|, and ends at a vertex of the fits. From several starts,
// and from where reweighted least squares with the same kind of smoothing takes them (Chartrand, Yin 2008): the two find different
// vertices. The best end is the answer.
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/solvers/fit_starts.h"
#include "penchant/limits/solvers/independent_rows.h"
#include "penchant/limits/solvers/solvers.h"
#include "penchant/limits/solvers/weighted_fit.h"
#include "penchant/limits/stationary.h"

namespace penchant {

namespace {

constexpr int kDefaultSteps = 60;
constexpr double kFirstSmoothing = 1.0;   // ε over max|β|
constexpr double kSmoothingFactor = 0.3;
constexpr double kSquaresFactor = 0.8;    // of the squares: least squares move less a step
constexpr double kLastSmoothing = 1e-8;   // below it a coordinate that left does not come back
constexpr double kSameEnd = 1e-6;

struct End {
  Vector beta;
  double value = 0.0;
  int steps = 0;
  bool arrived = false;
};

// argmin Σ w_j β_j² (β_j²+ε²)^{p/2-1} again and again, ε from max|β| down to kLastSmoothing of it; on independent rows.
Vector smoothed(const MinLp& limit, const Matrix& x, const Vector& y, Vector beta) {
  const double top = beta.cwiseAbs().maxCoeff();
  for (double smoothing = kFirstSmoothing; smoothing > kLastSmoothing; smoothing *= kSquaresFactor) {
    Vector log_weight = (1.0 - 0.5 * limit.p) * (beta.array().square() + (smoothing * top) * (smoothing * top)).log();
    if (limit.weights.size() > 0) log_weight.array() -= limit.weights.array().log();
    beta = weighted_fit(x, y, log_weight);
  }
  return beta;
}

// The starts as they are, and smoothed.
std::vector<Vector> starts_of(const MinLp& limit, const Matrix& x) {
  std::vector<Vector> out = fit_starts(x, limit.y);
  const std::vector<Index> rows = independent_rows(x);
  const Matrix independent = x(rows, Eigen::all);
  const Vector y = limit.y(rows);
  for (std::size_t k = 0, count = out.size(); k < count; ++k) out.push_back(smoothed(limit, independent, y, out[k]));
  return out;
}

End descend(const MinLp& limit, Vector beta, int most) {
  End out;
  MinL1 step{.x = limit.x, .y = limit.y, .weights = {}, .negative_weights = {}};
  double smoothing = kFirstSmoothing;
  for (; out.steps < most && !out.arrived; ++out.steps) {
    const double epsilon = smoothing * beta.cwiseAbs().maxCoeff();
    Vector weights = (beta.cwiseAbs().array() + epsilon).pow(limit.p - 1.0);
    if (limit.weights.size() > 0) weights.array() *= limit.weights.array();
    step.weights = weights / weights.minCoeff();
    const Solution next = solve_min_l1(step, {});
    if (next.outcome.status != Status::solved) break;
    out.arrived = smoothing <= kLastSmoothing && support_of(next.predictor.values) == support_of(beta);
    beta = next.predictor.values;
    smoothing = std::max(kLastSmoothing, smoothing * kSmoothingFactor);
  }
  out.value = lp_penalty(limit, beta);
  out.beta = std::move(beta);
  return out;
}

std::string text_of(const std::vector<End>& ends, std::size_t best) {
  int same = 0;
  for (const End& end : ends) same += (end.beta - ends[best].beta).norm() <= kSameEnd * ends[best].beta.norm() ? 1 : 0;
  return cat("reweighted ℓ1 from ", ends.size(), " starts, ", same, " of which end here, the best of their ends");
}

}  // namespace

Solution solve_min_lp(const MinLp& limit, const SolveOptions& options) {
  const Matrix& x = require_dense(*limit.x, "min_lp");
  if (limit.y.size() != x.rows()) throw InvalidInput(cat("min_lp: X has ", x.rows(), " rows, y has ", limit.y.size(), " entries"));
  if (!(limit.p > 0.0 && limit.p < 1.0)) throw InvalidInput(cat("min_lp: p is ", limit.p, ", expected a number in (0, 1)"));
  Solution out;
  const Feasible set(x);
  if (!set.consistent(limit.y)) {
    out.predictor = Predictor::vector(set.pseudo_inverse(limit.y));
    out.dual = -set.unreachable(limit.y);
    out.outcome = {Status::infeasible, "no β has Xβ = y; the part of y that none reaches is the proof"};
    return out;
  }
  if (limit.y.size() == 0 || limit.y.norm() == 0.0) {
    out.predictor = Predictor::vector(Vector(Vector::Zero(x.cols())));
    out.outcome = {Status::solved, "β = 0 fits"};
    return out;
  }
  std::vector<End> ends;
  std::size_t best = 0;
  for (Vector& start : starts_of(limit, x)) {
    ends.push_back(descend(limit, std::move(start), options.max_iterations > 0 ? options.max_iterations : kDefaultSteps));
    out.iterations += ends.back().steps;
    if (ends.back().value < ends[best].value) best = ends.size() - 1;
  }
  const End& end = ends[best];
  out.predictor = Predictor::vector(end.beta);
  out.objective = end.value;
  const std::vector<Index> support = support_of(end.beta);
  out.dual = nearest_dual(x(Eigen::all, support), lp_slopes(limit, end.beta, support));
  out.outcome = {end.arrived ? Status::solved : Status::not_converged,
                 end.arrived ? text_of(ends, best) : cat("the support still changed after ", end.steps, " steps")};
  return out;
}

}  // namespace penchant
