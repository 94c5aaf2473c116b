#include "penchant/dynamics/alignment.h"

#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/dynamics/dense_copy.h"

namespace penchant {

RowSpace::RowSpace(const LinearMap& x) {
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(dense_copy(x).transpose());
  qr.setThreshold(static_cast<double>(std::max(x.rows(), x.cols())) * std::numeric_limits<double>::epsilon());
  basis_ = qr.householderQ() * Eigen::MatrixXd::Identity(x.cols(), qr.rank());
}

double RowSpace::relative_distance(VecIn v) const {
  if (!v.allFinite()) return std::numeric_limits<double>::quiet_NaN();
  const double largest = v.size() == 0 ? 0.0 : v.cwiseAbs().maxCoeff();
  if (largest == 0.0) return 0.0;
  const Vector scaled = v / largest;
  return outside(scaled).norm() / scaled.norm();
}

Vector RowSpace::outside(VecIn v) const {
  Vector rest = v - basis_ * (basis_.transpose() * v);
  rest -= basis_ * (basis_.transpose() * rest);  // twice: what is left of P v after one pass is rounding of size eps ‖v‖
  return rest;
}

}  // namespace penchant
