#include "penchant/limits/solve.h"

#include <cmath>

#include "penchant/core/text.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

namespace {

struct Solve {
  const SolveOptions& options;
  Solution operator()(const MinDistance& limit) const { return solve_min_distance(limit, options); }
  Solution operator()(const BregmanProjection& limit) const { return solve_bregman_projection(limit, options); }
  Solution operator()(const MinL1& limit) const { return solve_min_l1(limit, options); }
  Solution operator()(const MaxMargin& limit) const { return solve_max_margin(limit, options); }
  Solution operator()(const Penalised& limit) const { return solve_penalised(limit, options); }
  Solution operator()(const ExplicitDistance& limit) const { return solve_explicit_distance(limit, options); }
  Solution operator()(const MinLp& limit) const { return solve_min_lp(limit, options); }
};

// Relative residuals of the optimality conditions where nothing else is claimed:
// the square of it is what the objective could fall by.
constexpr double kStationary = 1e-7;

// Problems that are not convex promise a stationary point.
bool promises_stationarity(const Limit& limit) {
  const auto* distance = std::get_if<ExplicitDistance>(&limit);
  return (distance && distance->depth > 2) || std::holds_alternative<MinLp>(limit);
}

// A certificate can overrule a status, only downwards.
Outcome judged(Outcome claimed, const Certificate& certificate, double tolerance, bool first_order) {
  if (claimed.status != Status::solved) return claimed;
  if (std::isnan(certificate.feasibility)) return {Status::failed, "the point or its residual is beyond the range of a double"};
  if (first_order && certificate.kind == CertificateKind::first_order_only) {
    if (certificate.complementarity <= kStationary && certificate.feasibility <= kStationary) return claimed;
    return {Status::not_converged,
            cat("the solver claims to be done, but the conditions of a stationary point are missed by ",
                certificate.complementarity, ", the constraints by ", certificate.feasibility, " (tolerance ", kStationary, ")")};
  }
  if (certificate.kind == CertificateKind::infeasible) return {Status::infeasible, certificate.text};
  if (certificate.kind != CertificateKind::bracket)
    return {Status::not_converged, cat("the solver claims to be done, but no bracket holds: ", certificate.text)};
  const double almost = 1e3 * tolerance;
  if (certificate.relative_gap <= tolerance && certificate.feasibility <= tolerance) return claimed;
  const std::string measured = cat("relative gap ", certificate.relative_gap, ", feasibility ", certificate.feasibility);
  if (certificate.relative_gap <= almost && certificate.feasibility <= almost)
    return {Status::almost_solved, cat(measured, ": above the tolerance ", tolerance, ", within the looser ", almost)};
  return {Status::not_converged, cat("the solver claims to be done, but ", measured, " (tolerance ", tolerance, ")")};
}

}  // namespace

Solution solve(const Limit& limit, const SolveOptions& options) {
  Solution solution = std::visit(Solve{options}, limit);
  if (const Vector& w = solution.predictor.values; !w.allFinite() && solution.outcome.status != Status::infeasible)
    solution.outcome.status = Status::failed;
  solution.certificate = certify(limit, solution);
  solution.outcome = judged(std::move(solution.outcome), solution.certificate, options.tolerance, promises_stationarity(limit));
  return solution;
}

}  // namespace penchant
