// min Σ p_j β_j^+ + q_j β_j^-  s.t. ‖Xβ-y‖₂ <= δ, by the Lasso path down to λ = 0 or to ‖r‖ = δ (homotopy.h), then the active set
// solved once more with refined residuals. The last stretch gives the dual: ν = r/λ, at λ = 0 its limit u; where no β fits, the
// residual itself is the proof: X^T r = 0 (X^T r <= 0 if positive) and ⟨r, y⟩ = ‖r‖² > δ‖r‖.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/l1_problem.h"
#include "penchant/limits/solvers/homotopy.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

namespace {

using l1::Homotopy;

// ‖y‖ = 1. Above this the best residual is not rounding: nothing fits.
constexpr double kInconsistent = 1e-12;
// A coordinate this small beside the largest is rounding if the rest fits as well without it.
constexpr double kSpurious = 1e-11;
constexpr double kFits = 1e-14;

// X_A as the path sees it.
class ActiveColumns {
 public:
  ActiveColumns(const Homotopy& path, Index rows) : columns_(rows, static_cast<Index>(path.active().size())) {
    for (Index i = 0; i < columns_.cols(); ++i) columns_.col(i) = Eigen::Map<const Vector>(path.column(path.active()[i]), rows);
  }
  const Eigen::MatrixXd& operator*() const { return columns_; }

 private:
  Eigen::MatrixXd columns_;
};

struct EndPoint {
  Vector beta, dual;  // β_A for ‖y‖ = 1; ν (n)
};

// y - X_A b, and s - X_A^T v, with each entry accumulated without loss: the corrections they lead to are not rounding.
Vector misfit_of(const Eigen::MatrixXd& columns, const Vector& b, const Vector& y) {
  std::vector<CompensatedSum> sums(static_cast<std::size_t>(y.size()));
  for (Index i = 0; i < y.size(); ++i) sums[static_cast<std::size_t>(i)].add(y[i]);
  for (Index k = 0; k < columns.cols(); ++k)
    for (Index i = 0; i < y.size(); ++i) sums[static_cast<std::size_t>(i)].add_product(-columns(i, k), b[k]);
  Vector r(y.size());
  for (Index i = 0; i < y.size(); ++i) r[i] = sums[static_cast<std::size_t>(i)].value();
  return r;
}

Vector mispricing(const Eigen::MatrixXd& columns, const Vector& v, const Vector& prices) {
  Vector e(prices.size());
  for (Index k = 0; k < e.size(); ++k) {
    CompensatedSum sum;
    sum.add(prices[k]);
    for (Index i = 0; i < v.size(); ++i) sum.add_product(-columns(i, k), v[i]);
    e[k] = sum.value();
  }
  return e;
}

Vector prices_of(const Homotopy& path) {
  return Eigen::Map<const Vector>(path.prices().data(), static_cast<Index>(path.prices().size()));
}

Vector refined_fit(const Homotopy& path, const Eigen::MatrixXd& columns, const Vector& y) {
  Vector fit = path.basis().least_squares(y);
  fit += path.basis().least_squares(y - columns * fit);
  return fit + path.basis().least_squares(misfit_of(columns, fit, y));
}

// ν corrected by the least-norm step until X_A^T ν = s to the last digit.
Vector repriced(const Homotopy& path, const Eigen::MatrixXd& columns, Vector nu) {
  const Vector prices = prices_of(path);
  nu += path.basis().least_norm(prices - columns.transpose() * nu);
  return nu + path.basis().least_norm(mispricing(columns, nu, prices));
}

Vector refined_dual(const Homotopy& path, const Eigen::MatrixXd& columns) {
  return repriced(path, columns, path.basis().least_norm(prices_of(path)));
}

// At λ = 0 coordinates may have come back to 0 exactly; they belong to the optimal face but not to β.
void drop_spurious(Homotopy& path) {
  Vector fit, slope;
  path.basis().coefficients(fit, slope);
  const double largest = fit.size() ? fit.cwiseAbs().maxCoeff() : 0.0;
  std::vector<Index> features;
  for (Index i = 0; i < fit.size(); ++i)
    if (std::abs(fit[i]) <= kSpurious * largest || fit[i] * path.prices()[i] <= 0) features.push_back(path.active()[i]);
  const double enough = std::max(kFits, 2 * path.basis().residual().norm());
  for (Index feature : features) {
    const auto at = std::find(path.active().begin(), path.active().end(), feature) - path.active().begin();
    const double price = path.prices()[at];
    path.drop(at);
    if (path.basis().residual().norm() > enough) path.restore(feature, price);
  }
}

EndPoint at_zero(Homotopy& path, const Vector& y) {
  EndPoint end;
  end.dual = refined_dual(path, *ActiveColumns(path, y.size()));
  drop_spurious(path);
  end.beta = refined_fit(path, *ActiveColumns(path, y.size()), y);
  return end;
}

EndPoint at_delta(const Homotopy& path, const Vector& y, double delta) {
  const ActiveColumns active(path, y.size());
  const Vector fit = refined_fit(path, *active, y), u = refined_dual(path, *active);
  const Vector slope = path.basis().least_squares(u);
  const Vector rest = y - *active * fit;
  const double gap = (delta - rest.norm()) * (delta + rest.norm());
  const double lambda = std::sqrt(std::max(gap, 0.0)) / u.norm();
  return {fit - lambda * slope, repriced(path, *active, u + rest / lambda)};
}

Vector scattered(const Homotopy& path, const Vector& values, double scale, Index size) {
  Vector beta = Vector::Zero(size);
  for (Index i = 0; i < values.size(); ++i) beta[path.active()[i]] = scale * values[i];
  return beta;
}

Outcome nothing_fits(const L1Problem& problem, double residual, double scale) {
  const bool positive = problem.down.size() > 0 && std::isinf(problem.down[0]);
  return {Status::infeasible, cat(positive ? "no beta >= 0 has ‖Xβ-y‖ <= " : "no beta has ‖Xβ-y‖ <= ", problem.delta,
                                  ": the smallest residual is ", residual * scale, " (‖y‖ = ", scale,
                                  "); that residual, as ν, has X^T ν ", positive ? "<= 0" : "= 0", " and ⟨ν,y⟩ > δ‖ν‖")};
}

// Whether no feature correlates with the residual beyond its rounding (with positive = true: none from above). Where features differ by 1e8
// in size the path can end before the small ones have entered.
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
  return {Status::not_converged, cat("the path ended at a residual of ", residual, " ‖y‖ with features left that would lower it: their sizes differ "
                                     "too much for it; scale the features, and give the scales as weights")};
}

Solution zero(const L1Problem& problem, const char* reason) {
  Solution solution;
  solution.predictor = Predictor::vector(Vector(Vector::Zero(problem.x.cols())));
  solution.dual = Vector::Zero(problem.y.size());
  solution.outcome = {Status::solved, cat("β = 0: ", reason)};
  return solution;
}

Homotopy::End run_again_if_broken(const L1Problem& problem, const Vector& y, double delta, int budget,
                                  std::unique_ptr<Homotopy>& path) {
  path = std::make_unique<Homotopy>(problem, y, delta, l1::HomotopyOptions{.max_events = budget});
  Homotopy::End end = path->run();
  if (end != Homotopy::End::breakdown && end != Homotopy::End::budget) return end;
  // Without screening nothing is ever undone.
  path = std::make_unique<Homotopy>(problem, y, delta, l1::HomotopyOptions{.max_events = budget, .screen = false});
  return path->run();
}

}  // namespace

Solution solve_min_l1(const MinL1& limit, const SolveOptions& options) {
  const L1Problem problem = l1_problem(limit);
  const double scale = problem.y.stableNorm();
  if (scale == 0.0) return zero(problem, "y = 0");
  if (scale <= problem.delta) return zero(problem, "‖y‖ <= delta");
  const Vector y = problem.y / scale;
  const double delta = problem.delta / scale;
  std::unique_ptr<Homotopy> path;
  const Homotopy::End end = run_again_if_broken(problem, y, delta, options.max_iterations, path);

  Solution solution;
  solution.iterations = path->events();
  const double rest = path->basis().residual().norm();
  const bool misfit = end == Homotopy::End::zero_lambda && rest > delta + kInconsistent;
  EndPoint point;
  if (misfit) {
    point = {path->basis().least_squares(y), path->basis().residual() / rest};
    solution.outcome = proves_misfit(problem, point.dual, rest) ? nothing_fits(problem, rest, scale) : path_too_short(rest);
  } else if (end == Homotopy::End::zero_lambda) {
    point = at_zero(*path, y);
  } else if (end == Homotopy::End::reached_delta) {
    point = at_delta(*path, y, delta);
  } else {
    Vector fit, slope;
    path->basis().coefficients(fit, slope);
    point = {fit - path->lambda() * slope, path->basis().residual() / path->lambda() + path->basis().dual()};
    solution.outcome = {Status::not_converged,
                        cat("the path was followed for ", path->events(), " events to λ = ", path->lambda() * scale)};
  }
  solution.dual = std::move(point.dual);
  Vector beta = scattered(*path, point.beta, scale, problem.x.cols());
  solution.objective = misfit ? std::numeric_limits<double>::quiet_NaN() : l1_objective(problem, beta);
  solution.predictor = Predictor::vector(std::move(beta));
  if (solution.outcome.text.empty())
    solution.outcome = {Status::solved, cat("path followed exactly: ", path->events(), " events, ", path->passes(),
                                            " readings of X, ", path->active().size(), " active features")};
  return solution;
}

}  // namespace penchant
