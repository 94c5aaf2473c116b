#include "penchant/core/decompositions.h"
#include "penchant/dynamics/alignment.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::rounding;

// Distance by the right singular vectors of X: another algorithm than the pivoted QR of the class.
double distance_by_svd(const Matrix& x, const Vector& v) {
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(Eigen::MatrixXd(x), Eigen::ComputeThinV);
  const Eigen::MatrixXd rows = svd.matrixV().leftCols(svd.rank());
  return (v - rows * (rows.transpose() * v)).norm() / v.norm();
}

TEST(Alignment, a_vector_with_known_parts_has_the_distance_of_pythagoras) {
  const DenseMap x(Matrix{{3.0, 4.0, 0.0}});
  // (3, 4, 0)/5 times 2 in the row space, (0, 0, 1) times 1.5 outside: 1.5 / 2.5.
  const Vector v{{1.2, 1.6, 1.5}};
  EXPECT_NEAR(RowSpace(x).relative_distance(v), 0.6, rounding(20));
  EXPECT_EQ(RowSpace(x).rank(), 1);
}

TEST(Alignment, agrees_with_singular_vectors_for_every_shape) {
  for (Index n : {1, 2, 5, 9})
    for (Index d : {1, 4, 9, 17}) {
      const Matrix x = gaussian_matrix(n, d, static_cast<std::uint64_t>(100 * n + d));
      const Vector v = gaussian_vector(d, 7);
      EXPECT_NEAR(RowSpace(DenseMap(x)).relative_distance(v), distance_by_svd(x, v), rounding(100)) << n << " x " << d;
    }
}

TEST(Alignment, vectors_of_the_row_space_are_at_rounding_distance_whatever_their_size) {
  const Matrix x = gaussian_matrix(6, 20, 1);
  const RowSpace rows{DenseMap(x)};
  for (double size : {1e-300, 1.0, 1e300}) {
    const Vector v = size * (x.transpose() * gaussian_vector(6, 2));
    EXPECT_LE(rows.relative_distance(v), rounding(100)) << size;
  }
}

TEST(Alignment, duplicated_samples_do_not_enlarge_the_row_space) {
  Matrix x = gaussian_matrix(4, 10, 3);
  x.row(3) = x.row(1);
  const Vector v = gaussian_vector(10, 4);
  EXPECT_EQ(RowSpace(DenseMap(x)).rank(), 3);
  EXPECT_NEAR(RowSpace(DenseMap(x)).relative_distance(v), distance_by_svd(x, v), rounding(100));
}

TEST(Alignment, no_displacement_is_aligned_and_an_overflowed_one_is_nan) {
  const RowSpace rows{DenseMap(gaussian_matrix(2, 3, 5))};
  EXPECT_EQ(rows.relative_distance(Vector::Zero(3)), 0.0);
  EXPECT_TRUE(std::isnan(rows.relative_distance(Vector::Constant(3, std::numeric_limits<double>::infinity()))));
}

}  // namespace
}  // namespace penchant
