#include "penchant/limits/solvers/homotopy_columns.h"

#include <algorithm>

namespace penchant::l1 {

void ColumnStore::fetch(const std::vector<Index>& columns) {
  std::vector<Index> missing;
  for (Index j : columns)
    if (!at_[j]) missing.push_back(j);
  if (missing.empty()) return;
  // In the order of X, so that each row is read forwards.
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  const Index stride = (x_.rows() + 7) / 8 * 8;
  blocks_.push_back(hwy::AllocateAligned<double>(static_cast<std::size_t>(stride) * missing.size()));
  double* block = blocks_.back().get();
  // Eight rows at a time fill one cache line of each column.
  for (Index start = 0; start < x_.rows(); start += 8) {
    const Index rows = std::min<Index>(8, x_.rows() - start);
    for (std::size_t k = 0; k < missing.size(); ++k)
      for (Index i = 0; i < rows; ++i) block[k * stride + start + i] = x_(start + i, missing[k]);
  }
  for (std::size_t k = 0; k < missing.size(); ++k) at_[missing[k]] = block + k * stride;
}

}  // namespace penchant::l1
