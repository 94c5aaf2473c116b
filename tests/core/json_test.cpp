#include "penchant/core/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "support/temporary.h"

namespace penchant {
namespace {

using testing::refusal;

TEST(Json, what_is_written_reads_back_with_types_order_and_every_digit) {
  const Value v = Value::object({{"b", 0.1}, {"a", Value::List{1, -2.5e-300, true, "β\n\"", Value()}}, {"o", Value::Object{}}});
  EXPECT_TRUE(same(from_json(to_json(v), "j"), v));
  EXPECT_EQ(to_json(v, -1), "{\"b\":0.1,\"a\":[1,-2.5e-300,true,\"β\\n\\\"\",null],\"o\":{}}");
  EXPECT_TRUE(from_json("3", "j").as_integer());
  EXPECT_TRUE(from_json("3.0", "j").as_double());
}

TEST(Json, one_line_and_many_lines_say_the_same) {
  std::string every_byte;
  for (int c = 1; c < 128; ++c) every_byte += static_cast<char>(c);
  Value::Object numbers;
  for (const double x : {0.0, -0.0, 1.0, -7.0, 1e15, 1e16, 1e300, 5e-324, 1.0 / 3.0, 123456789012345680.0, 1e5, 1e-5})
    numbers.emplace_back(std::to_string(numbers.size()) + every_byte, x);
  const Value v = Value::object(
      {{"numbers", numbers}, {"text", every_byte}, {"nested", Value::List{Value::List{}, Value::List{Value::Object{}}}}});
  const Value lines = from_json(to_json(v), "lines"), line = from_json(to_json(v, -1), "line");
  EXPECT_TRUE(same(line, v));
  EXPECT_TRUE(same(lines, v));
  for (const auto& [key, x] : *line.find("numbers")->as_object()) EXPECT_TRUE(x.as_double()) << key << " is no longer a double";
  EXPECT_TRUE(std::signbit(*(*line.find("numbers")->as_object())[1].second.as_double()));
}

TEST(Json, numbers_that_are_not_finite_are_null) {
  EXPECT_EQ(to_json(Value(std::numeric_limits<double>::quiet_NaN()), -1), "null");
  EXPECT_EQ(to_json(Value(-std::numeric_limits<double>::infinity()), -1), "null");
}

TEST(Json, integers_beyond_64_bits_with_sign_become_doubles_and_not_negative) {
  EXPECT_EQ(from_json("18446744073709551615", "j").number(), 0x1p64);
  EXPECT_EQ(*from_json("9223372036854775807", "j").as_integer(), std::numeric_limits<std::int64_t>::max());
}

TEST(Json, bytes_that_are_not_utf8_are_replaced_not_written) {
  EXPECT_EQ(to_json(Value("a\xff"), -1), "\"a\xEF\xBF\xBD\"");
}

TEST(Json, what_is_not_json_is_refused_in_one_line) {
  EXPECT_EQ(refusal([] { from_json("{\"a\": \n x}", "r.json"); }).substr(0, 18), "r.json: not JSON: ");
  EXPECT_EQ(refusal([] { from_json("", "r.json"); }).substr(0, 18), "r.json: not JSON: ");
  EXPECT_EQ(refusal([] { from_json("[1e999]", "r.json"); }).substr(0, 18), "r.json: not JSON: ");
  EXPECT_EQ(refusal([] { from_json(std::string(1'000'000, '[') + std::string(1'000'000, ']'), "r.json"); }),
            "r.json: nested deeper than 64 levels");
}

}  // namespace
}  // namespace penchant
