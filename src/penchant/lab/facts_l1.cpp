#include "penchant/lab/facts_l1.h"

#include <cmath>
#include <vector>

#include <Eigen/QR>

#include "penchant/limits/solve.h"

namespace penchant {

namespace {

// Between the solver's promise (1e-12) and anything a datum means.
constexpr double kZero = 1e-9;

// Either sign of the solver's ray; a proof only if every inequality holds to rounding.
std::optional<Vector> checked_proof(const Matrix& x, const Vector& y, Vector nu) {
  if (nu.size() != y.size() || !(nu.norm() > 0.0)) return std::nullopt;
  if (nu.dot(y) > 0.0) nu = -nu;
  nu /= nu.norm();
  const Vector price = x.transpose() * nu;
  const double slack = kZero * x.colwise().norm().maxCoeff();
  const bool proves = price.minCoeff() >= -slack && nu.dot(y) < -kZero * y.norm();
  return proves ? std::optional(nu) : std::nullopt;
}

}  // namespace

std::optional<double> l1_condition(const Matrix& x, const Vector& beta, const Vector& dual, bool positive) {
  const double largest = beta.cwiseAbs().maxCoeff();
  if (!(largest > 0.0)) return std::nullopt;
  const Vector price = x.transpose() * dual;
  std::vector<Index> on, off;
  double rho = 0.0;
  for (Index j = 0; j < beta.size(); ++j) {
    if (std::abs(beta[j]) > kZero * largest) {
      on.push_back(j);
    } else {
      off.push_back(j);
      rho = std::max(rho, positive ? price[j] : std::abs(price[j]));
    }
  }
  if (!(rho < 1.0 - kZero)) return std::nullopt;
  const Eigen::MatrixXd support = x(Eigen::all, on);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(support);
  if (qr.rank() < support.cols()) return std::nullopt;
  // What the other columns carry must be undone on the support: ‖X_S⁺ x_j‖ for each unit of |β_j|.
  double most = 0.0;
  if (!off.empty()) most = qr.solve(Eigen::MatrixXd(x(Eigen::all, off))).colwise().norm().maxCoeff();
  return std::sqrt(1.0 + most * most) / (1.0 - rho) * beta.lpNorm<1>() / beta.norm();
}

LeastL1 least_l1(const MapPtr& x, const Vector& y, bool positive) {
  LeastL1 out;
  const Solution solution = solve(MinL1{.x = x, .y = y, .weights = {}, .negative_weights = {}, .positive = positive});
  const Matrix& dense = require_dense(*x, "least_l1");
  if (solution.outcome.status == Status::infeasible) {
    if (positive) out.infeasible_proof = checked_proof(dense, y, solution.dual);
    return out;
  }
  if (solution.outcome.status != Status::solved && solution.outcome.status != Status::almost_solved) return out;
  out.norm = solution.predictor.values.lpNorm<1>();
  out.condition = l1_condition(dense, solution.predictor.values, solution.dual, positive);
  out.unique = out.condition ? std::optional(true) : solution.certificate.unique ? std::nullopt : std::optional(false);
  return out;
}

}  // namespace penchant
