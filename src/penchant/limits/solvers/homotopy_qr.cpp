#include "penchant/limits/solvers/homotopy_qr.h"

#include <Eigen/Jacobi>
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/limits/solvers/homotopy_kernels.h"

namespace penchant::l1 {

namespace {

// A column whose part outside the span is this small beside it is counted as inside: 1/eps^{2/3}-conditioned active sets stay
// allowed.
constexpr double kDependent = 4e-11;
// Below this share a projection has cancelled and is repeated: Q stays orthogonal to eps over it.
constexpr double kCancelled = 0.1;

}  // namespace

ActiveQr::ActiveQr(Vector y)
    : q_(y.size(), 0), residual_(std::move(y)), dual_(Vector::Zero(residual_.size())), direction_(dual_) {}

void ActiveQr::grow() {
  const Index capacity = std::max<Index>(16, std::min(residual_.size(), 2 * q_.cols()));
  if (size_ < q_.cols()) return;
  Eigen::MatrixXd q(residual_.size(), capacity);
  Matrix r = Matrix::Zero(capacity, capacity);
  q.leftCols(size_) = q_.leftCols(size_);
  r.topLeftCorner(size_, size_) = r_.topLeftCorner(size_, size_);
  q_.swap(q);
  r_.swap(r);
}

bool ActiveQr::insert(const double* column, double s) {
  if (size_ >= residual_.size()) return false;
  grow();
  const Eigen::Map<const Vector> x(column, residual_.size());
  const double length = x.norm();
  auto q = q_.col(size_);
  overlap_.noalias() = basis().transpose() * x;
  q = x;
  q.noalias() -= basis() * overlap_;
  double rest = q.norm();
  // Each round leaves an error of eps times what it started from: two are enough unless the column is dependent.
  for (int round = 0; rest < kCancelled * length && round < 2; ++round) {
    correction_.noalias() = basis().transpose() * q;
    q.noalias() -= basis() * correction_;
    overlap_ += correction_;
    const double before = rest;
    rest = q.norm();
    if (rest >= kCancelled * before) break;
  }
  if (!(rest > kDependent * length)) return false;
  q /= rest;
  r_.col(size_).head(size_) = overlap_;
  r_(size_, size_) = rest;
  const Eigen::Map<const Vector> parts(dual_part_.data(), size_);
  fit_change_ = q.dot(residual_);
  dual_change_ = (s - overlap_.dot(parts)) / rest;
  direction_ = q;
  residual_ -= fit_change_ * direction_;
  dual_ += dual_change_ * direction_;
  fit_.push_back(fit_change_);
  dual_part_.push_back(dual_change_);
  ++size_;
  return true;
}

void ActiveQr::remove(Index position) {
  PENCHANT_CHECK(position >= 0 && position < size_);
  const Index last = size_ - 1;
  for (Index i = 0; i < size_; ++i) {
    double* row = &r_(i, 0);
    const Index from = std::max(position, i - 1);
    std::copy(row + from + 1, row + size_, row + from);
  }
  for (Index t = position; t < last; ++t) {
    Eigen::JacobiRotation<double> rotation;
    rotation.makeGivens(r_(t, t), r_(t + 1, t));
    r_.block(0, t, size_, last - t).applyOnTheLeft(t, t + 1, rotation.adjoint());
    r_(t + 1, t) = 0.0;
    q_.applyOnTheRight(t, t + 1, rotation);
    for (std::vector<double>* part : {&fit_, &dual_part_}) {
      const double a = (*part)[t], b = (*part)[t + 1];
      (*part)[t] = rotation.c() * a - rotation.s() * b;
      (*part)[t + 1] = rotation.s() * a + rotation.c() * b;
    }
  }
  direction_ = q_.col(last);
  fit_change_ = -fit_[last];
  dual_change_ = -dual_part_[last];
  residual_ -= fit_change_ * direction_;
  dual_ += dual_change_ * direction_;
  fit_.pop_back();
  dual_part_.pop_back();
  --size_;
}

void ActiveQr::coefficients(Vector& fit, Vector& slope) const {
  fit.resize(size_);
  slope.resize(size_);
  for (Index i = size_ - 1; i >= 0; --i) {
    const Index behind = size_ - 1 - i;
    double behind_i[2];
    pair_dots(&r_(i, 0) + i + 1, static_cast<std::size_t>(behind), fit.data() + i + 1, slope.data() + i + 1, behind_i);
    fit[i] = (fit_[i] - behind_i[0]) / r_(i, i);
    slope[i] = (dual_part_[i] - behind_i[1]) / r_(i, i);
  }
}

double ActiveQr::sensitivity(Index position) const {
  Vector row = Vector::Unit(size_ - position, 0);
  r_.block(position, position, row.size(), row.size()).triangularView<Eigen::Upper>().transpose().solveInPlace(row);
  return row.norm();
}

Vector ActiveQr::least_squares(const Vector& v) const {
  Vector b = basis().transpose() * v;
  r_.topLeftCorner(size_, size_).triangularView<Eigen::Upper>().solveInPlace(b);
  return b;
}

Vector ActiveQr::least_norm(const Vector& e) const {
  Vector w = e;
  r_.topLeftCorner(size_, size_).triangularView<Eigen::Upper>().transpose().solveInPlace(w);
  return basis() * w;
}

void ActiveQr::refresh() {
  const Eigen::Map<const Vector> parts(dual_part_.data(), size_);
  correction_.noalias() = basis().transpose() * residual_;
  residual_.noalias() -= basis() * correction_;
  for (Index i = 0; i < size_; ++i) fit_[i] += correction_[i];
  dual_.noalias() = basis() * parts;
}

}  // namespace penchant::l1
