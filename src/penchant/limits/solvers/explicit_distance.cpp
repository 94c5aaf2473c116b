// min Σ R_α(β_j) s.t. Xβ = y. Depth 2: the Bregman projection that it is (explicit_distance.h). Deeper: reweighted least squares
//   β <- argmin Σ β_j²/D_j s.t. Xβ = y,   D_j = β_j / R'(β_j),
// each step of which lowers Σ R (R is concave in β²) and whose fixed points are the stationary points;
// Newton's steps where they are seen to help. From several starts; the best end is the answer.
#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/explicit_distance.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/solvers/fit_starts.h"
#include "penchant/limits/solvers/independent_rows.h"
#include "penchant/limits/solvers/solvers.h"
#include "penchant/limits/solvers/weighted_fit.h"
#include "penchant/limits/stationary.h"

namespace penchant {

namespace {

constexpr int kDefaultSteps = 2000;     // of one start
constexpr int kNewtonEvery = 6;
constexpr double kStill = 1e-13;        // size of a step at which a start has arrived
constexpr int kStages = 60;             // of the way down in α
constexpr int kStepsOfStage = 3;
constexpr double kSameEnd = 1e-6;       // relative distance of two ends that are one

class Reweighting {
 public:
  Reweighting(const ExplicitDistance& limit, const Matrix& x, const Vector& y) : limit_(limit), x_(x), y_(y) {}

  struct End {
    Vector beta;
    double value = 0.0;
    double step = 0.0;  // size of the last one
    int steps = 0;
  };

  End descend(Vector beta, int most) const {
    End out;
    for (; out.steps < most; ++out.steps) {
      Step step = reweighted(beta);
      out.step = step.size;
      beta = std::move(step.to);
      if (out.step <= kStill) break;
      if (out.steps % kNewtonEvery == kNewtonEvery - 1) try_newton(beta, out.step);
    }
    out.value = value(beta);
    out.beta = std::move(beta);
    return out;
  }

  double value(const Vector& beta) const { return explicit_distance(limit_.depth, limit_.log_scale, beta); }

 private:
  // size: √Σ(β'-β)²/D over √Σβ²/D, in which coordinates count that are far below the rounding of ‖β‖ and may still be on their way.
  struct Step {
    Vector to;
    double size = 0.0;
  };

  Step reweighted(const Vector& beta) const {
    const SeparableSlopes slopes = explicit_slopes(limit_, beta);
    Step out{weighted_fit(x_, y_, slopes.log_weight), 0.0};
    double sum = 0.0;
    for (Index j = 0; j < beta.size(); ++j) {
      const double move = std::abs(out.to[j] - beta[j]);
      if (move > 0.0) sum += std::exp(2.0 * std::log(move) - slopes.log_weight[j]);
    }
    const double size = slopes.root_slope.norm();
    out.size = std::sqrt(sum) / (size > 0.0 ? size : 1.0);
    return out;
  }

  // [R'' X^T; X 0]: taken where it lowers the step by half and does not raise the value.
  void try_newton(Vector& beta, double step) const {
    const SeparableSlopes slopes = explicit_slopes(limit_, beta);
    const double top = slopes.log_weight.maxCoeff();
    const Vector inverse = (slopes.log_weight.array() - top).exp() / slopes.curvature.array();
    const Vector along = beta.cwiseQuotient(slopes.curvature);
    if (!inverse.allFinite() || !along.allFinite()) return;
    const Matrix weighted = x_ * inverse.asDiagonal();
    const Vector nu = Eigen::PartialPivLU<Eigen::MatrixXd>(weighted * x_.transpose()).solve(x_ * along + (y_ - x_ * beta));
    const Vector candidate = beta - along + weighted.transpose() * nu;
    if (!candidate.allFinite()) return;
    const Step next = reweighted(candidate);
    if (next.size < 0.5 * step && value(next.to) <= value(beta) * (1.0 + 1e-13)) beta = next.to;
  }

  ExplicitDistance limit_;
  const Matrix& x_;
  const Vector& y_;
};

// From a large α, where the penalty is convex as far as the fits reach, down to the α asked for.
Vector followed_down(const ExplicitDistance& limit, const Matrix& x, const Vector& y, Vector beta) {
  ExplicitDistance stage = limit;
  stage.log_scale = std::max(limit.log_scale, std::log(4.0) + std::log(beta.cwiseAbs().maxCoeff()) / limit.depth);
  for (int k = 0; k < kStages && stage.log_scale > limit.log_scale; ++k) {
    beta = Reweighting(stage, x, y).descend(std::move(beta), kStepsOfStage).beta;
    stage.log_scale = std::max(limit.log_scale, stage.log_scale - std::log(2.0));
  }
  return beta;
}

Solution nothing_fits(const Feasible& set, const Vector& y) {
  Solution out;
  out.predictor = Predictor::vector(set.pseudo_inverse(y));
  out.dual = -set.unreachable(y);
  out.outcome = {Status::infeasible, "no β has Xβ = y; the part of y that none reaches is the proof"};
  return out;
}

std::string ends_text(const std::vector<Reweighting::End>& ends, std::size_t best) {
  int same = 0;
  for (const auto& end : ends) same += (end.beta - ends[best].beta).norm() <= kSameEnd * ends[best].beta.norm() ? 1 : 0;
  return cat("reweighted least squares from ", ends.size(), " starts, ", same, " of which end here, the best of their ends");
}

Solution deep(const ExplicitDistance& limit, const SolveOptions& options) {
  const Matrix& all = require_dense(*limit.x, "explicit_distance");
  const Feasible set(all);
  if (!set.consistent(limit.y)) return nothing_fits(set, limit.y);
  const std::vector<Index> rows = independent_rows(all);
  const Matrix x = all(rows, Eigen::all);
  const Vector y = limit.y(rows);
  Solution out;
  if (y.size() == 0 || y.norm() == 0.0) {
    out.predictor = Predictor::vector(Vector(Vector::Zero(all.cols())));
    out.dual = Vector::Zero(limit.y.size());
    out.outcome = {Status::solved, "β = 0 fits"};
    return out;
  }
  std::vector<Vector> starts = fit_starts(x, y);
  starts.push_back(followed_down(limit, x, y, starts.front()));
  const Solution power = solve_min_lp({std::make_shared<DenseMap>(x), y, 2.0 / limit.depth, {}}, {});  // what R tends to as α -> 0
  if (power.outcome.status == Status::solved) starts.push_back(power.predictor.values);
  const Reweighting method(limit, x, y);
  std::vector<Reweighting::End> ends;
  std::size_t best = 0;
  for (Vector& start : starts) {
    ends.push_back(method.descend(std::move(start), options.max_iterations > 0 ? options.max_iterations : kDefaultSteps));
    out.iterations += ends.back().steps;
    if (ends.back().value < ends[best].value) best = ends.size() - 1;
  }
  const Reweighting::End& end = ends[best];
  out.predictor = Predictor::vector(end.beta);
  out.objective = end.value;
  out.dual = nearest_dual(all, explicit_slopes(limit, end.beta));
  const bool arrived = end.step <= options.tolerance;
  out.outcome = {arrived ? Status::solved : Status::not_converged,
                 arrived ? ends_text(ends, best) : cat("after ", end.steps, " steps the last one was of relative size ", end.step)};
  return out;
}

}  // namespace

Solution solve_explicit_distance(const ExplicitDistance& limit, const SolveOptions& options) {
  if (limit.y.size() != limit.x->rows())
    throw InvalidInput(cat("explicit_distance: X has ", limit.x->rows(), " rows, y has ", limit.y.size(), " entries"));
  if (limit.depth < 2 || !std::isfinite(limit.log_scale))
    throw InvalidInput("explicit_distance: depth must be at least 2 and the scale a number > 0");
  if (limit.positive && limit.depth > 2) throw InvalidInput("explicit_distance: positive is for depth 2");
  return limit.depth == 2 ? solve_bregman_projection(explicit_projection(limit), options) : deep(limit, options);
}

}  // namespace penchant
