// Ridge in closed form by the singular value decomposition, β = β_0 + V (σ/(σ²+λ)) U^T (y - Xβ_0);
// the Lasso by its path from λ_max down to λ (homotopy.h), the active set solved once more with refined residuals.

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/solvers/homotopy_end.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

namespace {

constexpr int kRefinements = 2;

using l1::EndPoint;
using l1::Homotopy;

void check(const Penalised& limit, const Matrix& x) {
  if (!(limit.lambda > 0.0) || !std::isfinite(limit.lambda))
    throw InvalidInput(cat("penalised: lambda is ", limit.lambda, ", expected a number > 0"));
  if (limit.y.size() != x.rows())
    throw InvalidInput(cat("penalised: X has ", x.rows(), " rows, y has ", limit.y.size(), " entries"));
}

Solution ridge(const Penalised& limit, const Matrix& x) {
  const Vector origin = limit.origin.size() > 0 ? limit.origin : Vector::Zero(x.cols());
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::ArrayXd sigma = svd.singularValues().array();
  const Vector coordinates = svd.matrixU().transpose() * -accurate_residual(x, origin, limit.y);
  Vector beta = origin + svd.matrixV() * (coordinates.array() * sigma / (sigma.square() + limit.lambda)).matrix();
  // Newton steps on the gradient itself, accumulated in twice the precision. V ends in the range of X^T, beyond which X^T X + λ is
  // λ.
  for (int k = 0; k < kRefinements; ++k) {
    const Vector downhill = -x.transpose() * accurate_residual(x, beta, limit.y) - limit.lambda * (beta - origin);
    const Vector inside = svd.matrixV().transpose() * downhill;
    const Vector scaled = (inside.array() / (sigma.square() + limit.lambda)).matrix();
    beta += svd.matrixV() * scaled + (downhill - svd.matrixV() * inside) / limit.lambda;
  }
  Solution out;
  out.predictor = Predictor::vector(beta);
  out.dual = -accurate_residual(x, beta, limit.y);
  out.objective = 0.5 * out.dual.squaredNorm() + 0.5 * limit.lambda * (beta - origin).squaredNorm();
  out.iterations = 1;
  out.outcome = {Status::solved, cat("closed form, singular values of ", x.rows(), " x ", x.cols())};
  return out;
}

double lasso_objective(const L1Problem& problem, const Vector& beta, double lambda) {
  return 0.5 * accurate_residual(problem.x, beta, problem.y).squaredNorm() + lambda * l1_objective(problem, beta);
}

Solution zero(const L1Problem& problem, double largest) {
  Solution out;
  out.predictor = Predictor::vector(Vector(Vector::Zero(problem.x.cols())));
  out.dual = problem.y;
  out.objective = 0.5 * problem.y.squaredNorm();
  out.outcome = {Status::solved, cat("β = 0: λ is at least ‖X^T y/w‖_∞ = ", largest)};
  return out;
}

Solution lasso(const Penalised& limit, const SolveOptions& options) {
  const MinL1 path_problem{limit.x, limit.y, limit.weights, {}, false, 0.0};
  const L1Problem problem = l1_problem(path_problem);
  const double scale = problem.y.stableNorm(), largest = problem.dual_scale(problem.x.transpose() * problem.y);
  if (limit.lambda >= largest) return zero(problem, largest);
  const Vector y = problem.y / scale;
  const double lambda = limit.lambda / scale;
  const auto [path, end] = l1::follow_path(problem, y, {.lambda = lambda, .max_events = options.max_iterations});
  const bool arrived = end == Homotopy::End::reached_target;
  // A path that broke off answers for the λ it got to, and says so.
  const EndPoint point = l1::at_lambda(*path, y, arrived ? lambda : path->lambda());
  Solution out;
  out.predictor = Predictor::vector(l1::scattered(*path, point.beta, scale, problem.x.cols()));
  // Not the residual itself: at small λ that is a difference of nearly equal numbers.
  out.dual = (arrived ? limit.lambda : path->lambda() * scale) * point.dual;
  out.objective = lasso_objective(problem, out.predictor.values, limit.lambda);
  out.iterations = path->events();
  out.outcome = arrived ? Outcome{Status::solved, cat("homotopy path, ",
                                            count_of(static_cast<std::uint64_t>(path->events()), "breakpoint"), ", ",
                                                      count_of(path->active().size(), "active feature"))}
                        : Outcome{Status::not_converged,
                                  cat("the homotopy path was not finished: ",
                            count_of(static_cast<std::uint64_t>(path->events()), "breakpoint"), ", down to λ = ",
                            path->lambda() * scale)};
  return out;
}

}  // namespace

Solution solve_penalised(const Penalised& limit, const SolveOptions& options) {
  const Matrix& x = require_dense(*limit.x, "penalised");
  check(limit, x);
  return limit.norm == Penalty::l2 ? ridge(limit, x) : lasso(limit, options);
}

}  // namespace penchant
