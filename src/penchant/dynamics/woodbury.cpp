#include "penchant/dynamics/woodbury.h"

#include <cmath>
#include <numeric>

namespace penchant {

namespace {

std::vector<Index> above(const Vector& contribution, double threshold) {
  std::vector<Index> kept;
  for (Index i = 0; i < contribution.size(); ++i)
    if (contribution[i] > threshold) kept.push_back(i);
  return kept;
}

std::vector<Index> all(Index count) {
  std::vector<Index> kept(static_cast<std::size_t>(count));
  std::iota(kept.begin(), kept.end(), Index{0});
  return kept;
}

}  // namespace

WoodburySolver::WoodburySolver(const Matrix& x, double drop)
    : x_(x), drop_(drop), column_squares_(x.colwise().squaredNorm()), row_squares_(x.rowwise().squaredNorm()) {}

bool WoodburySolver::factorise(Side side, VecIn w, VecIn k) {
  if (!w.allFinite() || !k.allFinite()) return false;
  choose(side, w, k);
  assemble();
  return decompose();
}

void WoodburySolver::choose(Side side, VecIn w, VecIn k) {
  const auto n = static_cast<double>(x_.rows()), d = static_cast<double>(x_.cols());
  const double average = drop_ * std::min(n, d);
  features_ = above((k.array().abs() * column_squares_.array()).matrix() * w.maxCoeff(), average / d);
  // on the samples' side a row of weight 0 still couples to the others
  samples_ = side == Side::samples ? all(x_.rows())
                                   : above((w.array() * row_squares_.array()).matrix() * k.cwiseAbs().maxCoeff(), average / n);
  // 1e-150: its square is still a number, and far below rounding beside I
  root_w_ = w(samples_).cwiseSqrt().cwiseMax(side == Side::samples ? 1e-150 : 0.0);
  root_k_ = k(features_).cwiseAbs().cwiseSqrt();
  sign_ = k(features_).cwiseSign();
}

void WoodburySolver::assemble() {
  const bool whole = kept_features() == x_.cols() && kept_samples() == x_.rows();
  if (whole) {
    scaled_ = x_;
  } else {
    kept_ = x_(samples_, features_);
    scaled_ = kept_;
  }
  scaled_ = root_w_.asDiagonal() * scaled_ * root_k_.asDiagonal();
  by_samples_ = kept_samples() <= kept_features();
  definite_ = sign_.size() == 0 || sign_.minCoeff() > 0.0;
  const Index size = by_samples_ ? kept_samples() : kept_features();
  system_.setIdentity(size, size);
  if (scaled_.size() == 0) return;  // nothing is coupled; Eigen would refer to entries of an empty matrix
  if (definite_) {
    if (by_samples_) {
      system_.selfadjointView<Eigen::Lower>().rankUpdate(scaled_);
    } else {
      system_.selfadjointView<Eigen::Lower>().rankUpdate(scaled_.transpose());
    }
  } else if (by_samples_) {
    system_ += scaled_ * sign_.asDiagonal() * scaled_.transpose();
  } else {
    system_ += sign_.asDiagonal() * scaled_.transpose() * scaled_;
  }
}

bool WoodburySolver::decompose() {
  if (system_.size() == 0) return true;
  if (definite_) {
    cholesky_.compute(system_);
    return cholesky_.info() == Eigen::Success;
  }
  lu_.compute(system_);
  return lu_.matrixLU().diagonal().cwiseAbs().minCoeff() > 0.0 && lu_.matrixLU().allFinite();
}

Vector WoodburySolver::solve(const Vector& b) const {
  if (b.size() == 0) return b;
  return definite_ ? Vector(cholesky_.solve(b)) : Vector(lu_.solve(b));
}

Vector WoodburySolver::apply_rows(const Vector& q) const {
  if (kept_samples() == x_.rows()) return x_ * q;
  if (kept_features() == x_.cols()) return kept_ * q;
  return x_(samples_, Eigen::all) * q;
}

Vector WoodburySolver::adjoint_rows(const Vector& r) const {
  if (kept_samples() == x_.rows()) return x_.transpose() * r;
  if (kept_features() == x_.cols()) return kept_.transpose() * r;
  return x_(samples_, Eigen::all).transpose() * r;
}

WoodburySolver::Feedback WoodburySolver::feature_side(VecIn q) const {
  const bool every_row = kept_samples() == x_.rows();
  const bool every_column = kept_features() == x_.cols();
  Vector through;  // X q, then w ⊙ X xi, on the kept rows
  Feedback out;
  if (by_samples_) {
    through = apply_rows(q);
    through = root_w_.cwiseProduct(solve(root_w_.cwiseProduct(through)));
  } else {
    // first on the kept features, where k is not 0: (I + k G_SS) xi_S = q_S - k G_S,rest q_rest
    const Matrix& kept = every_column && every_row ? x_ : kept_;
    const Vector w = root_w_.cwiseAbs2();
    out.xi = q(features_);
    through = Vector::Zero(kept.rows());
    if (!every_column) {
      Vector rest = q;
      rest(features_).setZero();
      through = apply_rows(rest);
      const Vector weighted = w.cwiseProduct(through);
      const Vector from_rest = kept.transpose() * weighted;
      out.xi -= root_k_.cwiseAbs2().cwiseProduct(sign_).cwiseProduct(from_rest);
    }
    out.xi = root_k_.cwiseProduct(solve(out.xi.cwiseQuotient(root_k_)));
    through = w.cwiseProduct(through + kept * out.xi);
  }
  out.y = adjoint_rows(through);
  return out;
}

Vector WoodburySolver::sample_side(VecIn b) const {
  if (by_samples_) return root_w_.cwiseProduct(solve(b.cwiseQuotient(root_w_)));
  // b - w ⊙ X k (I + G k)^{-1} X^T b, with k (I + G k)^{-1} = (I + k G)^{-1} k
  const Matrix& kept = kept_features() == x_.cols() ? x_ : kept_;
  const Vector inner = root_k_.cwiseProduct(solve(root_k_.cwiseProduct(sign_).cwiseProduct(kept.transpose() * b)));
  return b - root_w_.cwiseAbs2().cwiseProduct(kept * inner);
}

}  // namespace penchant
