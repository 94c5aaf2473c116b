// Vectors held to several times the precision of a double, each entry an unevaluated sum of doubles (an expansion: Dekker 1971,
// Shewchuk 1997), for sums that cancel far below the rounding of their terms.
#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant {

class ExpansionVector {
 public:
  // 0, with `parts` >= 2 doubles an entry: 53 bits each.
  ExpansionVector(Index size, int parts);

  Index size() const { return parts_.rows(); }
  void add(VecIn x);  // x (n); exact but for a rounding of the last part
  Vector leading() const { return parts_.col(0); }

  // from - x·s, x (n), to about eps of itself while it is above 2^{-53 (parts - 1)} (|from| + |x|·|s|): a K-fold compensated dot
  // product (Ogita, Rump and Oishi 2005), with no more folds than the cancellation asks for.
  double less_dot(double from, VecIn x) const;

  const Eigen::MatrixXd& parts() const { return parts_; }
  void set_parts(const Eigen::MatrixXd& parts);  // what parts() of a vector of this size and precision was

 private:
  Eigen::MatrixXd parts_;               // (n, parts), each column below the rounding of the one before it
  mutable std::vector<double> terms_;   // of the sum at hand
};

}  // namespace penchant
