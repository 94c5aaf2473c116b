#include "penchant/core/decompositions.h"
#include "penchant/lab/null_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/lab/recovery.h"
#include "penchant/limits/solve.h"
#include "penchant/theory/recovery_bound.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

TEST(NullSpace, constant_on_a_line_is_the_share_of_its_largest_entries) {
  // v = (1, -3, 0, 2) spans the null space: every row is orthogonal to it
  Matrix x(3, 4);
  x << 3, 1, 0, 0, 0, 0, 1, 0, -2, 0, 0, 1;
  EXPECT_NEAR(null_space_constant(x, 1), 1.0, testing::rounding(50));
  EXPECT_NEAR(null_space_constant(x, 2), 5.0, testing::rounding(200));
  EXPECT_TRUE(std::isinf(null_space_constant(x, 4)));
  EXPECT_EQ(null_space_constant(Matrix::Identity(3, 3), 1), 0.0);
}

TEST(NullSpace, more_than_a_line_is_refused_with_the_reason) {
  EXPECT_THAT(testing::refusal([] { null_space_constant(testing::gaussian_matrix(2, 4, 1), 1); }),
              ::testing::HasSubstr("has 2 dimensions; it is computed on a line only, beyond that it is NP-hard"));
  EXPECT_THAT(testing::refusal([] { null_space_constant(testing::gaussian_matrix(2, 3, 1), 4); }),
              ::testing::HasSubstr("order is 4, expected 1 to 3"));
}

// The point of the theorem: any fit of norm (1 + ε) Q. Farthest from x along the line x + R v on either side.
struct Ends {
  double least, error;  // Q, the larger ‖z - x‖₁ of the two z with ‖z‖₁ = (1 + ε) Q
};
Ends ends(const Matrix& x, const Vector& signal, double epsilon) {
  const Vector y = x * signal;
  const Solution solution = solve(MinL1{.x = std::make_shared<DenseMap>(Matrix(x)), .y = y, .weights = {}, .negative_weights = {}});
  const double least = solution.predictor.values.lpNorm<1>();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(Eigen::MatrixXd(x), Eigen::ComputeFullV);
  const Vector v = svd.matrixV().col(x.cols() - 1);
  Ends out{least, 0.0};
  for (const double side : {1.0, -1.0}) {
    double low = 0.0, high = 4.0 * (1.0 + epsilon) * least / v.lpNorm<1>() + 1.0;
    for (int i = 0; i < 80; ++i) {
      const double t = 0.5 * (low + high);
      ((solution.predictor.values + side * t * v).lpNorm<1>() > (1.0 + epsilon) * least ? high : low) = t;
    }
    out.error = std::max(out.error, (solution.predictor.values + side * low * v - signal).lpNorm<1>());
  }
  return out;
}

TEST(RecoveryBound, holds_for_every_fit_of_nearly_least_norm_and_is_nearly_attained) {
  constexpr Index kFeatures = 9;
  double nearest = 0.0;
  int tried = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Matrix x = testing::gaussian_matrix(kFeatures - 1, kFeatures, 3 * seed);
    Vector signal = testing::gaussian_vector(kFeatures, 3 * seed + 1);
    for (Index j = 0; j < kFeatures; ++j) signal[j] /= std::pow(double(j + 1), 2.0);
    const Vector sigma = best_term_errors(signal);
    for (const double epsilon : {0.0, 0.1}) {
      const Ends end = ends(x, signal, epsilon);
      for (Index s = 1; s <= 3; ++s) {
        const double rho = null_space_constant(x, s);
        if (rho >= 1.0) continue;
        const double bound = recovery_bound(rho, sigma[s - 1], epsilon, end.least);
        constexpr double kSolver = 1e-9;
        ASSERT_LE(end.error, bound * (1.0 + kSolver)) << "seed " << seed << ", s = " << s << ", epsilon = " << epsilon;
        ASSERT_LE(least_null_space_constant(end.error, sigma[s - 1], epsilon, end.least), rho + kSolver);
        nearest = std::max(nearest, end.error / bound);
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 400) << "a bound that says something";
  EXPECT_GT(nearest, 0.5);
}

TEST(RecoveryBound, without_q_the_decks_form_is_violated) {
  // The deck's 2 σ_s + ε: small signals have a small Q, large ones a large one, and ε alone does not grow with them.
  int violations = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Matrix x = testing::gaussian_matrix(8, 9, 3 * seed);
    Vector signal = Vector::Zero(9);
    signal[0] = 1000.0;
    const double rho = null_space_constant(x, 1);
    if (rho >= 1.0) continue;
    violations += ends(x, signal, 0.1).error > (1.0 + rho) / (1.0 - rho) * 0.1;
  }
  EXPECT_GT(violations, 20);
}

TEST(RecoveryBound, means_nothing_for_negative_numbers_and_is_infinite_without_the_property) {
  EXPECT_TRUE(std::isinf(recovery_bound(1.0, 1.0, 0.0, 1.0)));
  EXPECT_TRUE(std::isnan(recovery_bound(-0.1, 1.0, 0.0, 1.0)));
  EXPECT_EQ(recovery_bound(0.5, 1.0, 0.5, 2.0), 9.0);
  EXPECT_EQ(least_null_space_constant(9.0, 1.0, 0.5, 2.0), 0.5);
  EXPECT_EQ(least_null_space_constant(2.0, 1.0, 0.5, 2.0), 0.0);
  EXPECT_EQ(least_null_space_constant(1.0, 0.0, 0.0, 2.0), 1.0) << "an error where nothing allows one";
}

}  // namespace
}  // namespace penchant
