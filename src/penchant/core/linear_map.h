// The map from an effective parameter to the samples, B (cols, k) -> R (rows, k): dense here; sparse,
// entry and function-grid maps have the same face, so nothing above core asks how features are stored.
#pragma once

#include <memory>

#include "penchant/core/types.h"

namespace penchant {

class LinearMap {
 public:
  virtual ~LinearMap() = default;
  virtual Index rows() const = 0;  // samples
  virtual Index cols() const = 0;  // features
  virtual void apply(VecIn b, VecOut r) const = 0;    // r = X b
  virtual void adjoint(VecIn r, VecOut g) const = 0;  // g = X^T r
  virtual const Matrix* dense() const = 0;            // nullptr where there is no stored matrix
};

class DenseMap final : public LinearMap {
 public:
  explicit DenseMap(Matrix x) : x_(std::move(x)) {}
  Index rows() const override { return x_.rows(); }
  Index cols() const override { return x_.cols(); }
  void apply(VecIn b, VecOut r) const override { r.noalias() = x_ * b; }
  void adjoint(VecIn r, VecOut g) const override { g.noalias() = x_.transpose() * r; }
  const Matrix* dense() const override { return &x_; }

 private:
  Matrix x_;
};

using MapPtr = std::shared_ptr<const LinearMap>;

// The stored matrix; throws InvalidInput naming `who` for a map that has none.
const Matrix& require_dense(const LinearMap& map, const char* who);

}  // namespace penchant
