// H = X diag(w) X^T, the matrix of every Newton step in the dual of n samples; X (n, d) with n << d.
#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// X by features: the samples of one feature are contiguous and padded with zeros to whole vectors. Packed once, used by every step.
class PackedFeatures {
 public:
  explicit PackedFeatures(const Matrix& x);

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index stride() const { return stride_; }
  const double* feature(Index j) const { return data_.data() + j * stride_; }

  static constexpr Index kPad = 8;  // the widest vector used

 private:
  Index rows_, cols_, stride_;
  std::vector<double> data_;
};

// The lower triangle of out (n, n) becomes that of X diag(w) X^T; w (d) >= 0, features of weight 0 cost nothing. What is above the
// diagonal is unspecified. Each entry adds its features in their order, fused, so the bits do not depend on the vector width of the machine.
void weighted_gram(const PackedFeatures& x, VecIn w, Eigen::MatrixXd& out);

}  // namespace penchant
