#include "penchant/lab/rate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

TEST(Rate, an_exact_line_has_its_slope_and_no_width) {
  const Vector x = Vector::LinSpaced(50, 0.0, 7.0);
  const Vector y = 3.0 - 1.25 * x.array();
  const auto fit = fit_line(x, y, 0.0, 7.0);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->slope, -1.25, testing::rounding(200));
  EXPECT_LT(fit->half_width, testing::rounding(1000));
}

TEST(Rate, the_interval_covers_the_slope_of_noisy_lines) {
  // 95 % intervals over 200 lines miss 10 on average; 25 is beyond the 1e-5 quantile of that count.
  const Vector x = Vector::LinSpaced(30, 0.0, 3.0);
  int misses = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Vector y = 2.0 * x + 0.1 * testing::gaussian_vector(30, seed);
    const auto fit = fit_line(x, y, 0.0, 3.0);
    misses += std::abs(fit->slope - 2.0) > fit->half_width;
  }
  EXPECT_LT(misses, 25);
  EXPECT_GT(misses, 0) << "an interval that never misses is too wide to mean 95 %";
}

// Student's t at 97.5 % for 3, 8 and 18 degrees of freedom; the interval is longer, by 22, 5 and 1 %.
TEST(Rate, the_interval_is_students_and_never_shorter) {
  const std::pair<Index, double> quantiles[] = {{5, 3.18245}, {10, 2.30600}, {20, 2.10092}};
  const double most[] = {1.22, 1.05, 1.012};
  for (int k = 0; k < 3; ++k) {
    const auto [n, t] = quantiles[k];
    const Vector x = Vector::LinSpaced(n, 0.0, 1.0), y = testing::gaussian_vector(n, 7);
    const auto fit = fit_line(x, y, 0.0, 1.0);
    ASSERT_TRUE(fit);
    const Vector centred = x.array() - x.mean();
    const Vector miss = (y.array() - y.mean()).matrix() - fit->slope * centred;
    const double student = t * std::sqrt(miss.squaredNorm() / static_cast<double>(n - 2)) / centred.norm();
    EXPECT_GE(fit->half_width, student);
    EXPECT_LE(fit->half_width, most[k] * student);
  }
}

TEST(Rate, points_outside_the_window_and_gaps_do_not_count) {
  Vector x = Vector::LinSpaced(20, 0.0, 19.0), y = x;
  y[0] = 1e9;
  y[10] = std::numeric_limits<double>::quiet_NaN();
  const auto fit = fit_line(x, y, 0.5, 19.0);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->points, 18);
  EXPECT_NEAR(fit->slope, 1.0, testing::rounding(200));
}

TEST(Rate, too_few_points_give_no_fit) {
  EXPECT_FALSE(fit_line(Vector::LinSpaced(3, 0, 1), Vector::LinSpaced(3, 0, 1), 0, 1));
  EXPECT_FALSE(fit_line(Vector::Ones(9), Vector::LinSpaced(9, 0, 1), 0, 2)) << "all at one place";
}

}  // namespace
}  // namespace penchant
