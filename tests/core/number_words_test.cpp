#include "penchant/core/number_words.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penchant {
namespace {

TEST(NumberWords, powers_of_ten_are_numbers_where_they_are_short_and_towers_where_they_are_not) {
  EXPECT_EQ(power_of_ten_text(0.0), "1");
  EXPECT_EQ(power_of_ten_text(-3.0), "0.001");
  EXPECT_EQ(power_of_ten_text(2.125), "133.4");
  EXPECT_EQ(power_of_ten_text(6.0), "10^6");
  EXPECT_EQ(power_of_ten_text(-354.62), "10^-354.6");
  EXPECT_EQ(power_of_ten_text(1e9), "10^(10⁹)");
  EXPECT_EQ(power_of_ten_text(2.5e9), "10^(2.5·10⁹)");
  EXPECT_EQ(power_of_ten_text(-9.999e11), "10^(-10¹²)");
  EXPECT_EQ(power_of_ten_text(-INFINITY), "0");
  EXPECT_EQ(power_of_ten_text(NAN), "nan");
}

TEST(NumberWords, one_thing_has_no_plural) {
  EXPECT_EQ(count_of(1, "breakpoint"), "1 breakpoint");
  EXPECT_EQ(count_of(0, "breakpoint"), "0 breakpoints");
  EXPECT_EQ(count_of(2, "chart is", "charts are"), "2 charts are");
}

}  // namespace
}  // namespace penchant
