#include "penchant/lab/summary.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penchant {
namespace {

TEST(Summary, of_eleven_numbers) {
  const Summary s = summary_of({10, 0, 9, 1, 8, 2, 7, 3, 6, 4, 5});
  EXPECT_EQ(s.count, 11);
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
  EXPECT_EQ(summary_of({}).count, 0);
  EXPECT_TRUE(std::isnan(summary_of({}).median));
}

}  // namespace
}  // namespace penchant
