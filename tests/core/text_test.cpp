#include "penchant/core/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace penchant {
namespace {

TEST(Text, numbers_read_back_to_the_same_double) {
  for (double x : {0.1, 1e-300, 1.0 / 3.0, 123456789.123, -0.0}) EXPECT_EQ(std::stod(number_text(x)), x);
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(Text, nearest_name_forgives_one_slip_and_not_a_different_word) {
  const std::vector<std::string> known = {"scale", "shape", "seed"};
  EXPECT_EQ(nearest_name("scal", known), "scale");
  EXPECT_EQ(nearest_name("sclae", known), "scale");
  EXPECT_EQ(nearest_name("temperature", known), "");
  EXPECT_EQ(nearest_name("a", {"y"}), "") << "one letter for another is a different name";
  EXPECT_EQ(nearest_name("x", {"x1"}), "");
  EXPECT_EQ(nearest_name("", known), "");
}

TEST(Text, foreign_text_is_made_printable_and_short) {
  EXPECT_EQ(printable("β = 1"), "β = 1");
  EXPECT_EQ(printable("a\nb\x1b[0m\x7f\xff"), "a\\x0ab\\x1b[0m\\x7f\\xff");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "a control character of two bytes";
  EXPECT_EQ(in_quotes("abcdef", 3), "\"abc...\"");
  EXPECT_EQ(printable("aββ", 4), "aβ...") << "never cut inside a character";
}

TEST(Text, invalid_utf8_is_found_at_its_first_byte) {
  EXPECT_EQ(invalid_utf8_at("β = 1"), std::string_view::npos);
  EXPECT_EQ(invalid_utf8_at("ab\xff"), 2u);
  EXPECT_EQ(invalid_utf8_at("\xc0\xaf"), 0u) << "overlong form of /";
  EXPECT_EQ(invalid_utf8_at("a\xed\xa0\x80"), 1u) << "a surrogate";
  EXPECT_EQ(invalid_utf8_at("a\xe2\x82"), 1u) << "cut off";
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'x');
    text[at] = '\xff';
    EXPECT_EQ(invalid_utf8_at(text), at) << "wherever it lies in a word of eight";
  }
}

}  // namespace
}  // namespace penchant
