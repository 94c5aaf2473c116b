// Points that fit exactly near one that fits up to rounding. Corrections β_j + w_j x_j·λ move coordinates in proportion to what
// they weigh, so small ones keep their sign.
#pragma once

#include <optional>

#include "penchant/core/decompositions.h"
#include "penchant/core/types.h"

namespace penchant {

// The residual of β cannot be told from 0: a few hundred roundings of the terms of Xβ - y.
bool fits_to_rounding(const Matrix& x, const Vector& beta, const Vector& y);

class WeightedCorrection {
 public:
  // w (d) >= 0, largest about 1. usable() is false where X diag(w) X^T has no factor.
  WeightedCorrection(const Matrix& x, Vector weights);
  bool usable() const { return usable_; }

  // w_j x_j·λ with X change = r, nearly.
  Vector change(const Vector& r) const;
  // r (d): some β'' with Xβ'' = y has |β''_j - β_j| <= r_j. One correction, and what the next ones could add; empty where the first
  // does not bring β nearer.
  std::optional<Vector> spread(const Vector& beta, const Vector& y) const;

 private:
  const Matrix& x_;
  Vector weights_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
  bool usable_ = false;
};

// The same without weights, by the pseudo-inverse. Where rows are dependent only the part of the residual that X reaches counts.
std::optional<Vector> spread_of_projection(const Matrix& x, const Vector& beta, const Vector& y);

}  // namespace penchant
