// Alignment: how far a dual iterate is from its start + row(X). It is 0 up to rounding for every method whose updates are X^T times
// something (gradient, stochastic and mirror descent, conjugate gradients, quasi-Newton from H_0 = I on the linear model), and the
// mirror flows of reparametrised models; coordinate and sign descent leave the row space.
#pragma once

#include "penchant/core/linear_map.h"

namespace penchant {

// What a flow keeps to the last digit, a run of it keeps to 1e-8 or so; one that kept less than this may be a run of something
// else.
inline constexpr double kLeftRowSpace = 1e-3;

// An orthonormal basis of row(X), X (n, d): O(d min(n, d) n) once. Directions below max(n, d)
// eps of the largest pivot count as zero.
class RowSpace {
 public:
  explicit RowSpace(const LinearMap& x);

  Index rank() const { return basis_.cols(); }
  // ‖v - P v‖₂ / ‖v‖₂ with P the projection on row(X); 0 for v = 0, NaN where v is not finite. v (d).
  double relative_distance(VecIn v) const;
  Vector outside(VecIn v) const;  // v - P v, orthogonal to row(X) up to rounding of its own size

 private:
  Eigen::MatrixXd basis_;  // (d, rank)
};

}  // namespace penchant
