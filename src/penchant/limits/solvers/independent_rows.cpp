#include "penchant/limits/solvers/independent_rows.h"

#include <Eigen/QR>
#include <algorithm>

namespace penchant {

std::vector<Index> independent_rows(const Matrix& x) {
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(x.transpose());
  std::vector<Index> rows;
  for (Index k = 0; k < qr.rank(); ++k) rows.push_back(qr.colsPermutation().indices()[k]);
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace penchant
