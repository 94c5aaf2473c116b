#include "penchant/core/weighted_gram.h"

#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::rounding;

Eigen::MatrixXd plain_gram(const Matrix& x, const Vector& w) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(x.rows(), x.rows());
  for (Index i = 0; i < x.rows(); ++i)
    for (Index k = 0; k <= i; ++k)
      for (Index j = 0; j < x.cols(); ++j) out(i, k) += w[j] * x(i, j) * x(k, j);
  return out;
}

double worst_error(const Matrix& x, const Vector& w) {
  Eigen::MatrixXd got;
  weighted_gram(PackedFeatures(x), w, got);
  const Eigen::MatrixXd want = plain_gram(x, w);
  double worst = 0.0;
  for (Index i = 0; i < x.rows(); ++i)
    for (Index k = 0; k <= i; ++k) worst = std::max(worst, std::abs(got(i, k) - want(i, k)) / std::sqrt(want(i, i) * want(k, k)));
  return worst;
}

TEST(WeightedGram, matches_plain_sums_at_every_remainder_of_both_sides) {
  for (Index n = 1; n <= 34; ++n)
    for (Index d : {n, Index(47), Index(48), Index(49), Index(96 + n)}) {
      const Vector w = gaussian_vector(d, 5).array().square() + 1e-6;  // by Cauchy-Schwarz d + 3 roundings of at most the diagonal
      EXPECT_LE(worst_error(gaussian_matrix(n, d, 6), w), rounding(2.0 * double(d + 3))) << n << " x " << d;
    }
}

TEST(WeightedGram, features_of_weight_zero_are_left_out) {
  const Matrix x = gaussian_matrix(9, 60, 7);
  Vector w = Vector::Zero(60);
  w[3] = 2.0;
  w[59] = 0.5;
  EXPECT_LE(worst_error(x, w), rounding(8.0));
  Matrix broken = x;
  broken.col(4).setConstant(std::numeric_limits<double>::quiet_NaN());
  Eigen::MatrixXd got;
  weighted_gram(PackedFeatures(broken), w, got);
  EXPECT_FALSE(got.triangularView<Eigen::Lower>().toDenseMatrix().hasNaN());
}

TEST(WeightedGram, wide_ranges_of_weights_keep_the_small_ones) {
  Matrix x = Matrix::Identity(5, 5);
  Vector w(5);
  w << 1e-300, 1e-150, 1.0, 1e150, 1e300;
  Eigen::MatrixXd got;
  weighted_gram(PackedFeatures(x), w, got);
  for (Index i = 0; i < 5; ++i) EXPECT_NEAR(got(i, i) / w[i], 1.0, rounding(4.0));
}

}  // namespace
}  // namespace penchant
