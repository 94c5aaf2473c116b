#include "penchant/limits/solvers/weighted_fit.h"

#include <algorithm>
#include <numeric>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"

namespace penchant {

namespace {

constexpr double kFits = 1e-14;         // ‖Xβ-y‖ over ‖|X||β|+|y|‖ of a Gram matrix that was good enough
constexpr double kConditioned = 1e-10;  // reciprocal condition below which it is not tried

// Empty where the Gram matrix does not resolve the small weights.
Vector by_gram(const Matrix& x, const Vector& y, const Vector& weight) {
  const Matrix weighted = x * weight.asDiagonal();
  const Eigen::LLT<Eigen::MatrixXd> gram(weighted * x.transpose());
  if (gram.info() != Eigen::Success || gram.rcond() < kConditioned) return {};
  Vector beta = weighted.transpose() * gram.solve(y);
  beta -= weighted.transpose() * gram.solve(accurate_residual(x, beta, y));
  const Vector terms = x.cwiseAbs() * beta.cwiseAbs() + y.cwiseAbs();
  return accurate_residual(x, beta, y).norm() <= kFits * terms.norm() ? beta : Vector();
}

Vector by_rows(const Matrix& x, const Vector& y, const Vector& log_weight, double top) {
  std::vector<Index> order(static_cast<std::size_t>(x.cols()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return log_weight[a] > log_weight[b]; });
  const Vector root = (0.5 * (log_weight(order).array() - top)).exp();
  const Eigen::MatrixXd rows = root.asDiagonal() * Matrix(x(Eigen::all, order)).transpose();
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(rows);
  const Index n = x.rows();
  Vector inner = Vector::Zero(x.cols());
  inner.head(n) =
      qr.matrixR().topLeftCorner(n, n).triangularView<Eigen::Upper>().transpose().solve(qr.colsPermutation().transpose() * y);
  const Vector sorted = root.cwiseProduct(Vector(qr.householderQ() * inner));
  Vector beta(x.cols());
  for (std::size_t k = 0; k < order.size(); ++k) beta[order[k]] = sorted[static_cast<Index>(k)];
  return beta;
}

}  // namespace

Vector weighted_fit(const Matrix& x, const Vector& y, const Vector& log_weight) {
  const double top = log_weight.maxCoeff();
  const Vector beta = by_gram(x, y, (log_weight.array() - top).exp());
  return beta.size() > 0 ? beta : by_rows(x, y, log_weight, top);
}

}  // namespace penchant
