// Newton matrices of flows are a diagonal plus a rank-n term through X; they are solved in min(n, d) unknowns (Woodbury).
#pragma once

#include <vector>

#include "penchant/core/decompositions.h"
#include "penchant/core/types.h"

namespace penchant {

// With X (n, d), w (n) >= 0 and k (d) of any sign:
//   feature_side(q):  xi = (I + diag(k) G)^{-1} q  and  y = G xi,   G = X^T diag(w) X,   q (d)
//   sample_side(b) = (I + diag(w) X diag(k) X^T)^{-1} b,            b (n)
// Rows and columns are left out while what they add to I is below `drop` on average over the min(n, d) directions:
// an approximate Newton matrix only costs iterations, and most features of a sparse fit add nothing. drop = 0 is exact.
class WoodburySolver {
 public:
  explicit WoodburySolver(const Matrix& x, double drop = 0.0);

  enum class Side { features, samples };
  // False: the matrix is singular or not finite.
  bool factorise(Side side, VecIn w, VecIn k);
  // After factorise(Side::features, …). y for every feature; xi for kept_features() where the system is built on features,
  // else empty: it is then exact to rounding of itself, while q - k y loses what is lost in q once k G is 1e16.
  struct Feedback {
    Vector y;   // (d)
    Vector xi;  // (kept features)
  };
  Feedback feature_side(VecIn q) const;
  Vector sample_side(VecIn b) const;   // after factorise(Side::samples, …)

  const std::vector<Index>& kept() const { return features_; }
  Index kept_features() const { return static_cast<Index>(features_.size()); }
  Index kept_samples() const { return static_cast<Index>(samples_.size()); }

 private:
  void choose(Side side, VecIn w, VecIn k);
  void assemble();
  bool decompose();
  Vector solve(const Vector& b) const;
  Vector apply_rows(const Vector& q) const;    // X q on the kept rows
  Vector adjoint_rows(const Vector& r) const;  // X^T r from the kept rows

  const Matrix& x_;
  double drop_;
  Vector column_squares_;        // |x_j|^2
  Vector row_squares_;           // |x_i|^2
  std::vector<Index> features_;  // kept columns
  std::vector<Index> samples_;   // kept rows
  Vector root_w_;                // √w of the kept rows
  Vector root_k_;                // √|k| of the kept columns
  Vector sign_;                  // of k
  bool by_samples_ = true;       // the side the system is built on: the smaller one
  bool definite_ = true;         // Cholesky, else LU
  Matrix kept_;                  // X on the kept rows and columns
  Matrix scaled_;                // diag(√w) kept diag(√|k|)
  Eigen::MatrixXd system_;
  Eigen::LLT<Eigen::MatrixXd> cholesky_;
  Eigen::PartialPivLU<Eigen::MatrixXd> lu_;
};

}  // namespace penchant
