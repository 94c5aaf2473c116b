#include "penchant/core/gram.h"

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

// Every remainder of the tiles (8 or 4 rows, 24 or 12 columns) and of the depth.
TEST(Product, agrees_with_the_plain_sum_at_every_size) {
  const Matrix all_a = gaussian_matrix(17, 257, 1), all_b = gaussian_matrix(50, 257, 2);
  for (Index m = 1; m <= 17; ++m)
    for (Index n : {1, 2, 3, 5, 7, 11, 12, 13, 23, 24, 25, 26, 47, 48, 49, 50})
      for (Index k : {1, 2, 3, 7, 8, 9, 255, 256, 257}) {
        const Matrix a = all_a.topLeftCorner(m, k), b = all_b.topLeftCorner(n, k);
        Matrix c = Matrix::Constant(m, n + 3, 7.0);
        product_nt(a.data(), m, k, b.data(), n, k, k, c.data(), n + 3, n);
        const Matrix expected = a * b.transpose();
        const double allowed =
            rounding(2.0 * static_cast<double>(k)) * a.rowwise().norm().maxCoeff() * b.rowwise().norm().maxCoeff();
        ASSERT_LE((c.leftCols(n) - expected).cwiseAbs().maxCoeff(), allowed) << m << " " << n << " " << k;
        subtract_product_nt(a.data(), m, k, b.data(), n, k, k, c.data(), n + 3, n);
        ASSERT_LE(c.leftCols(n).cwiseAbs().maxCoeff(), allowed) << "nothing is left at " << m << " " << n << " " << k;
        ASSERT_TRUE((c.rightCols(3).array() == 7.0).all()) << "writes past its columns at " << m << " " << n << " " << k;
      }
}

TEST(Product, of_more_columns_than_one_block_and_only_the_promised_part) {
  const Matrix a = gaussian_matrix(700, 30, 3);
  Matrix c = Matrix::Zero(700, 700);
  product_nt(a.data(), 700, 30, a.data(), 700, 30, 30, c.data(), 700, 0);
  const Matrix expected = a * a.transpose();
  const Matrix lower = (c - expected).triangularView<Eigen::Lower>();
  EXPECT_LE(lower.cwiseAbs().maxCoeff(), rounding(60) * a.rowwise().squaredNorm().maxCoeff());
}

}  // namespace
}  // namespace penchant
