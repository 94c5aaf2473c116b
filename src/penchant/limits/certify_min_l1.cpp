// Bounds on min Σ p β⁺ + q β⁻ s.t. ‖Xβ-y‖ <= δ. Lower: ν over its scale is dual feasible, ⟨ν,y⟩ - δ‖ν‖. Upper: a feasible point
// near β.
#include <cmath>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/dual_recovery.h"
#include "penchant/limits/l1_columns.h"
#include "penchant/limits/l1_face.h"
#include "penchant/limits/l1_repair.h"
#include "penchant/limits/l1_scaling.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kEps = std::numeric_limits<double>::epsilon();
// Entries of β below this share of the largest do not count as support when a dual is recovered from β.
constexpr double kPresent = 1e-6;
// A dual that forces ‖β‖ to be this many times what ‖y‖ alone asks for may prove that nothing fits.
constexpr double kProof = 1e8;
// Bounds that cross by more than this are not rounding.
constexpr double kCross = 1e-9;
// Each sum of a fit that is right to its rounding is off by at most this share of its terms.
constexpr double kRounding = 64 * kEps;
// A gap up to here is closed; a larger one that the rounding of ν could explain, to this factor, is worth a second look at ν.
constexpr double kClosed = 1e-14, kExplained = 1e4;
// Features this near their bound are tried as tight; with β >= 0 the interior point keeps X^T ν above these multiples of -p.
constexpr double kTightSlacks[] = {1e-3, 1e-6, 1e-9};
constexpr double kReaches[] = {10.0, 1e4};

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
double complementarity(const L1Problem& problem, const Vector& beta, const L1Dual& dual, double objective) {
  const double scale = problem.dual_scale(dual.g);
  if (!(objective > 0) || std::isinf(objective) || !(scale > 0)) return objective == 0 ? 0.0 : kNaN;
  double left = 0.0;
  for (Index j = 0; j < beta.size(); ++j)
    if (beta[j] != 0) left += std::abs(problem.weight(j, beta[j]) * std::abs(beta[j]) - beta[j] * dual.g[j] / scale);
  return left / objective;
}

double infeasibility(const L1Problem& problem, const Vector& beta, const L1Residual& residual) {
  const double excess = std::max(0.0, residual.r.norm() - problem.delta);
  const double size = problem.y.norm();
  double worst = size > 0 ? excess / size : excess;
  if (problem.positive() && beta.norm() > 0) worst = std::max(worst, beta.cwiseMin(0.0).norm() / beta.norm());
  return worst;
}

Certificate nothing_fits(Certificate certificate, const L1Dual& dual, double size, const std::string& proof) {
  certificate.kind = CertificateKind::infeasible;
  certificate.lower = dual.lower();
  certificate.upper = certificate.gap = certificate.relative_gap = certificate.distance_bound = kNaN;
  certificate.text = cat("nothing fits: ν separates y from all that X reaches (⟨ν,y⟩ - δ‖ν‖ is ", dual.value / size,
                         " of ‖ν‖‖y‖): ", proof);
  return certificate;
}

// Upper bound from a point that fits up to rounding. exact: some point that fits without any costs no more.
struct UpperBound {
  double value;
  bool exact;
};

std::optional<UpperBound> upper_bound(const L1Problem& problem, const L1Feasible& near, const L1Residual& left,
                                      const L1Dual& dual) {
  const double objective = l1_objective(problem, near.beta);
  const double share = problem.delta > 0 ? std::min(1.0, near.excess / left.r.norm() * (1 + kRounding)) : 1.0;
  if (problem.delta > 0 && near.excess == 0) return UpperBound{objective * (1 + 2 * kEps), true};
  if (const std::optional<double> cost = l1_cost_of_fit(problem, near.beta, left))
    return UpperBound{(objective + share * *cost) * (1 + 2 * kEps), true};
  if (problem.delta == 0 && problem.x.rows() <= kRepriced)
    for (Index i = 0; i < left.r.size(); ++i)
      if (std::abs(left.r[i]) > kRounding * left.sizes[i]) return std::nullopt;
  // What is left of the constraint is priced by the dual.
  const double price = dual.scale > 0 ? dual.nu.norm() / dual.scale : 0.0;
  return UpperBound{objective + price * near.excess, false};
}

// How far the rounding of a plain ν may put one feature past its bound.
double rounding_of_scale(const L1Problem& problem, const L1Dual& dual) {
  double most = 0.0;
  for (Index j = 0; j < dual.g.size(); ++j) most = std::max(most, dual.noise(j) / std::min(problem.up[j], problem.down[j]));
  return dual.scale > 0 ? most / dual.scale : 0.0;
}

Certificate certificate_of(const L1Problem& problem, const Vector& beta, const L1Residual& residual, Vector nu,
                           const Vector& units) {
  L1Dual dual = l1_dual(problem, std::move(nu));

  Certificate certificate;
  certificate.unique = std::nullopt;
  if (dual.lower() > kProof * cheapest_fit(problem, dual.column_norms))
    if (const std::optional<std::string> proof = proof_that_nothing_fits(problem, dual))
      return nothing_fits(certificate, dual, problem.y.norm(), *proof);

  const L1Feasible near = l1_feasible_near(problem, beta, residual);
  certificate.upper = certificate.gap = certificate.relative_gap = certificate.distance_bound = kNaN;
  certificate.lower = dual.lower();
  certificate.complementarity = complementarity(problem, beta, dual, l1_objective(problem, beta));
  certificate.kind = CertificateKind::first_order_only;
  std::optional<UpperBound> upper;
  L1Residual left;
  if (near.found) {
    left = near.beta == beta ? residual : l1_residual(problem, near.beta);
    upper = upper_bound(problem, near, left, dual);
  }
  if (!upper) {
    certificate.text = "no feasible point was found near this one: only the lower bound holds";
    return certificate;
  }
  const double open = 1.0 - certificate.lower / upper->value;
  if (open > kClosed && open < kExplained * rounding_of_scale(problem, dual)) {
    dual = refined(problem, dual, near.beta, l1_objective(problem, near.beta));
    certificate.lower = dual.lower();
  }
  certificate.upper = upper->value;
  if (!std::isfinite(certificate.upper)) {
    certificate.upper = kNaN;
    certificate.text = "the objective of the point is beyond the range of a double: only the lower bound holds";
    return certificate;
  }
  if (certificate.lower > certificate.upper * (1.0 + kCross)) {
    certificate.text =
        cat("the bounds cross (", certificate.lower, " > ", certificate.upper, "): X and y are beyond double precision");
    certificate.upper = kNaN;
    return certificate;
  }
  certificate.kind = CertificateKind::bracket;
  certificate.lower = std::min(certificate.lower, certificate.upper);
  certificate.gap = certificate.upper - certificate.lower;
  certificate.relative_gap = certificate.upper > 0 ? certificate.gap / certificate.upper : 0.0;
  if (certificate.upper == 0) {
    certificate.unique = true;
    certificate.distance_bound = beta.cwiseProduct(units).norm();
    certificate.text = "unique: every other point costs more than nothing";
    return certificate;
  }
  // A gap of 0 was still computed in double: the bound on the distance does not profit from that.
  const double safe_gap = certificate.gap + 8 * kEps * certificate.upper;
  const L1Face face = l1_face(problem, {near.beta, left.r, dual, units, safe_gap});
  if (face.uniqueness != Uniqueness::not_established) certificate.unique = face.uniqueness == Uniqueness::unique;
  certificate.distance_bound = face.distance_bound + (near.beta - beta).cwiseProduct(units).norm();
  certificate.text = cat("relative gap ", certificate.relative_gap, "; ", face.text);
  if (!upper->exact) certificate.text += "; y is fitted to its rounding";
  return certificate;
}

// Without a dual, the first one that is tight on the features of β; where that is not the best, one from the interior.
Certificate best_without_dual(const L1Problem& problem, const Vector& beta, const L1Residual& residual, const Vector& units) {
  Certificate best = certificate_of(problem, beta, residual, recovered_dual(problem, beta, residual.r), units);
  if (best.kind != CertificateKind::bracket || best.relative_gap <= kClosed || problem.delta > 0) return best;
  const auto take = [&](const Vector& nu) {
    if (nu.size() == 0 || !nu.allFinite()) return;
    Certificate other = certificate_of(problem, beta, residual, nu, units);
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

Certificate judged(const L1Problem& problem, const Vector& beta, const Vector& dual, const Vector& units) {
  const L1Residual residual = l1_residual(problem, beta);
  return dual.size() > 0 ? certificate_of(problem, beta, residual, dual, units) : best_without_dual(problem, beta, residual, units);
}

}  // namespace

Certificate certify_min_l1(const MinL1& limit, const Solution& point) {
  const L1Problem problem = l1_problem(limit);
  const Vector& beta = point.predictor.values;
  require_point("min_l1", problem.x, problem.y, point);
  Certificate certificate;
  if (unevenly_scaled(problem)) {
    const ScaledL1 scaled(problem);
    const Vector dual = point.dual.size() > 0 ? scaled.dual(point.dual) : Vector();
    certificate = judged(scaled.problem(), scaled.point(beta), dual, scaled.columns());
  } else {
    certificate = judged(problem, beta, point.dual, Vector::Ones(beta.size()));
  }
  const L1Residual residual = l1_residual(problem, beta);
  certificate.feasibility = infeasibility(problem, beta, residual);
  if (certificate.kind == CertificateKind::first_order_only && std::isnan(certificate.upper) && certificate.feasibility > 0)
    certificate.text += cat(" (‖Xβ-y‖ exceeds δ by ", certificate.feasibility, " ‖y‖)");
  return certificate;
}

}  // namespace penchant
