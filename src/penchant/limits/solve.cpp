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

bool needs_proof(const Limit& limit) {
  return std::holds_alternative<MinL1>(limit) || std::holds_alternative<MaxMargin>(limit) ||
         std::holds_alternative<BregmanProjection>(limit);
}

// What a certificate of these does not confirm is not claimed: solved needs a bracket, infeasible a proof.
Outcome confirmed(Outcome claimed, const Certificate& certificate) {
  if (certificate.kind == CertificateKind::infeasible) return {Status::infeasible, certificate.text};
  if (claimed.status == Status::infeasible)
    return {Status::not_converged, cat("nothing was found that fits, and nothing that proves it: ", claimed.text)};
  if (claimed.status == Status::solved && certificate.kind != CertificateKind::bracket)
    return {Status::not_converged, cat("the solver claims to be done, but ", certificate.text)};
  return claimed;
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
  // Bounds that rounding drives apart are no fault of the pair: its own gap decides, they need only be near.
  const double size = std::max(std::abs(certificate.lower), std::abs(certificate.upper));
  const bool is_optimal = certificate.gap <= tolerance * size && certificate.relative_gap <= almost;
  if ((certificate.relative_gap <= tolerance || is_optimal) && certificate.feasibility <= tolerance) return claimed;
  const std::string measured = cat("relative gap ", certificate.relative_gap, ", feasibility ", certificate.feasibility);
  if (certificate.relative_gap <= almost && certificate.feasibility <= almost)
    return {Status::almost_solved, cat(measured, ": above the tolerance ", tolerance, ", within the looser ", almost)};
  return {Status::not_converged, cat("the solver claims to be done, but ", measured, " (tolerance ", tolerance, ")")};
}

// A flat objective is at its minimum to every digit far from where it is attained.
constexpr double kSolvedDistance = 1e-6;  // of ‖β‖

Outcome near_enough(Outcome judged, const Solution& solution) {
  const double bound = solution.certificate.distance_bound, size = solution.predictor.values.stableNorm();
  if (judged.status != Status::solved || bound <= kSolvedDistance * size) return judged;
  const std::string far = std::isnan(bound) ? "no bound says how near the point is" : cat("the point may be ", bound, " off");
  return {Status::almost_solved, cat("the objective is optimal to the tolerance, but ", far, ", its norm is ", size)};
}

Solution certified(const Limit& limit, Solution solution, double tolerance) {
  const bool finite = solution.predictor.values.allFinite();
  if (!finite && solution.outcome.status != Status::infeasible) solution.outcome.status = Status::failed;
  if (!solution.dual.allFinite()) solution.dual = Vector();  // beyond the range of a double: the certificate finds its own
  solution.certificate = certify(limit, solution);
  if (needs_proof(limit))
    solution.outcome = confirmed(std::move(solution.outcome), solution.certificate);
  solution.outcome = judged(std::move(solution.outcome), solution.certificate, tolerance, promises_stationarity(limit));
  if (std::holds_alternative<BregmanProjection>(limit)) solution.outcome = near_enough(std::move(solution.outcome), solution);
  return solution;
}

bool settled(const Solution& solution) {
  return solution.outcome.status == Status::solved || solution.outcome.status == Status::infeasible;
}

// The one whose bounds are closer, if neither is settled.
bool improves(const Solution& second, const Solution& first) {
  if (settled(second) || first.certificate.kind != CertificateKind::bracket) return true;
  return second.certificate.kind == CertificateKind::bracket && second.certificate.relative_gap < first.certificate.relative_gap;
}

}  // namespace

Solution solve(const Limit& limit, const SolveOptions& options) {
  Solution solution = certified(limit, std::visit(Solve{options}, limit), options.tolerance);
  const auto* l1 = std::get_if<MinL1>(&limit);
  if (!l1 || settled(solution)) return solution;
  if (std::optional<Solution> careful = solve_min_l1_carefully(*l1, options)) {
    Solution second = certified(limit, std::move(*careful), options.tolerance);
    if (improves(second, solution)) return second;
  }
  return solution;
}

}  // namespace penchant
