#include "penchant/limits/feasible.h"

#include "penchant/core/accurate.h"

namespace penchant {

namespace {

// Squared sine of the angle between a row and the span of those before it. Above this the Gram matrix is far enough from singular
// for refinement to contract (by about eps / kIndependent a step); below, only the orthogonal way can tell the rank.
constexpr double kIndependent = 1e-7;
constexpr int kRefinements = 2;

bool clearly_independent(const Eigen::MatrixXd& gram, const Eigen::LLT<Eigen::MatrixXd>& factor) {
  if (factor.info() != Eigen::Success) return false;
  const auto pivots = factor.matrixLLT().diagonal().array().square();
  return (pivots > kIndependent * gram.diagonal().array()).all();
}

}  // namespace

Feasible::Feasible(const Matrix& x) : x_(x) {
  if (x.rows() <= x.cols()) {
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(x.rows(), x.rows());
    gram.selfadjointView<Eigen::Lower>().rankUpdate(x);
    gram_.emplace(gram);
    if (clearly_independent(gram, *gram_)) return;
    gram_.reset();
  }
  orthogonal_.emplace(x);
}

Index Feasible::rank() const { return gram_ ? x_.rows() : orthogonal_->rank(); }

Vector Feasible::pseudo_inverse(VecIn r) const {
  const auto once = [&](const Vector& target) -> Vector {
    if (gram_) return x_.transpose() * gram_->solve(target);
    return orthogonal_->solve(target);
  };
  Vector b = once(r);
  for (int k = 0; k < kRefinements; ++k) b -= once(accurate_residual(x_, b, r));
  return b;
}

Vector Feasible::transposed_pseudo_inverse(VecIn b) const {
  const auto once = [&](const Vector& target) -> Vector {
    if (gram_) return gram_->solve(x_ * target);
    return orthogonal_->transpose().solve(target);
  };
  Vector s = once(b);
  for (int k = 0; k < kRefinements; ++k) s += once(b - x_.transpose() * s);
  return s;
}

Vector Feasible::project(VecIn b, VecIn y) const {
  const auto once = [&](const Vector& r) -> Vector {
    if (gram_) return x_.transpose() * gram_->solve(r);
    return orthogonal_->solve(r);
  };
  Vector out = b;
  for (int k = 0; k <= kRefinements; ++k) out -= once(accurate_residual(x_, out, y));
  return out;
}

Vector Feasible::unreachable(VecIn y) const {
  if (gram_) return Vector::Zero(y.size());
  return -accurate_residual(x_, pseudo_inverse(y), y);
}

double relative_residual(const Matrix& x, VecIn b, VecIn y) {
  const double miss = accurate_residual(x, b, y).stableNorm();
  if (miss == 0.0) return 0.0;
  const double size = y.stableNorm();
  return miss / (size > 0.0 ? size : (x.cwiseAbs() * b.cwiseAbs()).stableNorm());
}

bool Feasible::consistent(VecIn y) const { return unreachable(y).norm() <= kInconsistent * y.norm(); }

}  // namespace penchant
