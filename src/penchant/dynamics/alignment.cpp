#include "penchant/dynamics/alignment.h"

#include <Eigen/QR>
#include <limits>

namespace penchant {

namespace {

Eigen::MatrixXd rows_as_columns(const LinearMap& x) {
  if (x.dense()) return x.dense()->transpose();
  Eigen::MatrixXd columns(x.cols(), x.rows());
  Vector unit = Vector::Zero(x.rows()), row(x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    unit[i] = 1.0;
    x.adjoint(unit, row);
    unit[i] = 0.0;
    columns.col(i) = row;
  }
  return columns;
}

}  // namespace

RowSpace::RowSpace(const LinearMap& x) {
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(rows_as_columns(x));
  qr.setThreshold(static_cast<double>(std::max(x.rows(), x.cols())) * std::numeric_limits<double>::epsilon());
  basis_ = qr.householderQ() * Eigen::MatrixXd::Identity(x.cols(), qr.rank());
}

double RowSpace::relative_distance(VecIn v) const {
  if (!v.allFinite()) return std::numeric_limits<double>::quiet_NaN();
  const double largest = v.size() == 0 ? 0.0 : v.cwiseAbs().maxCoeff();
  if (largest == 0.0) return 0.0;
  const Vector scaled = v / largest;
  Vector rest = scaled - basis_ * (basis_.transpose() * scaled);
  rest -= basis_ * (basis_.transpose() * rest);  // twice: what is left of P v after one pass is rounding of size eps ‖v‖
  return rest.norm() / scaled.norm();
}

}  // namespace penchant
