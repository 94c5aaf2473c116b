#include "penchant/dynamics/stability.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/models/diagonal.h"

namespace penchant {

namespace {

constexpr Index kLargestDense = 500;
constexpr double kPowerTolerance = 1e-8;
constexpr int kPowerSteps = 10'000;

double top_by_power_iteration(const LinearMap& x, VecIn metric) {
  Vector v = Vector::Ones(x.rows()).normalized(), pull(x.cols()), image(x.rows());
  double value = 0.0;
  for (int i = 0; i < kPowerSteps; ++i) {
    x.adjoint(v, pull);
    pull.array() *= metric.array();
    x.apply(pull, image);
    const double last = value;
    value = image.norm();
    if (value == 0.0) return 0.0;
    v = image / value;
    if (std::abs(value - last) <= kPowerTolerance * value) break;
  }
  return value;
}

Vector column_norms(const LinearMap& x) {
  if (x.dense()) return x.dense()->colwise().norm();
  Vector out(x.cols()), column(x.rows());
  for (Index j = 0; j < x.cols(); ++j) {
    x.apply(Vector::Unit(x.cols(), j), column);
    out[j] = column.norm();
  }
  return out;
}

Vector start_metric(const Objective& objective, const Point& start) {
  const auto* diagonal = dynamic_cast<const DiagonalModel*>(&objective.model());
  return diagonal ? diagonal->metric(start.theta) : Vector::Ones(objective.features().cols());
}

// lambda_max(J J^T), J = dF/dtheta, one row a vjp.
double jacobian_top(const Objective& objective, const Point& start) {
  const Index n = objective.targets().size(), p = start.theta.size();
  Eigen::MatrixXd jacobian(n, p);
  Vector row(p);
  for (Index i = 0; i < n; ++i) {
    objective.model().vjp(start.theta, Vector::Unit(n, i), row);
    jacobian.row(i) = row;
  }
  const Eigen::MatrixXd gram =
      n <= p ? Eigen::MatrixXd(jacobian * jacobian.transpose()) : Eigen::MatrixXd(jacobian.transpose() * jacobian);
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}

const WeightNormalised* normalised(const Objective& objective) { return std::get_if<WeightNormalised>(&objective.problem().model); }

// Of a fit by feature j alone, |beta_j| = size: the radius moves beta by N beta/r at the rate rate_r,
// the direction by the same at r²/|v|².
double normalised_fit_curvature(const Objective& objective, const Point& start, const WeightNormalised& spec) {
  const double depth = spec.depth, norm = start.theta.tail(start.theta.size() - 1).norm(), size = objective.targets().norm();
  double largest = 0.0;
  for (double x_j : column_norms(objective.features()))
    if (x_j > 0.0) {
      const double beta = size / x_j, square_radius = std::pow(beta, 2.0 / depth);
      largest = std::max(largest, size * size * std::max(spec.rate_r / square_radius, 1.0 / (norm * norm)));
    }
  return objective.curvature_bound(start) * depth * depth * largest;
}

// Curvature of the worst batch over that of all samples, at most n/b; the batch's own bound is b max_i x_i^T M x_i.
double batch_factor(const Objective& objective, const Point& start, Index batch) {
  const Index n = objective.targets().size();
  if (batch == 0 || batch == n) return 1.0;
  if (normalised(objective)) return static_cast<double>(n) / static_cast<double>(batch);
  const LinearMap& x = objective.features();
  const Vector metric = start_metric(objective, start);
  const double top = top_eigenvalue(x, metric);
  double largest = 0.0;
  Vector row(x.cols());
  for (Index i = 0; i < n; ++i) {
    x.adjoint(Vector::Unit(n, i), row);
    largest = std::max(largest, (row.array().square() * metric.array()).sum());
  }
  const double share = static_cast<double>(n) / static_cast<double>(batch);
  return top > 0.0 ? share * std::min(1.0, static_cast<double>(batch) * largest / top) : share;
}

}  // namespace

double top_eigenvalue(const LinearMap& x, VecIn metric) {
  if (!x.dense() || std::min(x.rows(), x.cols()) > kLargestDense) return top_by_power_iteration(x, metric);
  const Eigen::MatrixXd half = *x.dense() * metric.cwiseSqrt().asDiagonal();
  const Eigen::MatrixXd gram =
      half.rows() <= half.cols() ? Eigen::MatrixXd(half * half.transpose()) : Eigen::MatrixXd(half.transpose() * half);
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}

double stability_bound(double lambda, double momentum, bool nesterov) {
  return 2.0 * (1.0 + momentum) / ((nesterov ? 1.0 + 2.0 * momentum : 1.0) * lambda);
}

double start_curvature(const Objective& objective, const Point& start) {
  if (normalised(objective)) return objective.curvature_bound(start) * jacobian_top(objective, start);
  return objective.curvature_bound(start) * top_eigenvalue(objective.features(), start_metric(objective, start));
}

double fit_curvature(const Objective& objective, const Point& start) {
  if (const auto* spec = normalised(objective)) return normalised_fit_curvature(objective, start, *spec);
  const auto* spec = std::get_if<Diagonal>(&objective.problem().model);
  if (!spec) return 0.0;
  const double depth = spec->depth;
  const bool tied = spec->factors == Factors::tied && spec->form != DiagonalForm::product;
  const double size = objective.targets().norm();
  double largest = 0.0;
  for (double x_j : column_norms(objective.features()))
    if (x_j > 0.0) largest = std::max(largest, std::pow(size / x_j, 2.0 - 2.0 / depth) * x_j * x_j);
  return objective.curvature_bound(start) * (tied ? depth * depth : depth) * largest;
}

double automatic_step(const Objective& objective, const Point& start, const StepCheck& check) {
  const double fit = fit_curvature(objective, start);
  const double lambda =
      std::max(start_curvature(objective, start), fit) * batch_factor(objective, start, check.batch) + check.weight_decay;
  if (!(lambda > 0.0)) return 1.0;  // nothing to fit: no feature, or no target
  return (fit > 0.0 ? 0.25 : 0.5) * stability_bound(lambda, check.momentum, check.nesterov);
}

void require_stable(const Objective& objective, const Point& start, const StepSize& step, const StepCheck& check,
                    std::string_view method) {
  const double largest = largest_step_size(step);
  if (check.force || largest == 0.0) return;
  const double lambda = start_curvature(objective, start) + check.weight_decay;
  const double bound = stability_bound(lambda, check.momentum, check.nesterov);
  if (largest < bound) return;
  const char* formula = check.momentum == 0.0 ? "2/λ" : check.nesterov ? "2(1+μ)/((1+2μ)λ)" : "2(1+μ)/λ";
  throw InvalidInput(cat(method, ": step_size ", largest, " is not below the stability bound ", formula, " = ", bound,
                         ", λ = ", lambda, " the largest curvature of the loss", objective.is_linear() ? "" : " at the start",
                         "; force = true runs it and records what happens"));
}

}  // namespace penchant
