#include "penchant/core/json_plain.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "penchant/core/json.h"

namespace penchant {
namespace {

bool plain(std::string_view text) {
  Value value;
  return read_plain_json(text, value);
}

TEST(PlainJson, what_we_write_is_plain_and_reads_back) {
  const Value v = Value::object(
      {{"a", Value::List{1, -2.5e-300, true, "β\n\"", Value(), false}}, {"o", Value::Object{}}, {"l", Value::List{}}});
  for (const int indent : {-1, 2}) {
    Value back;
    ASSERT_TRUE(read_plain_json(to_json(v, indent), back));
    EXPECT_TRUE(same(back, v));
  }
  Value back;
  ASSERT_TRUE(read_plain_json(" [ 3 , 3.0,-0.0, 0, 9223372036854775807 ] ", back));
  EXPECT_TRUE((*back.as_list())[0].as_integer());
  EXPECT_TRUE((*back.as_list())[1].as_double());
  EXPECT_TRUE(std::signbit(*(*back.as_list())[2].as_double()));
  EXPECT_EQ(*(*back.as_list())[4].as_integer(), std::numeric_limits<std::int64_t>::max());
}

TEST(PlainJson, what_is_not_json_or_more_than_we_write_is_left_to_the_general_parser) {
  for (const char* text :
       {"", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "\"", "\"\\", "\"\\x\"", "\"\\u0041\"",
        "\"a\nb\"", "01", "-", "+1", ".5", "1.", "1e", "1e+", "nan", "inf", "-inf", "0x1", "tru", "nul", "1 2", "[1 2]",
        "\"\xff\"", "1e999", "9223372036854775808", "[1]]", "{\"a\":1 \"b\":2}"})
    EXPECT_FALSE(plain(text)) << text;
  EXPECT_TRUE(plain(std::string(20, '[') + std::string(20, ']')));
  EXPECT_FALSE(plain(std::string(100'000, '[') + std::string(100'000, ']'))) << "the stack is not the file's to use";
}

// One byte changed at random: never more than the general parser takes, and the same where it takes it.
TEST(PlainJson, a_changed_byte_is_read_as_the_general_parser_reads_it) {
  const std::string text = R"({"key":"0a1b","n":[0,-1,1.5,2e-3,1E+5,0.0],"t":[true,false,null],"s":"a\\b \"c\" \n ‖w‖","o":{}})";
  constexpr std::string_view bytes = "{}[]\",:\\0123456789.eE+-tfn \n\x80\xff/ub";
  std::mt19937 random(0);
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = text;
    changed[random() % text.size()] = bytes[random() % bytes.size()];
    Value ours;
    if (!read_plain_json(changed, ours)) continue;
    ++taken;
    const auto theirs = nlohmann::ordered_json::parse(changed, nullptr, false);
    ASSERT_FALSE(theirs.is_discarded()) << changed;
    if (theirs.size() != ours.as_object()->size()) continue;  // one key twice: the last counts there
    EXPECT_EQ(nlohmann::ordered_json::parse(to_json(ours)), theirs) << changed;
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace penchant
