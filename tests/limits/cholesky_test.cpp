#include "penchant/limits/solvers/cholesky.h"

#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

TEST(Cholesky, factor_reproduces_the_matrix_at_every_size_around_its_blocks) {
  for (Index n : {1, 2, 3, 5, 8, 17, 47, 48, 49, 50, 71, 72, 73, 95, 96, 97, 145, 300}) {
    const Matrix z = gaussian_matrix(n, n + 5, 4);
    const Matrix a = z * z.transpose();
    Matrix l = a;
    ASSERT_TRUE(factor_cholesky(l.data(), n, n, 1e-14)) << n;
    const Matrix lower = l.triangularView<Eigen::Lower>();
    // Backward stable: (n+1) eps times the diagonal, entry by entry; the inverted blocks add their own condition,
    // a small factor here.
    EXPECT_LE((lower * lower.transpose() - a).cwiseAbs().maxCoeff(),
              10 * rounding(static_cast<double>(n) + 1) * a.diagonal().maxCoeff())
        << n;
  }
}

TEST(Cholesky, refuses_a_matrix_without_full_rank) {
  for (Index n : {3, 48, 60, 130}) {
    Matrix z = gaussian_matrix(n, n + 2, 5);
    z.row(n - 1) = z.row(0) + z.row(1);
    Matrix a = z * z.transpose();
    EXPECT_FALSE(factor_cholesky(a.data(), n, n, 1e-10)) << n;
  }
}

}  // namespace
}  // namespace penchant
