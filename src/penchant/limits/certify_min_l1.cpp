// Bounds on min Σ p β⁺ + q β⁻ s.t. ‖Xβ-y‖ <= δ. Lower: ν over its scale is dual feasible, ⟨ν,y⟩ - δ‖ν‖. Upper: a feasible point
// near β.
#include <cmath>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/dual_recovery.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/l1_face.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kEps = std::numeric_limits<double>::epsilon();
// Entries of β below this share of the largest do not count as support when a dual is recovered from β.
constexpr double kPresent = 1e-6;
// A dual that forces ‖β‖ to be this many times what ‖y‖ alone asks for proves that nothing fits, in double precision.
constexpr double kProof = 1e8;
// Bounds that cross by more than this are not rounding.
constexpr double kCross = 1e-9;
// A relative gap of this and less: no other dual is looked for. Features this near their bound are tried as tight.
constexpr double kClosed = 1e-14;
constexpr double kTightSlacks[] = {1e-3, 1e-6, 1e-9};
constexpr double kReaches[] = {10.0, 1e4};

struct Correlations {
  Vector g;             // X^T ν
  Vector column_norms;  // ‖x_j‖
};

// Both in one reading of X, a block of columns at a time.
Correlations correlations(const Matrix& x, const Vector& nu) {
  constexpr Index kBlock = 1024;
  Correlations result{Vector::Zero(x.cols()), Vector::Zero(x.cols())};
  for (Index start = 0; start < x.cols(); start += kBlock) {
    const Index width = std::min(kBlock, x.cols() - start);
    auto g = result.g.segment(start, width);
    auto squares = result.column_norms.segment(start, width);
    const auto row = [&](Index i) { return x.row(i).segment(start, width).transpose(); };
    Index i = 0;
    for (; i + 4 <= x.rows(); i += 4) {
      g += (nu[i] * row(i) + nu[i + 1] * row(i + 1)) + (nu[i + 2] * row(i + 2) + nu[i + 3] * row(i + 3));
      squares += (row(i).cwiseAbs2() + row(i + 1).cwiseAbs2()) + (row(i + 2).cwiseAbs2() + row(i + 3).cwiseAbs2());
    }
    for (; i < x.rows(); ++i) {
      g += nu[i] * row(i);
      squares += row(i).cwiseAbs2();
    }
  }
  require_finite_correlations(result.g);
  require_finite_correlations(result.column_norms);
  result.column_norms = result.column_norms.cwiseSqrt();
  return result;
}

// The least-norm ν that is tight on the support of β; with δ > 0 the residual, which is parallel to the optimal ν.
Vector recovered_dual(const L1Problem& problem, const Vector& beta, const Vector& residual) {
  if (problem.delta > 0 && residual.norm() > 0) return residual;
  const double present = beta.size() ? kPresent * beta.cwiseAbs().maxCoeff() : 0.0;
  std::vector<Index> support;
  for (Index j = 0; j < beta.size(); ++j)
    if (std::abs(beta[j]) > present) support.push_back(j);
  if (support.empty()) return problem.y;
  Vector prices(support.size());
  for (std::size_t k = 0; k < support.size(); ++k)
    prices[static_cast<Index>(k)] =
        beta[support[k]] > 0 || std::isinf(problem.down[support[k]]) ? problem.up[support[k]] : -problem.down[support[k]];
  return columns_of(problem.x, support).transpose().completeOrthogonalDecomposition().solve(prices);
}

// ‖y‖ over the most fit a unit of objective can buy: a lower bound on the objective that needs no dual. 0 if X is 0.
double cheapest_fit(const L1Problem& problem, const Vector& column_norms) {
  double best = 0.0;
  for (Index j = 0; j < column_norms.size(); ++j) best = std::max(best, column_norms[j] / std::min(problem.up[j], problem.down[j]));
  return best > 0 ? problem.y.norm() / best : 0.0;
}

// Relative: what the pair leaves of Σ w|β_j| - β_j x_j^T ν (each term >= 0).
double complementarity(const L1Problem& problem, const Vector& beta, const Vector& g, double objective) {
  if (!(objective > 0) || std::isinf(objective)) return objective == 0 ? 0.0 : kNaN;
  double left = 0.0;
  for (Index j = 0; j < beta.size(); ++j)
    if (beta[j] != 0) left += std::abs(problem.weight(j, beta[j]) * std::abs(beta[j]) - beta[j] * g[j]);
  return left / objective;
}

double infeasibility(const L1Problem& problem, const Vector& beta, const L1Residual& residual) {
  const double excess = std::max(0.0, residual.r.norm() - problem.delta);
  const double size = problem.y.norm();
  double worst = size > 0 ? excess / size : excess;
  if (problem.positive() && beta.norm() > 0) worst = std::max(worst, beta.cwiseMin(0.0).norm() / beta.norm());
  return worst;
}

Certificate nothing_fits(Certificate certificate, double lower, double residual_share) {
  certificate.kind = CertificateKind::infeasible;
  certificate.lower = lower;
  certificate.upper = certificate.gap = certificate.relative_gap = certificate.distance_bound = kNaN;
  certificate.text = cat("nothing fits: ν separates y from all that X reaches (⟨ν,y⟩ - δ‖ν‖ is ", residual_share,
                         " of ‖ν‖‖y‖); a fit would need an objective of at least ", lower);
  return certificate;
}

// max_j of x_j^T ν over its bound, at least that large: features that could be the largest are summed without loss.
double dual_scale_high(const L1Problem& problem, const Vector& nu, const Correlations& with) {
  const double unit = (static_cast<double>(nu.size()) + 4.0) * kEps * nu.norm();
  // The sign of a correlation of nearly 0 is not known, and the two sides may have different bounds.
  const auto about = [&](Index j) { return std::max(with.g[j] / problem.up[j], -with.g[j] / problem.down[j]); };
  const auto rounding = [&](Index j) { return unit * with.column_norms[j] / std::min(problem.up[j], problem.down[j]); };
  double floor = 0.0;
  for (Index j = 0; j < with.g.size(); ++j) floor = std::max(floor, about(j) - rounding(j));
  double scale = 0.0;
  for (Index j = 0; j < with.g.size(); ++j) {
    if (const double most = about(j) + rounding(j); most < floor || most <= 0.0) continue;
    const Enclosed exact = enclosed_dot(problem.x.col(j), nu);
    scale = std::max({scale, grown(exact.high() / problem.up[j]), grown(-exact.low() / problem.down[j])});
  }
  return scale;
}

Certificate judged(const L1Problem& problem, const Vector& beta, const L1Residual& residual, Vector nu) {
  if (const double length = nu.stableNorm(); length > 0) nu /= length;
  Correlations with = correlations(problem.x, nu);
  const double value =
      shrunk_difference(enclosed_dot(nu, problem.y).low(), grown(problem.delta * std::sqrt(squared_norm_high(exactly(nu)))));
  const double scale = dual_scale_high(problem, nu, with);
  const double lower = value > 0 ? shrunk(value / scale) : 0.0;  // inf for a scale of 0

  Certificate certificate;
  certificate.feasibility = infeasibility(problem, beta, residual);
  if (lower > kProof * cheapest_fit(problem, with.column_norms))
    return nothing_fits(certificate, lower, value / (nu.norm() * problem.y.norm()));

  if (scale > 0) {
    nu /= scale;
    with.g /= scale;
  }
  const L1Feasible feasible = l1_feasible_near(problem, beta, residual);
  certificate.lower = lower;
  certificate.complementarity = complementarity(problem, beta, with.g, l1_objective(problem, beta));
  certificate.upper = certificate.gap = certificate.relative_gap = certificate.distance_bound = kNaN;
  if (!feasible.found) {
    certificate.kind = CertificateKind::first_order_only;
    certificate.text = cat("no feasible point was found near this one (‖Xβ-y‖ exceeds δ by ", certificate.feasibility,
                           " ‖y‖): only the lower bound holds");
    return certificate;
  }
  // What is left of the constraint is priced by the dual.
  certificate.upper = l1_objective(problem, feasible.beta) + (feasible.excess > 0 ? nu.norm() * feasible.excess : 0.0);
  if (!std::isfinite(certificate.upper)) {
    certificate.kind = CertificateKind::first_order_only;
    certificate.upper = kNaN;
    certificate.text = "the objective of the point is beyond the range of a double: only the lower bound holds";
    return certificate;
  }
  if (certificate.lower > certificate.upper * (1.0 + kCross)) {
    certificate.kind = CertificateKind::first_order_only;
    certificate.text =
        cat("the bounds cross (", certificate.lower, " > ", certificate.upper, "): X and y are beyond double precision");
    return certificate;
  }
  certificate.kind = CertificateKind::bracket;
  certificate.lower = std::min(certificate.lower, certificate.upper);
  certificate.gap = certificate.upper - certificate.lower;
  certificate.relative_gap = certificate.upper > 0 ? certificate.gap / certificate.upper : 0.0;
  // A gap of 0 was still computed in double: the bound on the distance does not profit from that.
  const double safe_gap = certificate.gap + 8 * kEps * certificate.upper;
  const L1Face face = l1_face(problem, {feasible.beta, nu, with.g, with.column_norms, safe_gap});
  certificate.unique = face.uniqueness != Uniqueness::not_unique;
  certificate.distance_bound = face.distance_bound + (feasible.beta - beta).norm();
  certificate.text = cat("relative gap ", certificate.relative_gap, "; ", face.text);
  return certificate;
}

// Without a dual, the first one that is tight on the features of β; where that is not the best, one from the interior.
Certificate best_without_dual(const L1Problem& problem, const Vector& beta, const L1Residual& residual) {
  Certificate best = judged(problem, beta, residual, recovered_dual(problem, beta, residual.r));
  if (best.kind != CertificateKind::bracket || best.relative_gap <= kClosed || problem.delta > 0) return best;
  const auto take = [&](const Vector& nu) {
    if (nu.size() == 0 || !nu.allFinite()) return;
    Certificate other = judged(problem, beta, residual, nu);
    if (other.kind == CertificateKind::bracket && other.lower > best.lower) best = std::move(other);
  };
  for (const double reach : kReaches) {
    const Vector interior = centred_l1_dual(problem, best.upper, reach);
    take(interior);
    for (const double slack : kTightSlacks) take(tightened_l1_dual(problem, interior, slack));
    if (!problem.positive() || best.relative_gap <= kClosed) break;
  }
  return best;
}

}  // namespace

Certificate certify_min_l1(const MinL1& limit, const Solution& point) {
  const L1Problem problem = l1_problem(limit);
  const Vector& beta = point.predictor.values;
  require_point("min_l1", problem.x, problem.y, point);
  const L1Residual residual = l1_residual(problem, beta);
  return point.dual.size() ? judged(problem, beta, residual, point.dual) : best_without_dual(problem, beta, residual);
}

}  // namespace penchant
