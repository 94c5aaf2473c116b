#include "penchant/data/dataset.h"

#include <gtest/gtest.h>

#include <limits>

#include "penchant/data/transform.h"
#include "support/planted.h"
#include "support/temporary.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::refusal;
using Names = std::vector<std::string>;

TEST(Dataset, made_from_numbers_keeps_them) {
  const Matrix x = testing::gaussian_matrix(4, 3, 1);
  const Vector y = (Vector(4) << 1, -1, -1, 1).finished();
  const DatasetPtr data = make_dataset(x, y, true);
  EXPECT_EQ(require_dense(*data->features, "test"), x);
  EXPECT_EQ(data->targets, y);
  EXPECT_EQ(data->feature_names, (Names{"x1", "x2", "x3"}));
  EXPECT_TRUE(data->is_classification());
  EXPECT_FALSE(make_dataset(x, y)->is_classification());
}

TEST(Dataset, wrong_numbers_are_refused) {
  const Matrix x = Matrix::Ones(2, 2);
  const Vector y = Vector::Ones(2);
  Matrix broken = x;
  broken(1, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal([&] { make_dataset(broken, y); }), "data: x(1, 0) is nan, expected a finite number");
  EXPECT_EQ(refusal([&] { make_dataset(x, Vector::Constant(2, std::numeric_limits<double>::infinity())); }),
            "data: y(0) is inf, expected a finite number");
  EXPECT_EQ(refusal([&] { make_dataset(x, Vector::Ones(3)); }), "data: x has 2 rows but y has 3 entries");
  EXPECT_EQ(refusal([&] { make_dataset(Matrix(0, 2), Vector()); }),
            "data: x is 0 x 2, expected at least one sample and one feature");
  EXPECT_EQ(refusal([&] { make_dataset(Matrix(2, 0), y); }), "data: x is 2 x 0, expected at least one sample and one feature");
  EXPECT_EQ(refusal([&] { make_dataset(x, y, true); }), "data: all 2 targets are +1: one class only, expected two");
  EXPECT_EQ(refusal([&] { make_dataset(x, Vector::LinSpaced(2, 0, 1), true); }),
            "data: target 0 is 0, expected -1 or +1 for a classification");
}

TEST(Dataset, hash_sees_shape_and_every_number) {
  const Matrix x = testing::gaussian_matrix(2, 6, 1);
  const Vector y = testing::gaussian_vector(2, 1);
  const std::string hash = dataset_hash(x, y);
  EXPECT_EQ(hash.size(), 32u);
  EXPECT_EQ(dataset_hash(x, y), hash);
  EXPECT_NE(dataset_hash(Eigen::Map<const Matrix>(x.data(), 6, 2), y), hash);
  Matrix other = x;
  other(1, 5) = std::nextafter(other(1, 5), 9.0);
  EXPECT_NE(dataset_hash(other, y), hash);
}

TEST(Transform, monomials_come_by_degree_and_then_in_the_order_of_the_columns) {
  Transform t;
  t.inputs = {"a", "b"};
  t.degree = 3;
  t.intercept = true;
  EXPECT_EQ(feature_names(t), (Names{"a", "b", "a^2", "a*b", "b^2", "a^3", "a^2*b", "a*b^2", "b^3", "intercept"}));
  EXPECT_EQ(t.features((Matrix(1, 2) << 2, 3).finished()), (Matrix(1, 10) << 2, 3, 4, 6, 9, 8, 12, 18, 27, 1).finished());
  for (int degree = 1; degree <= 4; ++degree)
    for (Index k = 1; k <= 5; ++k) {
      t.degree = degree;
      t.inputs.assign(static_cast<std::size_t>(k), "x");
      EXPECT_EQ(static_cast<double>(feature_names(t).size()) - 1.0, monomial_count(k, degree));
    }
}

TEST(Transform, standardised_features_have_mean_0_and_mean_square_1_at_any_scale) {
  for (const double size : {1.0, 1e-300, 1e200, 1e300}) {
    const Matrix x = size * testing::gaussian_matrix(37, 2, 3);
    const Matrix z = fit_transform(x, {"a", "b"}, 1, true, false, "t").features(x);
    for (Index j = 0; j < 2; ++j) {
      EXPECT_NEAR(z.col(j).mean(), 0.0, testing::rounding(37)) << size;
      EXPECT_NEAR(z.col(j).squaredNorm() / 37.0, 1.0, testing::rounding(80)) << size;
    }
  }
}

TEST(Transform, a_constant_column_becomes_exactly_0) {
  const Matrix x = Matrix::Constant(10, 1, 0.1);  // the rounded mean of ten 0.1 is not 0.1
  const Transform t = fit_transform(x, {"a"}, 1, true, false, "t");
  EXPECT_EQ(t.features(x), Matrix::Zero(10, 1));
  EXPECT_EQ(t.scale[0], 1.0);
  EXPECT_EQ(fit_transform(Matrix::Zero(3, 1), {"a"}, 1, true, false, "t").features(Matrix::Zero(3, 1)), Matrix::Zero(3, 1));
}

TEST(Transform, new_rows_are_treated_with_the_numbers_of_the_old_ones) {
  const Matrix x = testing::gaussian_matrix(20, 3, 3);
  const Transform t = fit_transform(x, {"a", "b", "c"}, 2, true, true, "t");
  EXPECT_EQ(t.features(x).row(7), t.features(x.row(7))) << "a row does not depend on its neighbours";
}

}  // namespace
}  // namespace penchant
