#include "penchant/core/binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "support/temporary.h"

namespace penchant {
namespace {

using testing::refusal;
using ::testing::HasSubstr;

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

std::string some_of_everything() {
  Writer out;
  out.section("part");
  out.number(-0.1);
  out.integer(-7);
  out.flag(true);
  out.text(std::string("a\0b", 3));
  out.vector(Vector{{1.0, 2.0, 3.0}});
  out.matrix(Eigen::MatrixXd{{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
  return std::move(out).take();
}

void read_everything(std::string_view bytes) {
  Reader in(bytes);
  in.section("part");
  in.number();
  in.integer();
  in.flag();
  in.text();
  in.vector();
  in.matrix();
}

TEST(Binary, what_is_written_is_read_back) {
  const std::string bytes = some_of_everything();
  Reader in(bytes);
  in.section("part");
  EXPECT_EQ(in.number(), -0.1);
  EXPECT_EQ(in.integer(), -7);
  EXPECT_TRUE(in.flag());
  EXPECT_EQ(in.text(), std::string("a\0b", 3));
  EXPECT_EQ(in.vector(), (Vector{{1.0, 2.0, 3.0}}));
  EXPECT_FALSE(in.at_end());
  EXPECT_EQ(in.matrix(), (Eigen::MatrixXd{{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}}));
  EXPECT_TRUE(in.at_end());
}

TEST(Binary, every_bit_of_a_double_is_kept) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double odd_nan = std::bit_cast<double>(std::uint64_t{0xfff8000000000123});
  for (double x : {0.0, -0.0, infinity, -infinity, std::nan(""), odd_nan, 5e-324, 1.7976931348623157e308}) {
    Writer out;
    out.number(x);
    out.vector(Vector::Constant(1, x));
    const std::string bytes = std::move(out).take();
    Reader in(bytes);
    EXPECT_EQ(bits(in.number()), bits(x));
    EXPECT_EQ(bits(in.vector()[0]), bits(x));
  }
}

TEST(Binary, empty_things_are_read_back_empty) {
  Writer out;
  out.text("");
  out.vector(Vector());
  out.matrix(Eigen::MatrixXd(0, 0));
  const std::string bytes = std::move(out).take();
  Reader in(bytes);
  EXPECT_EQ(in.text(), "");
  EXPECT_EQ(in.vector().size(), 0);
  EXPECT_EQ(in.matrix().size(), 0);
  EXPECT_TRUE(in.at_end());
}

TEST(Binary, bytes_cut_off_anywhere_are_refused) {
  const std::string bytes = some_of_everything();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_NE(refusal([&] { read_everything(std::string_view(bytes).substr(0, length)); }), "") << length;
}

TEST(Binary, a_length_beyond_the_end_is_refused_before_memory_is_asked_for) {
  Writer out;
  out.integer(std::int64_t{1} << 60);
  out.integer(std::int64_t{1} << 60);
  const std::string bytes = std::move(out).take();
  EXPECT_THAT(refusal([&] { Reader(bytes).vector(); }), HasSubstr("more than the 8 bytes behind it hold"));
  EXPECT_THAT(refusal([&] { Reader(bytes).text(); }), HasSubstr("more than the 8 bytes behind it hold"));
  EXPECT_NE(refusal([&] { Reader(bytes).matrix(); }), "");
  Writer negative;
  negative.integer(-1);
  const std::string below = std::move(negative).take();
  EXPECT_THAT(refusal([&] { Reader(below).vector(); }), HasSubstr("is -1"));
}

TEST(Binary, another_section_or_a_flag_of_two_is_refused) {
  Writer out;
  out.section("flow");
  out.integer(2);
  const std::string bytes = std::move(out).take();
  EXPECT_EQ(refusal([&] { Reader(bytes).section("descent"); }), "at byte 0 is \"flow\", expected \"descent\"");
  Reader in(bytes);
  in.section("flow");
  EXPECT_THAT(refusal([&] { in.flag(); }), HasSubstr("is 2, expected 0 or 1"));
}

}  // namespace
}  // namespace penchant
