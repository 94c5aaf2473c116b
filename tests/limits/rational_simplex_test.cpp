#include "support/rational_simplex.h"

#include <gtest/gtest.h>

#include <random>

#include "support/l1_problems.h"

namespace penchant {
namespace {

using namespace penchant::testing;
using Kind = RationalOptimum::Kind;

RationalProgram program(const Matrix& a, const Vector& b, const Vector& c) { return {rational(a), rational(b), rational(c)}; }

TEST(RationalSimplex, optimum_of_a_small_program_is_a_fraction) {
  // min -3x - 2y, 2x + y + s = 4, x + 3y + t = 5: at x = 7/5, y = 6/5.
  Matrix a(2, 4);
  a << 2, 1, 1, 0, 1, 3, 0, 1;
  const RationalOptimum optimum = rational_simplex(program(a, Vector{{4.0, 5.0}}, Vector{{-3.0, -2.0, 0.0, 0.0}}));
  ASSERT_EQ(optimum.kind, Kind::optimal);
  EXPECT_EQ(optimum.value, Rational(-33, 5));
  EXPECT_EQ(optimum.x[0], Rational(7, 5));
  EXPECT_EQ(optimum.x[1], Rational(6, 5));
}

TEST(RationalSimplex, a_program_without_a_floor_is_unbounded) {
  Matrix a(1, 2);
  a << 1, -1;
  EXPECT_EQ(rational_simplex(program(a, Vector{{1.0}}, Vector{{-1.0, 0.0}})).kind, Kind::unbounded);
}

TEST(RationalSimplex, a_cycling_program_ends) {
  // Beale 1955, his third variable in units of 1/25: cycles under the steepest price alone.
  Matrix a(3, 7);
  a << .25, -60, -1, 9, 1, 0, 0, .5, -90, -.5, 3, 0, 1, 0, 0, 0, 25, 0, 0, 0, 1;
  const RationalOptimum optimum =
      rational_simplex(program(a, Vector{{0.0, 0.0, 1.0}}, Vector{{-.75, 150.0, -.5, 6.0, 0.0, 0.0, 0.0}}));
  ASSERT_EQ(optimum.kind, Kind::optimal);
  EXPECT_EQ(optimum.value, Rational(-1, 20));
}

// The two vectors prove each other right, so that the oracle needs no oracle.
void expect_proven(const RationalProgram& p, const RationalOptimum& optimum, int trial) {
  ASSERT_NE(optimum.kind, Kind::unbounded) << trial;
  const bool optimal = optimum.kind == Kind::optimal;
  for (std::size_t j = 0; j < p.c.size(); ++j) {
    Rational price = 0;
    for (std::size_t i = 0; i < p.b.size(); ++i) price += p.a[i][j] * optimum.dual[i];
    EXPECT_LE(price, optimal ? p.c[j] : Rational(0)) << trial;
    if (optimal) {
      EXPECT_GE(optimum.x[j], 0) << trial;
    }
  }
  if (!optimal) {
    EXPECT_GT(rational_dot(p.b, optimum.dual), 0) << trial;
    return;
  }
  for (std::size_t i = 0; i < p.b.size(); ++i) EXPECT_EQ(rational_dot(p.a[i], optimum.x), p.b[i]) << trial;
  EXPECT_EQ(rational_dot(p.b, optimum.dual), optimum.value) << trial;
  EXPECT_EQ(rational_dot(p.c, optimum.x), optimum.value) << trial;
}

TEST(RationalSimplex, every_answer_comes_with_its_proof) {
  std::mt19937 random(7);
  int infeasible = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const Index m = 1 + random() % 5, n = 1 + random() % 8;
    Matrix a(m, n);
    Vector b(m), c(n);
    for (Index i = 0; i < m; ++i) {
      for (Index j = 0; j < n; ++j) a(i, j) = static_cast<int>(random() % 5) - 2;
      b[i] = static_cast<int>(random() % 7) - 3;
    }
    if (m > 1 && trial % 3 == 0) a.row(0) = a.row(1);
    for (Index j = 0; j < n; ++j) c[j] = static_cast<double>(random() % 4);
    const RationalProgram p = program(a, b, c);
    const RationalOptimum optimum = rational_simplex(p);
    infeasible += optimum.kind == Kind::infeasible;
    expect_proven(p, optimum, trial);
  }
  EXPECT_GT(infeasible, 20);
  EXPECT_LT(infeasible, 180);
}

TEST(ExactMinL1, toy_costs_80_49ths_and_is_unique) {
  Matrix x(2, 4);
  x << 1, .5, 0.75, 0, .5, 1, .125, .75;  // by hand: β = (0, 0, 4/3, -2/9)
  const ExactMinL1 exact = exact_min_l1(min_l1(x, Vector{{1.0, 0.0}}));
  ASSERT_TRUE(exact.feasible);
  EXPECT_TRUE(exact.unique);
  EXPECT_EQ(exact.value, Rational(14, 9));
  EXPECT_EQ(exact.beta[2], Rational(4, 3));
  EXPECT_EQ(exact.beta[3], Rational(-2, 9));
}

TEST(ExactMinL1, two_equal_features_share) {
  Matrix x(1, 2);
  x << 2, 2;
  MinL1 limit = min_l1(x, Vector{{3.0}});
  EXPECT_FALSE(exact_min_l1(limit).unique);
  limit.weights = Vector{{1.0, 1.5}};
  EXPECT_TRUE(exact_min_l1(limit).unique);
  EXPECT_EQ(exact_min_l1(limit).value, Rational(3, 2));
}

TEST(ExactMinL1, prices_of_both_sides_count) {
  Matrix x(1, 2);
  x << 1, -4;
  MinL1 limit = min_l1(x, Vector{{6.0}});
  limit.weights = Vector{{1.0, 1.0}};
  limit.negative_weights = Vector{{1.0, 3.0}};
  EXPECT_EQ(exact_min_l1(limit).value, Rational(9, 2));
  limit.negative_weights = Vector();
  limit.positive = true;
  EXPECT_EQ(exact_min_l1(limit).value, Rational(6));
}

TEST(ExactMinL1, a_target_off_by_one_ulp_has_no_fit) {
  Matrix x(2, 1);
  x << 1, 1;
  EXPECT_TRUE(exact_min_l1(min_l1(x, Vector{{1.0, 1.0}})).feasible);
  EXPECT_FALSE(exact_min_l1(min_l1(x, Vector{{1.0, 1.0 + 0x1p-52}})).feasible);
}

TEST(ExactlySeparable, a_threshold_between_two_points_needs_the_intercept) {
  MaxMargin limit;
  Matrix x(2, 1);
  x << 0x1p30, 0x1p30 + 0x1p-20;
  limit.x = std::make_shared<DenseMap>(x);
  limit.y = Vector{{-1.0, 1.0}};
  EXPECT_FALSE(exactly_separable(limit));
  limit.intercept = Intercept::free;
  EXPECT_TRUE(exactly_separable(limit));
}

}  // namespace
}  // namespace penchant
