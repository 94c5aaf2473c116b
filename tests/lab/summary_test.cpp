#include "penchant/lab/summary.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/tolerance.h"

namespace penchant {
namespace {

TEST(Summary, of_eleven_numbers) {
  const Summary s = summary_of({10, 0, 9, 1, 8, 2, 7, 3, 6, 4, 5});
  EXPECT_EQ(s.count, 11u);
  EXPECT_DOUBLE_EQ(s.mean, 5.0);
  EXPECT_DOUBLE_EQ(s.median, 5.0);
  EXPECT_DOUBLE_EQ(s.low, 1.0);
  EXPECT_DOUBLE_EQ(s.high, 9.0);
  EXPECT_DOUBLE_EQ(s.standard_error, std::sqrt(11.0 / 11.0));  // variance 11 with divisor 10
}

TEST(Summary, quantiles_lie_between_order_statistics) {
  const Summary s = summary_of({4.0, 1.0});
  EXPECT_DOUBLE_EQ(s.median, 2.5);
  EXPECT_DOUBLE_EQ(s.low, 1.3);
  EXPECT_DOUBLE_EQ(s.high, 3.7);
}

TEST(Summary, does_not_depend_on_the_order_to_the_last_bit) {
  const Summary a = summary_of({1e16, 1.0, -1e16, 3.3, 0.1}), b = summary_of({0.1, -1e16, 3.3, 1e16, 1.0});
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.standard_error, b.standard_error);
}

TEST(Summary, one_value_has_no_error_and_none_has_nothing) {
  EXPECT_EQ(summary_of({7.0}).mean, 7.0);
  EXPECT_TRUE(std::isnan(summary_of({7.0}).standard_error));
  EXPECT_EQ(summary_of({}).count, 0u);
  EXPECT_TRUE(std::isnan(summary_of({}).median));
}

TEST(Summary, what_is_not_a_number_takes_no_part_and_is_counted) {
  const Summary s = summary_of({std::nan(""), 2.0, INFINITY});
  EXPECT_EQ(s.count, 1u);
  EXPECT_EQ(s.missing, 2u);
  EXPECT_EQ(s.median, 2.0);
  EXPECT_TRUE(std::isnan(s.standard_error)) << "one number has no spread";
}

TEST(Summary, shift_and_scale_go_through) {
  std::vector<double> values, moved;
  for (int i = 0; i < 37; ++i) {
    values.push_back(std::sin(i * 1.7));
    moved.push_back(3.0 - 2.0 * values.back());
  }
  const Summary a = summary_of(values), b = summary_of(moved);
  const double tolerance = testing::rounding(37 * 4);
  EXPECT_NEAR(b.mean, 3.0 - 2.0 * a.mean, tolerance);
  EXPECT_NEAR(b.standard_error, 2.0 * a.standard_error, tolerance);
  EXPECT_NEAR(b.low, 3.0 - 2.0 * a.high, tolerance) << "a reflection swaps the quantiles";
}

}  // namespace
}  // namespace penchant
