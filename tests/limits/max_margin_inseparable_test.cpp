// Data that no hyperplane separates are proven so, and data of a tiny margin are not taken for such.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/limits/certify.h"
#include "penchant/limits/solve.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/margin_data.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

TEST(InseparableData, larger_inseparable_data_are_proven_too) {
  MaxMargin limit = random_labels(300, 30, 24);
  for (const Intercept intercept : {Intercept::none, Intercept::free}) {
    limit.intercept = intercept;
    const Solution found = solve(Limit(limit));
    EXPECT_EQ(found.outcome.status, Status::infeasible) << found.outcome.text;
    EXPECT_EQ(certify_max_margin(limit, found).kind, CertificateKind::infeasible);
  }
}

TEST(InseparableData, inseparable_data_are_proven_by_a_convex_combination) {
  for (const Intercept intercept : {Intercept::none, Intercept::free})
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      const MaxMargin base = random_labels(120, 8, seed);
      const MaxMargin limit{base.x, base.y, intercept};
      const Solution found = solve(Limit(limit));
      ASSERT_EQ(found.outcome.status, Status::infeasible) << found.outcome.text;
      EXPECT_GE(found.dual.minCoeff(), 0.0);
      EXPECT_NEAR(found.dual.sum(), 1.0, rounding(120));
      const Matrix& x = *limit.x->dense();
      EXPECT_LE((x.transpose() * limit.y.cwiseProduct(found.dual)).norm(), 1e-12 * x.rowwise().norm().maxCoeff());
      if (intercept == Intercept::free) { EXPECT_LE(std::abs(found.dual.dot(limit.y)), 1e-12); }
      EXPECT_EQ(certify_max_margin(limit, found).kind, CertificateKind::infeasible);
    }
}

TEST(InseparableData, inseparable_by_a_contradiction_a_zero_row_or_an_interleaved_line) {
  const MaxMargin same_point = margin_problem({{1, 2}, {1, 2}}, {1, -1}, Intercept::none);
  EXPECT_EQ(solve(Limit(same_point)).outcome.status, Status::infeasible);
  const MaxMargin same_point_free = margin_problem({{1, 2}, {1, 2}}, {1, -1}, Intercept::free);
  EXPECT_EQ(solve(Limit(same_point_free)).outcome.status, Status::infeasible);
  const MaxMargin zero_row = margin_problem({{0, 0}, {1, 2}}, {1, -1}, Intercept::none);
  const Solution zero = solve(Limit(zero_row));
  EXPECT_EQ(zero.outcome.status, Status::infeasible);
  EXPECT_EQ(zero.dual[0], 1.0);
  const MaxMargin interleaved = margin_problem({{1}, {2}, {3}}, {1, -1, 1}, Intercept::free);
  const Solution line = solve(Limit(interleaved));
  EXPECT_EQ(line.outcome.status, Status::infeasible);
  EXPECT_NEAR(line.dual[1], 0.5, rounding(8));  // the middle point is a mixture of the outer two
  const MaxMargin all_zero = margin_problem({{0}, {0}}, {1, -1}, Intercept::free);
  EXPECT_EQ(solve(Limit(all_zero)).outcome.status, Status::infeasible);
}

TEST(InseparableData, tiny_margins_are_decided_or_left_open_but_never_wrong) {
  // Two nearly opposite rows (1, m), (-1, m): margin exactly m, held by both.
  for (const double margin : {1e-3, 1e-6, 1e-9, 1e-12, 1e-15}) {
    SCOPED_TRACE(margin);
    const MaxMargin limit = margin_problem({{1, margin}, {-1, margin}}, {1, 1}, Intercept::none);
    const Solution found = solve(Limit(limit));
    const Certificate certificate = certify_max_margin(limit, found);
    EXPECT_LE(certificate.lower, margin * (1 + kEps));
    EXPECT_GE(certificate.upper, margin * (1 - kEps));
    if (found.outcome.status == Status::solved && margin >= 1e-12) { EXPECT_GT(certificate.lower, 0.0); }
    EXPECT_TRUE(found.outcome.status != Status::infeasible || margin < 64 * kEps);
  }
}

TEST(InseparableData, random_data_of_tiny_margin_are_never_called_inseparable) {
  for (const double margin : {1e-6, 1e-9, 1e-11})
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      SCOPED_TRACE(::testing::Message() << margin << " seed " << seed);
      const MaxMargin limit = squeezed_margin(40, 5, margin, seed);
      const Solution found = solve(Limit(limit));
      const Certificate certificate = certify_max_margin(limit, found);
      EXPECT_NE(found.outcome.status, Status::infeasible);
      EXPECT_GT(certificate.lower, 0.0) << found.outcome.text;
      EXPECT_GE(certificate.upper, certificate.lower);
    }
}

TEST(InseparableData, iris_virginica_against_the_rest_is_inseparable) {
  const Solution found = solve(Limit(table_margin("iris.csv", "virginica", false, Intercept::free)));
  EXPECT_EQ(found.outcome.status, Status::infeasible) << found.outcome.text;
}

// The first two samples alone allow a margin of 3.7e-12, far below the rounding of the third, which is 10^8 times their size.
TEST(InseparableData, a_margin_below_the_rounding_of_a_heavy_sample_is_not_called_inseparable) {
  const MaxMargin limit = margin_problem({{0x3p-12, -0x1p-12, 0x5p-12}, {0x1p-11, 0x1p-11, 0x3p-12}, {32768, -98304, 65536}},
                                         {-1, 1, 1}, Intercept::free);
  const Solution found = solve(Limit(limit));
  EXPECT_NE(found.outcome.status, Status::infeasible) << found.outcome.text;
  EXPECT_NE(found.certificate.kind, CertificateKind::infeasible) << found.certificate.text;
}

// Small integers with features in units from 2^-24 to 2^26: separable, by 6e-8 along the feature in the smallest unit.
TEST(InseparableData, a_margin_along_a_feature_in_a_small_unit_is_not_called_inseparable) {
  const Matrix counts{{0, 3, 2, 1},  {-4, -3, 1, -3}, {4, 2, 3, 0},   {0, 2, -1, 3}, {-2, -1, 3, 2},
                      {-2, -1, -2, 1}, {2, 2, 1, -3},   {2, 1, -2, 1}, {-4, 2, -2, 3}};
  const Vector units{{0x1p16, 0x1p21, 0x1p-24, 0x1p26}}, labels{{1, -1, -1, 1, -1, -1, 1, 1, 1}};
  const MaxMargin limit{std::make_shared<DenseMap>(Matrix(counts * units.asDiagonal())), labels, Intercept::none};
  const Solution found = solve(Limit(limit));
  EXPECT_NE(found.outcome.status, Status::infeasible) << found.outcome.text;
  EXPECT_NE(found.certificate.kind, CertificateKind::infeasible) << found.certificate.text;
  const MaxMargin in_one_unit{std::make_shared<DenseMap>(counts), labels, Intercept::none};
  EXPECT_EQ(solve(Limit(in_one_unit)).outcome.status, Status::solved);
}

// (1, 1) as +, (1, 1 - e) as -: (e/2 - 1, 1) separates them by e / (2 √2). Below the rounding of the samples that is not told from
// nothing, and then no more is said than what is proven.
TEST(InseparableData, a_margin_below_the_rounding_of_its_own_samples_is_bounded_and_not_denied) {
  const double e = 16 * 0x1p-52;
  const Solution found = solve(Limit(margin_problem({{1, 1}, {1, 1 - e}}, {1, -1}, Intercept::none)));
  EXPECT_GE(found.certificate.upper, e / (2.0 * std::sqrt(2.0)));
  EXPECT_THAT(found.outcome.text, ::testing::HasSubstr("no direction separates the classes with a margin above"));
  EXPECT_THAT(found.outcome.text, ::testing::Not(::testing::HasSubstr("not separable")));
}

}  // namespace
}  // namespace penchant
