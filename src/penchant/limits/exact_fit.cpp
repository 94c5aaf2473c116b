#include "penchant/limits/exact_fit.h"

#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/gram.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/feasible.h"

namespace penchant {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// A residual of this many roundings of the terms of Xβ - y is as feasible as data in doubles can be.
constexpr double kFeasibleRoundings = 256.0;
constexpr double kContracted = 0.25;  // share of a residual that a correction of the right rank may leave

bool is_nothing(const EnclosedVector& left, const Vector& y) {
  return left.value.isZero(0.0) && left.error.maxCoeff() <= kEpsilon * kEpsilon * y.cwiseAbs().maxCoeff();
}

}  // namespace

bool fits_to_rounding(const Matrix& x, const Vector& beta, const Vector& y) {
  const Vector terms = x.cwiseAbs() * beta.cwiseAbs() + y.cwiseAbs();
  const Vector left = accurate_residual(x, beta, y);
  return (left.array().abs() <= kFeasibleRoundings * kEpsilon * (terms.array() + terms.maxCoeff())).all();
}

WeightedCorrection::WeightedCorrection(const Matrix& x, Vector weights) : x_(x), weights_(std::move(weights)) {
  if (!weights_.allFinite()) return;
  Eigen::MatrixXd gram;
  weighted_gram(PackedFeatures(x_), weights_, gram);
  gram.diagonal().array() += 4.0 * kEpsilon * gram.diagonal().maxCoeff();
  factor_.compute(gram);
  usable_ = factor_.info() == Eigen::Success;
}

Vector WeightedCorrection::change(const Vector& r) const { return weights_.cwiseProduct(x_.transpose() * factor_.solve(r)); }

std::optional<Vector> WeightedCorrection::spread(const Vector& beta, const Vector& y) const {
  const EnclosedVector left = enclosed_residual(x_, y, exactly(beta));
  if (is_nothing(left, y)) return Vector(Vector::Zero(beta.size()));
  const Vector first = change(left.value);
  if (!first.allFinite()) return std::nullopt;
  const EnclosedVector rest = enclosed_residual(x_, left.value, exactly(first));
  if (!(rest.value.norm() <= kContracted * left.value.norm())) return std::nullopt;
  const double more = 2.0 * (factor_.solve(rest.value).norm() + factor_.solve(left.error).norm()) +
                      4.0 * kEpsilon * factor_.solve(left.value).norm();
  return Vector(first.cwiseAbs() + more * weights_.cwiseProduct(x_.colwise().norm().transpose()));
}

std::optional<Vector> spread_of_projection(const Matrix& x, const Vector& beta, const Vector& y) {
  const Feasible set(x);
  const EnclosedVector left = enclosed_residual(x, y, exactly(beta));
  const Vector first = set.pseudo_inverse(left.value);
  const Vector reached = left.value - set.unreachable(left.value);
  const EnclosedVector rest = enclosed_residual(x, reached, exactly(first));
  if (!(rest.value.norm() <= kContracted * reached.norm() + kEpsilon * left.value.norm())) return std::nullopt;
  const double more =
      2.0 * (set.pseudo_inverse(rest.value).norm() + set.inverse_size() * left.error.norm()) + 4.0 * kEpsilon * first.norm();
  return Vector(first.cwiseAbs().array() + more);
}

}  // namespace penchant
