#include "penchant/limits/l1_repair.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/limits/l1_columns.h"

namespace penchant {

namespace {

constexpr double kRounding = 8 * std::numeric_limits<double>::epsilon();
// Each correction leaves the rounding of the one before, times the condition of the factors: squared for the Gram matrix.
constexpr int kCorrections = 4;

// Entries above this share of the largest make the supports a nonnegative point is corrected on, one after the other.
constexpr double kShares[] = {0.0, 1e-9, 1e-6, 1e-3, 1e-1};

std::vector<Index> support_of(VecIn beta, double share = 0.0) {
  const double least = beta.size() ? share * beta.cwiseAbs().maxCoeff() : 0.0;
  std::vector<Index> support;
  for (Index j = 0; j < beta.size(); ++j)
    if (std::abs(beta[j]) > least) support.push_back(j);
  return support;
}

bool in_domain(const L1Problem& problem, VecIn beta) {
  for (Index j = 0; j < beta.size(); ++j)
    if (beta[j] < 0 && std::isinf(problem.down[j])) return false;
  return true;
}

// The share of the correction that brings ‖(1-θ) reached + rest‖ to δ.
double share(const Vector& reached, const Vector& rest, double delta) {
  const double room = (delta - rest.norm()) * (delta + rest.norm());
  return room > 0 ? 1.0 - std::min(1.0, std::sqrt(room) / reached.norm()) : 1.0;
}

// Adds share * step(r) until the constraint holds up to rounding. step: a (d) vector with X step(r) near r.
L1Feasible corrected(const L1Problem& problem, Vector beta, const std::function<Vector(const Vector&)>& step) {
  for (int round = 0; round < kCorrections; ++round) {
    const Vector r = l1_residual(problem, beta).r;
    const Vector change = step(r);
    if (!change.allFinite()) return {};
    const Vector reached = problem.x * change;
    beta += share(reached, r - reached, problem.delta) * change;
    const L1Residual left = l1_residual(problem, beta);
    const double excess = left.r.norm() - problem.delta;
    if (!(excess <= left.rounding)) continue;
    if (!in_domain(problem, beta)) return {};
    return {true, std::move(beta), std::max(excess, 0.0)};
  }
  return {};
}

L1Feasible corrected_on_support(const L1Problem& problem, const Vector& point, const std::vector<Index>& support) {
  Vector beta = Vector::Zero(point.size());
  for (Index j : support) beta[j] = point[j];
  const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> factors(columns_of(problem.x, support));
  return corrected(problem, beta, [&](const Vector& r) {
    const Vector on_support = factors.solve(r);
    Vector step = Vector::Zero(problem.x.cols());
    for (std::size_t k = 0; k < support.size(); ++k) step[support[k]] = on_support[static_cast<Index>(k)];
    return step;
  });
}

L1Feasible corrected_by_gram(const L1Problem& problem, const Vector& beta) {
  const Eigen::LLT<Eigen::MatrixXd> factors(problem.x * problem.x.transpose());
  if (factors.info() != Eigen::Success) return {};
  return corrected(problem, beta, [&](const Vector& r) { return Vector(problem.x.transpose() * factors.solve(r)); });
}

L1Feasible corrected_by_pseudo_inverse(const L1Problem& problem, const Vector& beta) {
  const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> factors(problem.x);
  return corrected(problem, beta, [&](const Vector& r) { return Vector(factors.solve(r)); });
}

}  // namespace

L1Residual l1_residual(const L1Problem& problem, VecIn beta) {
  const std::vector<Index> support = support_of(beta);
  Vector values(support.size());
  for (std::size_t k = 0; k < support.size(); ++k) values[static_cast<Index>(k)] = beta[support[k]];
  Vector r(problem.y.size()), sizes(problem.y.size());
  for (Index i = 0; i < r.size(); ++i) {
    CompensatedSum sum;
    double size = std::abs(problem.y[i]);
    sum.add(problem.y[i]);
    for (std::size_t k = 0; k < support.size(); ++k) {
      const double entry = problem.x(i, support[k]), value = values[static_cast<Index>(k)];
      sum.add_product(-entry, value);
      size += std::abs(entry * value);
    }
    r[i] = sum.value();
    sizes[i] = size;
  }
  const double rounding = kRounding * sizes.norm();
  return {std::move(r), std::move(sizes), rounding};
}

L1Feasible l1_feasible_near(const L1Problem& problem, VecIn point, const L1Residual& residual) {
  Vector beta = point;
  const bool cut = problem.positive() && beta.minCoeff() < 0;
  if (cut) beta = beta.cwiseMax(0.0);
  const L1Residual& present = cut ? l1_residual(problem, beta) : residual;
  const double excess = present.r.norm() - problem.delta;
  if (excess <= present.rounding) return {true, std::move(beta), std::max(excess, 0.0)};
  L1Feasible near;
  for (const double share_of_largest : kShares) {
    const std::vector<Index> support = support_of(beta, share_of_largest);
    if (!support.empty() && static_cast<Index>(support.size()) <= problem.x.rows())
      near = corrected_on_support(problem, beta, support);
    if (near.found || !problem.positive()) break;
  }
  if (!near.found && problem.x.rows() <= problem.x.cols()) near = corrected_by_gram(problem, beta);
  if (!near.found && problem.x.cols() > 0) near = corrected_by_pseudo_inverse(problem, beta);
  return near;
}

}  // namespace penchant
