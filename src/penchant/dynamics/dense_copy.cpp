#include "penchant/dynamics/dense_copy.h"

namespace penchant {

Matrix dense_copy(const LinearMap& x) {
  if (x.dense()) return *x.dense();
  Matrix out(x.rows(), x.cols());
  Vector unit = Vector::Zero(x.rows()), row(x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    unit[i] = 1.0;
    x.adjoint(unit, row);
    unit[i] = 0.0;
    out.row(i) = row;
  }
  return out;
}

}  // namespace penchant
