#include "penchant/dynamics/flow_owed.h"

#include <Eigen/Eigenvalues>
#include <limits>

namespace penchant {

namespace {

// M X^T (X M X^T)^+ r through the eigenvectors of the smaller Gram matrix of B = X M^{1/2}.
Vector weighted_solution(const Matrix& x, const Vector& root_metric, const Vector& r) {
  const Matrix b = x * root_metric.asDiagonal();
  const bool by_samples = b.rows() <= b.cols();
  const Eigen::MatrixXd gram = by_samples ? Eigen::MatrixXd(b * b.transpose()) : Eigen::MatrixXd(b.transpose() * b);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(gram);
  const Vector& values = eigen.eigenvalues();
  const double floor = values.cwiseAbs().maxCoeff() * static_cast<double>(std::max(b.rows(), b.cols())) * std::numeric_limits<double>::epsilon();
  Vector part = eigen.eigenvectors().transpose() * (by_samples ? r : Vector(b.transpose() * r));
  for (Index i = 0; i < part.size(); ++i) part[i] = values[i] > floor ? part[i] / values[i] : 0.0;
  const Vector solution = eigen.eigenvectors() * part;
  return root_metric.cwiseProduct(by_samples ? Vector(b.transpose() * solution) : solution);
}

}  // namespace

double owed_displacement(const Matrix& x, VecIn metric, VecIn residual) {
  const double largest = metric.maxCoeff();
  if (!(largest > 0.0) || !metric.allFinite() || !residual.allFinite()) return std::numeric_limits<double>::quiet_NaN();
  const Vector ones = Vector::Ones(x.cols());
  Vector move = weighted_solution(x, (metric / largest).cwiseSqrt(), residual);
  if ((metric.array() < largest).any()) move += weighted_solution(x, ones, residual - x * move);
  return move.norm();
}

}  // namespace penchant
