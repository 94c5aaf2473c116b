#include "penchant/lab/facts_l1.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "penchant/core/decompositions.h"
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

namespace {

struct Support {
  std::vector<Index> on, off;
};
Support support_of(const Vector& beta) {
  const double largest = beta.cwiseAbs().maxCoeff();
  Support out;
  for (Index j = 0; j < beta.size(); ++j) (std::abs(beta[j]) > kZero * largest ? out.on : out.off).push_back(j);
  return out;
}

// Smallest ρ on the line through two duals: prices on the support are ±1 all along it,
// so each of its points is a dual of the same minimiser where ρ <= 1. ρ is convex in t;
// an upper bound on the smallest ρ of all duals.
double least_rho(const Vector& first, const Vector& second, bool positive) {
  if (first.size() == 0) return 0.0;
  const auto rho = [&](double t) {
    const Vector price = (1.0 - t) * first + t * second;
    return std::max(positive ? price.maxCoeff() : price.cwiseAbs().maxCoeff(), 0.0);
  };
  double low = -8.0, high = 8.0;
  for (int i = 0; i < 60; ++i) {
    const double left = low + (high - low) / 3.0, right = high - (high - low) / 3.0;
    (rho(left) < rho(right) ? high : low) = rho(left) < rho(right) ? right : left;
  }
  return std::min({rho(0.0), rho(1.0), rho(0.5 * (low + high))});
}

}  // namespace

std::optional<double> l1_condition(const Matrix& x, const Vector& beta, const Vector& dual, bool positive,
                                   std::optional<double> known_rho) {
  const Support support = support_of(beta);
  if (support.on.empty() || !(beta.norm() > 0.0)) return std::nullopt;
  const Eigen::MatrixXd on = x(Eigen::all, support.on), off = x(Eigen::all, support.off);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(on);
  if (qr.rank() < on.cols()) return std::nullopt;
  const auto rho_of_a_line = [&] {
    // The dual of a solver may touch ±1 off the support where another does not: the one of least norm gives a line of duals.
    const Vector signs = beta(support.on).cwiseSign();
    const Vector least_norm = Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(on.transpose()).solve(signs);
    return least_rho(off.transpose() * dual, off.transpose() * least_norm, positive);
  };
  const double rho = known_rho ? *known_rho : rho_of_a_line();
  if (!(rho < 1.0 - kZero)) return std::nullopt;
  // What the other columns carry must be undone on the support: ‖X_S⁺ x_j‖ for each unit of |β_j|.
  const double most = support.off.empty() ? 0.0 : qr.solve(off).colwise().norm().maxCoeff();
  return std::sqrt(1.0 + most * most) / (1.0 - rho) * beta.lpNorm<1>() / beta.norm();
}

std::optional<double> l1_rho(const Matrix& x, const Vector& beta, bool positive) {
  const Support support = support_of(beta);
  if (support.on.empty() || support.off.empty()) return std::nullopt;
  const Eigen::MatrixXd on = x(Eigen::all, support.on), off = x(Eigen::all, support.off);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(on);
  const Index s = on.cols(), n = x.rows();
  if (qr.rank() < s) return std::nullopt;
  const Eigen::MatrixXd rotated = qr.householderQ().transpose() * off;
  // Rows past s: what the support cannot carry.
  Matrix constraints(n - s + 1, off.cols());
  constraints.topRows(n - s) = rotated.bottomRows(n - s);
  const Vector least_norm =
      Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(on.transpose()).solve(Vector(beta(support.on).cwiseSign()));
  constraints.row(n - s) = (off.transpose() * least_norm).transpose();
  Vector target = Vector::Zero(n - s + 1);
  target[n - s] = 1.0;
  const Solution solution = solve(MinL1{.x = std::make_shared<DenseMap>(std::move(constraints)), .y = target, .weights = {},
                                        .negative_weights = {}, .positive = positive});
  // No δ reaches 1: the least-norm dual itself is orthogonal to every free direction, and ρ is 0.
  if (solution.outcome.status == Status::infeasible) return positive ? std::nullopt : std::optional(0.0);
  if (solution.outcome.status != Status::solved && solution.outcome.status != Status::almost_solved) return std::nullopt;
  const double rho = 1.0 / solution.predictor.values.lpNorm<1>();
  return rho < 1.0 - kZero ? std::optional(rho) : std::nullopt;
}

std::optional<WeightedL1> trace_l1(const MapPtr& x, const Vector& y, bool positive) {
  const Matrix& dense = require_dense(*x, "trace_l1");
  const Vector w = dense.colwise().squaredNorm().transpose();
  if (!(w.size() > 0 && w.minCoeff() > 0.0)) return std::nullopt;
  const Matrix scaled = dense * w.cwiseInverse().asDiagonal();  // b = w ⊙ β has the plain norm
  const Solution solution =
      solve(MinL1{.x = std::make_shared<DenseMap>(scaled), .y = y, .weights = {}, .negative_weights = {}, .positive = positive});
  if (solution.outcome.status != Status::solved && solution.outcome.status != Status::almost_solved) return std::nullopt;
  const Vector b = solution.predictor.values, beta = b.cwiseQuotient(w);
  const Support support = support_of(b);
  const auto rho = l1_rho(scaled, b, positive);
  if (!rho || support.off.empty()) return std::nullopt;
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(Eigen::MatrixXd(dense(Eigen::all, support.on)));
  const Eigen::MatrixXd gives = qr.solve(Eigen::MatrixXd(dense(Eigen::all, support.off)));  // (on, off) in β
  const Vector w_on = w(support.on), w_off = w(support.off);
  WeightedL1 out{b.lpNorm<1>(), *rho, 0.0, 0.0, 0.0, w_off.minCoeff(), static_cast<Index>(support.off.size())};
  for (Index j = 0; j < gives.cols(); ++j) {
    out.growth = std::max(out.growth, w_on.dot(gives.col(j).cwiseAbs()) / w_off[j]);
    out.distance = std::max(out.distance, std::sqrt(1.0 + gives.col(j).squaredNorm()) / (w_off[j] * beta.norm()));
  }
  const Vector logs = Vector(beta(support.on)).cwiseAbs().array().log().abs();
  out.log_size = logs.cwiseQuotient(w_on).maxCoeff();
  return out;
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
  out.rho = l1_rho(dense, solution.predictor.values, positive);
  out.condition = l1_condition(dense, solution.predictor.values, solution.dual, positive, out.rho);
  out.unique = out.condition ? std::optional(true) : solution.certificate.unique;
  return out;
}

}  // namespace penchant
