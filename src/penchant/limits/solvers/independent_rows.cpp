#include "penchant/limits/solvers/independent_rows.h"

#include <algorithm>

#include "penchant/core/decompositions.h"

namespace penchant {

std::vector<Index> independent_rows(const Matrix& x) {
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(x.transpose());
  std::vector<Index> rows;
  for (Index k = 0; k < qr.rank(); ++k) rows.push_back(qr.colsPermutation().indices()[k]);
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace penchant
