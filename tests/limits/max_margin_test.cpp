#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/margin_support.h"
#include "penchant/limits/solve.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/margin_data.h"
#include "support/planted.h"
#include "support/rational_simplex.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

constexpr double kPromise = 1e-12;  // relative gap a solved problem keeps

struct Certified {
  Solution solution;
  Certificate certificate;
};

Certified solved(const MaxMargin& limit) {
  Certified out{solve_max_margin(limit, {}), {}};
  out.certificate = certify_max_margin(limit, out.solution);
  return out;
}

// Optimality of the original problem, recomputed here: feasibility, signs, stationarity, complementarity, balance.
void expect_optimal(const MaxMargin& limit, const Certified& found) {
  const Solution& s = found.solution;
  ASSERT_EQ(s.outcome.status, Status::solved) << s.outcome.text;
  EXPECT_EQ(found.certificate.kind, CertificateKind::bracket);
  EXPECT_LE(found.certificate.relative_gap, kPromise) << found.certificate.text;
  EXPECT_LE(found.certificate.complementarity, kPromise);
  const Matrix& x = *limit.x->dense();
  const Vector margins = limit.y.cwiseProduct(((x * s.predictor.values).array() + s.intercept).matrix());
  const double size = x.rowwise().norm().maxCoeff() * s.predictor.values.norm() + std::abs(s.intercept);
  const double unit = rounding(8.0 * static_cast<double>(x.rows() + x.cols())) * size;  // products of this length and size
  EXPECT_NEAR(margins.minCoeff(), 1.0, unit);
  EXPECT_GE(s.dual.minCoeff(), 0.0);
  const Vector combined = x.transpose() * limit.y.cwiseProduct(s.dual);
  EXPECT_LE((combined - s.predictor.values).norm(), 1e2 * unit * s.predictor.values.norm());
  EXPECT_LE(s.dual.dot((margins.array() - 1.0).abs().matrix()), unit * s.dual.sum());
  if (limit.intercept == Intercept::free) { EXPECT_LE(std::abs(s.dual.dot(limit.y)), 1e2 * unit * s.dual.sum()); }
  EXPECT_NEAR(s.objective, 0.5 * s.predictor.values.squaredNorm(), rounding(4) * s.objective);
}

TEST(MaxMargin, two_points_on_a_line_without_and_with_intercept) {
  // x = 1 (class +) and x = -3 (class -): through the origin w = 1 and the point at 1 holds; free: the middle is -1,
  // half the distance 2.
  const MaxMargin fixed = margin_problem({{1.0}, {-3.0}}, {1, -1}, Intercept::none);
  const Certified a = solved(fixed);
  expect_optimal(fixed, a);
  EXPECT_DOUBLE_EQ(a.solution.predictor.values[0], 1.0);
  EXPECT_DOUBLE_EQ(a.solution.dual[0], 1.0);
  EXPECT_DOUBLE_EQ(a.solution.dual[1], 0.0);
  const MaxMargin free = margin_problem({{1.0}, {-3.0}}, {1, -1}, Intercept::free);
  const Certified b = solved(free);
  expect_optimal(free, b);
  EXPECT_DOUBLE_EQ(b.solution.predictor.values[0], 0.5);
  EXPECT_DOUBLE_EQ(b.solution.intercept, 0.5);
  EXPECT_NEAR(b.certificate.lower, 2.0, rounding(16) * 2.0);
}

TEST(MaxMargin, plane_example_with_two_support_vectors) {
  // Class + at (2,1), (1,2), (5,5); class - at (-4,-4): w·(2,1) = w·(1,2) = 1 gives w = (1/3,1/3), margin 3/√2.
  const MaxMargin limit = margin_problem({{2, 1}, {1, 2}, {5, 5}, {-4, -4}}, {1, 1, 1, -1}, Intercept::none);
  const Certified found = solved(limit);
  expect_optimal(limit, found);
  EXPECT_NEAR(found.certificate.lower, 3 / std::sqrt(2.0), rounding(16) * 3);
  EXPECT_NEAR(found.solution.dual[0], 1.0 / 9, rounding(16));
  EXPECT_NEAR(found.solution.dual[1], 1.0 / 9, rounding(16));
}

TEST(MaxMargin, plane_example_with_a_free_intercept) {
  // Class + at (1,0), (3,4); class - at (-1,1), (-1,-1), (-2,0): the vertical strip -1 < x < 1, so w = (1,0), b = 0.
  const MaxMargin limit = margin_problem({{1, 0}, {3, 4}, {-1, 1}, {-1, -1}, {-2, 0}}, {1, 1, -1, -1, -1}, Intercept::free);
  const Certified found = solved(limit);
  expect_optimal(limit, found);
  EXPECT_NEAR(found.solution.predictor.values[0], 1.0, rounding(16));
  EXPECT_NEAR(found.solution.predictor.values[1], 0.0, rounding(16));
  EXPECT_NEAR(found.solution.intercept, 0.0, rounding(16));
  EXPECT_NEAR(found.certificate.lower, 1.0, rounding(16));
}

TEST(MaxMargin, one_point_of_each_class_gives_half_their_distance) {
  const Matrix x = gaussian_matrix(2, 7, 0);
  Vector y(2);
  y << 1, -1;
  const MaxMargin limit{std::make_shared<DenseMap>(x), y, Intercept::free};
  const Certified found = solved(limit);
  expect_optimal(limit, found);
  const double half = 0.5 * (x.row(0) - x.row(1)).norm();
  EXPECT_NEAR(found.certificate.upper, half, rounding(64) * half);
}

TEST(MaxMargin, random_separable_data_of_every_shape_are_solved_exactly) {
  for (const Intercept intercept : {Intercept::none, Intercept::free})
    for (const auto& [n, d] :
         std::vector<std::pair<Index, Index>>{{1, 1}, {1, 5}, {2, 1}, {9, 1}, {30, 2}, {40, 10}, {25, 60}, {400, 12}, {60, 59}})
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        if (intercept == Intercept::free && n == 1) continue;
        SCOPED_TRACE(::testing::Message() << "n " << n << " d " << d << " seed " << seed << " free "
                                          << (intercept == Intercept::free));
        const MaxMargin limit = planted_margin(n, d, 0.2, seed, intercept);
        expect_optimal(limit, solved(limit));
      }
}

TEST(MaxMargin, random_labels_with_more_features_than_samples) {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const MaxMargin limit = random_labels(80, 160, seed);
    expect_optimal(limit, solved(limit));
  }
}

// Large enough for the working set, the Gram matrix and the exchanges in it, with more samples than the set holds.
TEST(MaxMargin, larger_problems_with_few_many_and_free_intercepts) {
  for (const Intercept intercept : {Intercept::none, Intercept::free}) {
    SCOPED_TRACE(intercept == Intercept::free);
    const MaxMargin many = planted_margin(1500, 40, 0.05, 20, intercept);
    expect_optimal(many, solved(many));
    const MaxMargin square = planted_margin(120, 110, 0.1, 21, intercept);
    expect_optimal(square, solved(square));
    MaxMargin few = random_labels(100, 70, 22);
    few.intercept = intercept;
    expect_optimal(few, solved(few));
  }
}

TEST(MaxMargin, dependent_samples_are_handed_to_the_careful_method) {
  // All samples at the margin of e_1, corners of a cube and copies: any active set of more than a few of them is dependent.
  const Matrix corners = gaussian_matrix(600, 30, 23).cwiseSign();
  Matrix x(1200, 30);
  x << corners, corners;
  x.col(0).setOnes();
  const MaxMargin limit{std::make_shared<DenseMap>(x), Vector::Ones(1200), Intercept::none};
  const Certified found = solved(limit);
  expect_optimal(limit, found);
  EXPECT_LE(found.certificate.lower, 1.0);
  EXPECT_GE(found.certificate.upper, 1.0);
}

TEST(MaxMargin, columns_of_very_different_scale) {
  Matrix x = *planted_margin(300, 24, 0.1, 25, Intercept::none).x->dense();
  const Vector y = planted_margin(300, 24, 0.1, 25, Intercept::none).y;
  for (Index j = 0; j < 24; ++j) x.col(j) *= std::pow(10.0, 5.0 * static_cast<double>(j) / 23);
  for (const Intercept intercept : {Intercept::none, Intercept::free}) {
    const MaxMargin limit{std::make_shared<DenseMap>(x), y, intercept};
    expect_optimal(limit, solved(limit));
  }
}

TEST(MaxMargin, rotation_scaling_and_order_do_not_change_the_answer) {
  const MaxMargin limit = planted_margin(60, 8, 0.1, 4, Intercept::free);
  const Certified before = solved(limit);
  const Matrix& x = *limit.x->dense();
  const Eigen::MatrixXd q = Eigen::HouseholderQR<Eigen::MatrixXd>(gaussian_matrix(8, 8, 5)).householderQ();
  const MaxMargin turned{std::make_shared<DenseMap>(Matrix(1e3 * (x * q).colwise().reverse())), limit.y.reverse(), Intercept::free};
  const Certified after = solved(turned);
  expect_optimal(turned, after);
  EXPECT_NEAR(after.certificate.lower, 1e3 * before.certificate.lower, rounding(1e4) * 1e3);
  EXPECT_LE(relative_distance(1e3 * q * after.solution.predictor.values, before.solution.predictor.values), 1e-10);
}

TEST(MaxMargin, shifting_all_samples_changes_only_a_free_intercept) {
  const MaxMargin limit = planted_margin(50, 6, 0.1, 7, Intercept::free);
  const Certified before = solved(limit);
  const Vector shift = gaussian_vector(6, 8);
  const MaxMargin moved{std::make_shared<DenseMap>(Matrix(limit.x->dense()->rowwise() + shift.transpose())), limit.y,
                        Intercept::free};
  const Certified after = solved(moved);
  expect_optimal(moved, after);
  EXPECT_LE(relative_distance(after.solution.predictor.values, before.solution.predictor.values), 1e-10);
  EXPECT_NEAR(after.solution.intercept, before.solution.intercept - before.solution.predictor.values.dot(shift), 1e-10);
}

TEST(MaxMargin, data_far_from_the_origin_keep_margin_and_verdict) {
  // 2^30 beside differences of 2^-15: products with the samples as they are have no digit of the margin.
  std::mt19937 random(5);
  int separable = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const Index n = 2 + random() % 4, d = 1 + random() % 4;
    Matrix x(n, d);
    Vector y(n);
    for (Index i = 0; i < n; ++i) {
      y[i] = i == 0 ? 1.0 : i == 1 || random() % 2 ? -1.0 : 1.0;
      for (Index j = 0; j < d; ++j) x(i, j) = (static_cast<int>(random() % 5) - 2) * 0x1p-15;
    }
    const MaxMargin near{std::make_shared<DenseMap>(x), y, Intercept::free};
    const MaxMargin far{std::make_shared<DenseMap>(Matrix(x.array() + 0x1p30)), y, Intercept::free};
    SCOPED_TRACE(trial);
    ASSERT_EQ(exactly_separable(near), exactly_separable(far));
    const Solution at_origin = solve(near), shifted = solve(far);
    EXPECT_EQ(shifted.outcome.status, exactly_separable(far) ? Status::solved : Status::infeasible) << shifted.outcome.text;
    if (!exactly_separable(far)) continue;
    ++separable;
    EXPECT_NEAR(shifted.certificate.upper, at_origin.certificate.upper, kPromise * at_origin.certificate.upper);
    EXPECT_NEAR(shifted.certificate.lower, at_origin.certificate.lower, kPromise * at_origin.certificate.lower);
    EXPECT_LE(relative_distance(shifted.predictor.values, at_origin.predictor.values), 1e-12);
  }
  EXPECT_GT(separable, 20);
  EXPECT_LT(separable, 60);
}

TEST(MaxMargin, classes_symmetric_about_the_origin_need_no_intercept) {
  const Matrix half = *planted_margin(20, 4, 0.3, 9, Intercept::none).x->dense();
  const Vector side = planted_margin(20, 4, 0.3, 9, Intercept::none).y;
  Matrix x(40, 4);
  x << half, -half;
  Vector y(40);
  y << side, -side;
  const MaxMargin free{std::make_shared<DenseMap>(x), y, Intercept::free};
  const MaxMargin none{std::make_shared<DenseMap>(x), y, Intercept::none};
  const Certified a = solved(free), b = solved(none);
  expect_optimal(free, a);
  expect_optimal(none, b);
  EXPECT_NEAR(a.solution.intercept, 0.0, 1e-13);
  EXPECT_LE(relative_distance(a.solution.predictor.values, b.solution.predictor.values), 1e-12);
}

TEST(MaxMargin, copies_of_every_sample_change_nothing) {
  const MaxMargin limit = planted_margin(30, 5, 0.2, 10, Intercept::none);
  const Certified once = solved(limit);
  Matrix x(90, 5);
  x << *limit.x->dense(), *limit.x->dense(), *limit.x->dense();
  Vector y(90);
  y << limit.y, limit.y, limit.y;
  const MaxMargin thrice{std::make_shared<DenseMap>(x), y, Intercept::none};
  const Certified found = solved(thrice);
  expect_optimal(thrice, found);
  EXPECT_LE(relative_distance(found.solution.predictor.values, once.solution.predictor.values), 1e-13);
  EXPECT_FALSE(support_vectors(thrice, found.solution).degenerate) << "copies can share the multiplier";
}

TEST(MaxMargin, more_support_vectors_than_features) {
  // The corners of the cube {1} x {-1,1}^3 are all at margin 1 of w = e_1: eight support vectors in four dimensions.
  Matrix x(8, 4);
  for (Index i = 0; i < 8; ++i) x.row(i) << 1, (i & 1 ? 1 : -1), (i & 2 ? 1 : -1), (i & 4 ? 1 : -1);
  const MaxMargin limit{std::make_shared<DenseMap>(x), Vector::Ones(8), Intercept::none};
  const Certified found = solved(limit);
  expect_optimal(limit, found);
  const SupportVectors support = support_vectors(limit, found.solution);
  EXPECT_EQ(support.indices.size(), 8u);
  EXPECT_FALSE(support.degenerate) << "equal weights on all corners are multipliers too";
}

TEST(MaxMargin, support_vector_without_multiplier_is_reported_as_degenerate) {
  // (1,0) alone gives w = (1,0); (1,1) is then at margin 1 as well, with multiplier 0.
  const MaxMargin limit = margin_problem({{1, 0}, {1, 1}, {3, 0}}, {1, 1, 1}, Intercept::none);
  const Certified found = solved(limit);
  expect_optimal(limit, found);
  const SupportVectors support = support_vectors(limit, found.solution);
  EXPECT_THAT(support.indices, ::testing::ElementsAre(0, 1));
  EXPECT_TRUE(support.degenerate);
  EXPECT_THAT(support.idle, ::testing::ElementsAre(1));
  EXPECT_NEAR(support.slowness, 1.0, 1e-12) << "b̂ = (0, 1), β̂ = (1, 0)";
  EXPECT_THAT(found.certificate.text, ::testing::HasSubstr("1 of them without a multiplier"));
  const MaxMargin generic = planted_margin(40, 6, 0.2, 11, Intercept::none);
  const SupportVectors other = support_vectors(generic, solved(generic).solution);
  EXPECT_FALSE(other.degenerate);
  EXPECT_GT(other.multipliers.minCoeff(), 0.0);
}

TEST(MaxMargin, zero_columns_stay_unused) {
  Matrix x = *planted_margin(30, 6, 0.2, 12, Intercept::none).x->dense();
  x.col(1).setZero();
  x.col(4).setZero();
  const Vector truth = gaussian_vector(6, 13);
  const Vector y = (x * truth).cwiseSign();
  const MaxMargin limit{std::make_shared<DenseMap>(x), y, Intercept::none};
  const Certified found = solved(limit);
  expect_optimal(limit, found);
  EXPECT_EQ(found.solution.predictor.values[1], 0.0);
  EXPECT_EQ(found.solution.predictor.values[4], 0.0);
}

TEST(MaxMargin, samples_of_extreme_size) {
  for (const double size : {1e-120, 1e-30, 1e30, 1e120}) {
    SCOPED_TRACE(size);
    const MaxMargin base = planted_margin(20, 4, 0.2, 14, Intercept::none);
    const MaxMargin limit{std::make_shared<DenseMap>(Matrix(size * *base.x->dense())), base.y, Intercept::none};
    const Solution found = solve_max_margin(limit, {});
    const Certificate certificate = certify_max_margin(limit, found);
    EXPECT_LE(certificate.relative_gap, kPromise);
    EXPECT_NEAR(certificate.lower / size, solved(base).certificate.lower, 1e-13);
  }
}

TEST(MaxMargin, inputs_that_make_no_problem_are_refused) {
  EXPECT_THROW(solve_max_margin(margin_problem({{1}, {2}}, {1, 0}, Intercept::none), {}), InvalidInput);
  EXPECT_THROW(solve_max_margin(margin_problem({{1}, {2}}, {1}, Intercept::none), {}), InvalidInput);
  EXPECT_THROW(solve_max_margin(margin_problem({{1}, {2}}, {1, 1}, Intercept::free), {}), InvalidInput);
  EXPECT_THROW(solve_max_margin(margin_problem({{1}, {std::nan("")}}, {1, -1}, Intercept::none), {}), InvalidInput);
  EXPECT_THROW(solve_max_margin(margin_problem({{1e-150}, {2e-150}}, {1, -1}, Intercept::none), {}), InvalidInput);
  EXPECT_THROW(solve_max_margin(margin_problem({{1e200}, {2}}, {1, -1}, Intercept::none), {}), InvalidInput);
  EXPECT_THROW(solve_max_margin({std::make_shared<DenseMap>(Matrix(0, 3)), Vector(0), Intercept::none}, {}), InvalidInput);
  EXPECT_THROW(solve_max_margin({std::make_shared<DenseMap>(Matrix(3, 0)), Vector::Ones(3), Intercept::none}, {}), InvalidInput);
}

TEST(MaxMargin, a_spent_budget_is_said) {
  const MaxMargin limit = planted_margin(200, 20, 0.05, 15, Intercept::none);
  EXPECT_EQ(solve_max_margin(limit, {.max_iterations = 3}).outcome.status, Status::not_converged);
}

// Iris, setosa against the rest, raw centimetres.
TEST(MaxMargin, iris_setosa_is_separated_with_and_without_intercept) {
  const MaxMargin free = table_margin("iris.csv", "setosa", false, Intercept::free);
  const Certified a = solved(free);
  expect_optimal(free, a);
  const MaxMargin appended = table_margin("iris.csv", "setosa", true, Intercept::none);
  const Certified b = solved(appended);
  expect_optimal(appended, b);
  // The constant feature counts in the norm: its margin is the smaller one.
  EXPECT_LT(b.certificate.lower, a.certificate.lower);
}

// Features that differ by 10^5 in scale, with a constant appended and with a free intercept: separable,
// by 1e-8 of the largest sample.
TEST(MaxMargin, breast_cancer_in_raw_units_is_separable) {
  const Certified appended = solved(table_margin("breast_cancer.csv", "malignant", true, Intercept::none));
  const Certified free = solved(table_margin("breast_cancer.csv", "malignant", false, Intercept::free));
  for (const Certified& found : {appended, free}) {
    EXPECT_EQ(found.solution.outcome.status, Status::solved);
    EXPECT_LE(found.certificate.relative_gap, kPromise) << found.certificate.text;
    EXPECT_GT(found.certificate.lower, 4e-5);
    EXPECT_LT(found.certificate.upper, 4.2e-5);
  }
  // Leaving the intercept out of the norm can only help.
  EXPECT_LT(appended.certificate.upper, free.certificate.lower);
}

}  // namespace
}  // namespace penchant
