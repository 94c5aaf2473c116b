#include <gtest/gtest.h>

#include "penchant/limits/solvers/gram_kernels.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

// Every remainder of the tiles (8 or 4 rows, 24 or 12 columns) and of the depth.
TEST(GramKernels, product_agrees_with_the_plain_sum_at_every_size) {
  const Matrix all_a = gaussian_matrix(17, 257, 1), all_b = gaussian_matrix(50, 257, 2);
  for (Index m = 1; m <= 17; ++m)
    for (Index n : {1, 2, 3, 5, 7, 11, 12, 13, 23, 24, 25, 26, 47, 48, 49, 50})
      for (Index k : {1, 2, 3, 7, 8, 9, 255, 256, 257}) {
        const Matrix a = all_a.topLeftCorner(m, k), b = all_b.topLeftCorner(n, k);
        Matrix c = Matrix::Constant(m, n + 3, 7.0);
        product_nt(a.data(), m, k, b.data(), n, k, k, c.data(), n + 3, n);
        const Matrix expected = a * b.transpose();
        const double allowed = rounding(2.0 * static_cast<double>(k)) * a.rowwise().norm().maxCoeff() * b.rowwise().norm().maxCoeff();
        ASSERT_LE((c.leftCols(n) - expected).cwiseAbs().maxCoeff(), allowed) << m << " " << n << " " << k;
        ASSERT_TRUE((c.rightCols(3).array() == 7.0).all()) << "writes past its columns at " << m << " " << n << " " << k;
      }
}

TEST(GramKernels, product_of_more_columns_than_one_block_and_only_the_promised_part) {
  const Matrix a = gaussian_matrix(700, 30, 3);
  Matrix c = Matrix::Zero(700, 700);
  product_nt(a.data(), 700, 30, a.data(), 700, 30, 30, c.data(), 700, 0);
  const Matrix expected = a * a.transpose();
  const Matrix lower = (c - expected).triangularView<Eigen::Lower>();
  EXPECT_LE(lower.cwiseAbs().maxCoeff(), rounding(60) * a.rowwise().squaredNorm().maxCoeff());
}

TEST(GramKernels, cholesky_factor_reproduces_the_matrix_at_every_size_around_its_blocks) {
  for (Index n : {1, 2, 3, 5, 8, 17, 47, 48, 49, 50, 71, 72, 73, 95, 96, 97, 145, 300}) {
    const Matrix z = gaussian_matrix(n, n + 5, 4);
    const Matrix a = z * z.transpose();
    Matrix l = a;
    ASSERT_TRUE(factor_cholesky(l.data(), n, n, 1e-14)) << n;
    const Matrix lower = l.triangularView<Eigen::Lower>();
    // Backward stable: (n+1) eps times the diagonal, entry by entry; the inverted blocks add their own condition, a small factor here.
    EXPECT_LE((lower * lower.transpose() - a).cwiseAbs().maxCoeff(), 10 * rounding(static_cast<double>(n) + 1) * a.diagonal().maxCoeff()) << n;
  }
}

TEST(GramKernels, cholesky_refuses_a_matrix_without_full_rank) {
  for (Index n : {3, 48, 60, 130}) {
    Matrix z = gaussian_matrix(n, n + 2, 5);
    z.row(n - 1) = z.row(0) + z.row(1);
    Matrix a = z * z.transpose();
    EXPECT_FALSE(factor_cholesky(a.data(), n, n, 1e-10)) << n;
  }
}

}  // namespace
}  // namespace penchant
