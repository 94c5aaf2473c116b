#include "penchant/theory/small_start.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penchant {
namespace {

DiagonalStart uniform(int depth, double alpha, Index features, bool positive = false) {
  DiagonalStart out{depth, Vector::Constant(features, std::log(alpha)), {}};
  if (!positive) out.log_v = out.log_u;
  return out;
}

// ε = 0.5, d = 10: the two terms are -2.5 log(3Q) and -20/Q; Q = 2 and Q = 20 are on either side.
TEST(SmallStart, threshold_of_the_rich_regime_at_two_points) {
  EXPECT_DOUBLE_EQ(rich_log_alpha(0.5, 2.0, 10.0), -10.0);
  EXPECT_DOUBLE_EQ(rich_log_alpha(0.5, 20.0, 10.0), -2.5 * std::log(60.0));
}

// ε = 0.5, R = 2: α² = 2 · 1.5 · 5 · 2 = 30.
TEST(SmallStart, threshold_of_the_kernel_regime_at_a_point) {
  EXPECT_NEAR(kernel_log_alpha(0.5, 2.0), 0.5 * std::log(30.0), 1e-14);
}

TEST(SmallStart, the_epsilon_found_meets_its_threshold) {
  for (double log_alpha : {-20.0, -100.0, -700.0, -1e5}) {
    const auto epsilon = rich_epsilon(log_alpha, 1.7, 30.0);
    if (!epsilon) continue;
    EXPECT_LE(log_alpha, rich_log_alpha(*epsilon, 1.7, 30.0));
    EXPECT_LT(*epsilon, 30.0);
  }
  ASSERT_TRUE(rich_epsilon(-700.0, 1.7, 30.0));
  EXPECT_GT(*rich_epsilon(-100.0, 1.7, 30.0), *rich_epsilon(-700.0, 1.7, 30.0));
  EXPECT_FALSE(rich_epsilon(1.0, 1.7, 30.0));
}

TEST(SmallStart, the_kernel_epsilon_inverts_its_threshold) {
  for (double epsilon : {1e-8, 1e-3, 0.3, 1.0}) {
    const auto found = kernel_epsilon(kernel_log_alpha(epsilon, 0.8), 0.8, 100.0);
    ASSERT_TRUE(found);
    EXPECT_NEAR(*found / epsilon, 1.0, 1e-7) << "the square root in the quadratic loses at most half the digits";
  }
  EXPECT_FALSE(kernel_epsilon(0.0, 0.8, 100.0));
  // α² = e^{600} overflows no step: ε -> 2 / (α² / 2R).
  EXPECT_NEAR(std::log(*kernel_epsilon(300.0, 0.8, 100.0)), std::log(2.0) - 600.0 + std::log(1.6), 1e-10);
}

// Positive, N = 2, d = 4, α = 0.1: β₁ = 0.04, β_min = 0.01, ε = log 4 / log(Q/0.04).
TEST(SmallStart, excess_of_depth_two_at_a_point) {
  EXPECT_NEAR(*l1_excess(uniform(2, 0.1, 4, true), 1.0), std::log(4.0) / std::log(25.0), 1e-14);
  EXPECT_NEAR(*l1_excess(uniform(2, 0.1, 4), 1.0), std::log(8.0) / std::log(12.5), 1e-14);
}

// Signed, N = 4, d = 2, α = 0.1: β₁ = 4e-4, β_min = 1e-4, k = ½: 2 (0.02 - 0.01) / (1 - 0.02).
TEST(SmallStart, excess_of_depth_four_at_a_point) { EXPECT_NEAR(*l1_excess(uniform(4, 0.1, 2), 1.0), 2.0 * 0.01 / 0.98, 1e-14); }

TEST(SmallStart, no_excess_is_claimed_where_the_theorem_is_silent) {
  EXPECT_FALSE(l1_excess(uniform(2, 1.0, 4), 1.0)) << "the start is not below the least norm";
  DiagonalStart shaped = uniform(3, 0.1, 4);
  shaped.log_u[2] += 1.0;
  EXPECT_FALSE(l1_excess(shaped, 1.0)) << "depth 3 from a shape weighs the features";
}

// The bound itself, on one equation Σ x_j β_j = 1 with β >= 0: the limit is x_0 e^{x s}, one unknown by bisection.
TEST(SmallStart, the_excess_bounds_the_limit_of_a_positive_network) {
  const Vector x{{1.0, 0.8, 0.5}};
  for (double alpha : {0.3, 1e-2, 1e-6}) {
    double low = 0.0, high = 100.0;
    const auto beta = [&](double s) -> Vector { return alpha * alpha * (x * s).array().exp(); };
    for (int i = 0; i < 200; ++i) (x.dot(beta(0.5 * (low + high))) < 1.0 ? low : high) = 0.5 * (low + high);
    const double excess = beta(low).sum() - 1.0;  // the least norm is 1, all on the first feature
    EXPECT_GT(excess, 0.0);
    EXPECT_LE(excess, *l1_excess(uniform(2, alpha, 3, true), 1.0));
  }
}

}  // namespace
}  // namespace penchant
