// min Σ p_j β_j^+ + q_j β_j^-  s.t. ‖Xβ-y‖₂ <= δ, by the Lasso path down to λ = 0 or to ‖r‖ = δ (homotopy.h), then the active set
// solved once more with refined residuals. The last stretch gives the dual: ν = r/λ, at λ = 0 its limit u; where no β fits, the
// residual itself is the proof: X^T r = 0 (X^T r <= 0 if positive) and ⟨r, y⟩ = ‖r‖² > δ‖r‖.
#include <cmath>
#include <limits>
#include <memory>

#include "penchant/core/error.h"
#include "penchant/core/exact_dot.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/limits/l1_problem.h"
#include "penchant/limits/l1_scaling.h"
#include "penchant/limits/solvers/homotopy_end.h"
#include "penchant/limits/solvers/l1_simplex.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

namespace {

using l1::EndPoint;
using l1::Homotopy;

// ‖y‖ = 1. Above this the best residual is not rounding: nothing fits.
constexpr double kInconsistent = 1e-12;
// Operations the tableau may cost, of about 10 ns.
constexpr double kPatience = 2e8;

const char* what_fits(const L1Problem& problem) { return problem.positive() ? "no beta >= 0 has" : "no beta has"; }

Outcome nothing_fits(const L1Problem& problem, double residual, double scale) {
  return {Status::infeasible, cat(what_fits(problem), " ‖Xβ-y‖ <= ", problem.delta, ": the smallest residual is ", residual * scale,
                                  " (‖y‖ = ", scale, "); that residual, as ν, has X^T ν ", problem.positive() ? "<= 0" : "= 0",
                                  " and ⟨ν,y⟩ > δ‖ν‖")};
}

Outcome nothing_fits_exactly(const L1Problem& problem) {
  return {Status::infeasible,
          cat(what_fits(problem), " Xβ = y: ν has X^T ν ", problem.positive() ? "<= 0" : "= 0", " and ⟨ν,y⟩ > 0")};
}

// ν in integers, where that proves the same without rounding.
Vector in_integers(const L1Problem& problem, Vector nu) {
  const std::optional<Vector> exact = integer_multiple(nu);
  if (!exact || exact_sign_of_dot(problem.y, *exact) != 1) return nu;
  for (Index j = 0; j < problem.x.cols(); ++j) {
    const std::optional<int> sign = exact_sign_of_dot(problem.x.col(j), *exact);
    if (!sign || (problem.positive() ? *sign > 0 : *sign != 0)) return nu;
  }
  return *exact;
}

// Whether no feature correlates with the residual beyond its rounding (with positive = true: none from above).
// Where features differ by 1e8 in size the path can end before the small ones have entered.
bool proves_misfit(const L1Problem& problem, const Vector& nu, double rest) {
  constexpr double kRounding = 1e3 * std::numeric_limits<double>::epsilon();
  const Vector g = problem.x.transpose() * nu;
  for (Index j = 0; j < g.size(); ++j) {
    const double against = std::isinf(problem.down[j]) ? g[j] : std::abs(g[j]);
    if (against > kRounding / rest * problem.x.col(j).norm()) return false;
  }
  return true;
}

Outcome path_too_short(double residual) {
  return {Status::not_converged, cat("the path ended at a residual of ", residual,
                                     " ‖y‖ with features left that would lower it: their sizes differ "
                                     "too much for it; scale the features, and give the scales as weights")};
}

Solution zero(const L1Problem& problem, const char* reason) {
  Solution solution;
  solution.predictor = Predictor::vector(Vector(Vector::Zero(problem.x.cols())));
  solution.dual = Vector::Zero(problem.y.size());
  solution.outcome = {Status::solved, cat("β = 0: ", reason)};
  return solution;
}

Solution by_path(const L1Problem& problem, const SolveOptions& options) {
  const double scale = problem.y.stableNorm();
  if (scale == 0.0) return zero(problem, "y = 0");
  if (scale <= problem.delta) return zero(problem, "‖y‖ <= delta");
  const Vector y = problem.y / scale;
  const double delta = problem.delta / scale;
  const auto [path, end] = l1::follow_path(problem, y, {.delta = delta, .max_events = options.max_iterations});

  Solution solution;
  solution.iterations = path->events();
  const double rest = path->basis().residual().norm();
  const bool misfit = end == Homotopy::End::zero_lambda && rest > delta + kInconsistent;
  EndPoint point;
  if (misfit) {
    point = {path->basis().least_squares(y), path->basis().residual() / rest};
    solution.outcome = proves_misfit(problem, point.dual, rest) ? nothing_fits(problem, rest, scale) : path_too_short(rest);
    if (delta == 0) point.dual = in_integers(problem, std::move(point.dual));
  } else if (end == Homotopy::End::zero_lambda) {
    point = l1::at_zero(*path, y);
  } else if (end == Homotopy::End::reached_target) {
    point = l1::at_delta(*path, y, delta);
  } else {
    Vector fit, slope;
    path->basis().coefficients(fit, slope);
    point = {fit - path->lambda() * slope, path->basis().residual() / path->lambda() + path->basis().dual()};
    solution.outcome = {Status::not_converged,
                        cat("the homotopy path was not finished: ",
                            count_of(static_cast<std::uint64_t>(path->events()), "breakpoint"), ", down to λ = ",
                            path->lambda() * scale)};
  }
  solution.dual = std::move(point.dual);
  Vector beta = l1::scattered(*path, point.beta, scale, problem.x.cols());
  if (problem.positive()) beta = beta.cwiseMax(0.0);  // a corner is 0 only to its rounding
  solution.objective = misfit ? std::numeric_limits<double>::quiet_NaN() : l1_objective(problem, beta);
  solution.predictor = Predictor::vector(std::move(beta));
  if (solution.outcome.text.empty())
    solution.outcome = {Status::solved, cat("homotopy path, ",
                                            count_of(static_cast<std::uint64_t>(path->events()), "breakpoint"), ", ",
                                            count_of(path->active().size(), "active feature"))};
  return solution;
}

// A row of zeros whose target is farther from 0 than δ.
std::optional<Index> row_that_nothing_fits(const L1Problem& problem) {
  for (Index i = 0; i < problem.y.size(); ++i)
    if (std::abs(problem.y[i]) > problem.delta && problem.x.row(i).isZero(0.0)) return i;
  return std::nullopt;
}

Solution refuted_by(Index row, const L1Problem& problem) {
  Solution out;
  out.predictor = Predictor::vector(Vector(Vector::Zero(problem.x.cols())));
  out.dual = Vector::Unit(problem.y.size(), row) * std::copysign(1.0, problem.y[row]);
  out.objective = std::numeric_limits<double>::quiet_NaN();
  out.outcome = nothing_fits_exactly(problem);
  return out;
}

// An answer for data in other units.
Solution in_units_of(const ScaledL1& scaled, Solution solution) {
  if (solution.predictor.values.size() > 0)
    solution.predictor = Predictor::vector(scaled.original_point(solution.predictor.values));
  if (solution.dual.size() > 0) solution.dual = scaled.original_dual(solution.dual);
  return solution;
}

}  // namespace

Solution solve_min_l1(const MinL1& limit, const SolveOptions& options) {
  const L1Problem problem = l1_problem(limit);
  if (const std::optional<Index> row = row_that_nothing_fits(problem)) return refuted_by(*row, problem);
  if (problem.delta > 0 || !unevenly_scaled(problem)) return by_path(problem, options);
  const ScaledL1 scaled(problem);
  Solution solution = in_units_of(scaled, by_path(scaled.problem(), options));
  if (solution.outcome.status == Status::infeasible) solution.outcome = nothing_fits_exactly(problem);
  return solution;
}

std::optional<Solution> solve_min_l1_carefully(const MinL1& limit, const SolveOptions& options) {
  const L1Problem problem = l1_problem(limit);
  const double work = l1_simplex_work(problem);
  const int patience = static_cast<int>(std::min(kPatience / std::max(work, 1.0), 1e5));
  if (problem.delta > 0 || patience < problem.x.rows()) return std::nullopt;
  const ScaledL1 scaled(problem);
  L1Vertex vertex = l1_simplex(scaled.problem(), options.max_iterations > 0 ? options.max_iterations : patience);
  Solution solution;
  solution.iterations = vertex.pivots;
  solution.objective = std::numeric_limits<double>::quiet_NaN();
  solution.dual = std::move(vertex.dual);
  switch (vertex.end) {
    case L1Vertex::End::infeasible:
      solution.dual = in_integers(scaled.problem(), std::move(solution.dual));
      solution.outcome = nothing_fits_exactly(problem);
      break;
    case L1Vertex::End::optimal:
      solution.objective = l1_objective(scaled.problem(), vertex.beta);
      solution.outcome = {Status::solved, cat("simplex method in doubled precision: ", vertex.pivots, " pivots")};
      break;
    case L1Vertex::End::budget:
      solution.outcome = {Status::not_converged, cat("the simplex method was stopped after ", vertex.pivots, " pivots")};
  }
  solution.predictor = Predictor::vector(std::move(vertex.beta));
  return in_units_of(scaled, std::move(solution));
}

}  // namespace penchant
