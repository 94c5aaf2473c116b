// Dense products in raw row-major arrays with the widest vectors the processor has, one thread: A B^T, and X diag(w) X^T, the
// matrix of every Newton step in the dual of n samples. Each entry adds its terms in their order, fused where the processor can, so
// the bits do not depend on the vector width of the machine.
#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// X (n, d), n << d, by features: the samples of one feature are contiguous and padded with zeros to whole vectors. Packed once,
// used by every step.
class PackedFeatures {
 public:
  explicit PackedFeatures(const Matrix& x);

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index stride() const { return stride_; }
  const double* features() const { return data_.data(); }

  static constexpr Index kPad = 8;  // the widest vector used

 private:
  Index rows_, cols_, stride_;
  std::vector<double> data_;
};

// The lower triangle of out (n, n) becomes that of X diag(w) X^T; w (d) >= 0, features of weight 0 cost nothing. What is above the
// diagonal is unspecified.
void weighted_gram(const PackedFeatures& x, VecIn w, Eigen::MatrixXd& out);

// C (m, n; ldc) = A (m, k; lda) B (n, k; ldb)ᵀ. Of row i only the columns j <= i + offset are promised; offset >= n: all of them. C
// shares no entry with A or B.
void product_nt(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double* c, Index ldc,
                Index offset);

// C -= A Bᵀ of the same shapes and promises; entries that are not promised are unspecified afterwards.
void subtract_product_nt(const double* a, Index m, Index lda, const double* b, Index n, Index ldb, Index k, double* c, Index ldc,
                         Index offset);

}  // namespace penchant
