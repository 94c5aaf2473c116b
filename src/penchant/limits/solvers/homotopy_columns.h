// Contiguous copies of those columns of a row-major X that a path has looked at.
#pragma once

#include <hwy/aligned_allocator.h>

#include <vector>

#include "penchant/core/types.h"

namespace penchant::l1 {

class ColumnStore {
 public:
  explicit ColumnStore(const Matrix& x) : x_(x), at_(x.cols(), nullptr) {}

  // Copies the columns not yet held, all in one reading of the rows. Pointers stay valid for the life of the store.
  void fetch(const std::vector<Index>& columns);
  const double* operator[](Index column) const { return at_[column]; }

 private:
  const Matrix& x_;
  std::vector<const double*> at_;
  std::vector<hwy::AlignedFreeUniquePtr<double[]>> blocks_;
};

}  // namespace penchant::l1
