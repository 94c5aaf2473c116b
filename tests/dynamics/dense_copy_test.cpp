#include "penchant/dynamics/dense_copy.h"

#include <gtest/gtest.h>

#include "support/planted.h"

namespace penchant {
namespace {

// A map that keeps its matrix to itself.
class Closed final : public LinearMap {
 public:
  explicit Closed(Matrix x) : x_(std::move(x)) {}
  Index rows() const override { return x_.rows(); }
  Index cols() const override { return x_.cols(); }
  void apply(VecIn b, VecOut r) const override { r.noalias() = x_ * b; }
  void adjoint(VecIn r, VecOut g) const override { g.noalias() = x_.transpose() * r; }
  const Matrix* dense() const override { return nullptr; }

 private:
  Matrix x_;
};

TEST(DenseCopy, is_the_matrix_whether_stored_or_not) {
  for (Index n : {1, 3, 7}) {
    const Matrix x = testing::gaussian_matrix(n, 5, 1);
    EXPECT_EQ(dense_copy(DenseMap(x)), x);
    EXPECT_EQ(dense_copy(Closed(x)), x);
  }
}

}  // namespace
}  // namespace penchant
