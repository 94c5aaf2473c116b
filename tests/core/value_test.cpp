#include "penchant/core/value.h"

#include <gtest/gtest.h>

#include <limits>

#include "penchant/core/error.h"

namespace penchant {
namespace {

TEST(Value, objects_keep_the_order_of_their_keys_and_replace_in_place) {
  Value v;
  v.set("b", 1);
  v.set("a", 2);
  v.set("b", 3);
  ASSERT_EQ(v.as_object()->size(), 2u);
  EXPECT_EQ((*v.as_object())[0].first, "b");
  EXPECT_EQ(v.find("b")->number(), 3.0);
  EXPECT_TRUE(v.erase("b"));
  EXPECT_FALSE(v.erase("b"));
  EXPECT_EQ(v.find("b"), nullptr);
}

TEST(Value, sameness_is_of_contents_and_numbers_not_of_lines_or_types) {
  Value one = 1, other = 1.0;
  other.line = 7;
  EXPECT_TRUE(same(one, other));
  EXPECT_FALSE(same(one, "1"));
  EXPECT_FALSE(same(Value::List{1, 2}, Value::List{1}));
  EXPECT_FALSE(same(Value::object({{"a", 1}, {"b", 2}}), Value::object({{"b", 2}, {"a", 1}})));
  EXPECT_TRUE(same(Value(), Value()));
  EXPECT_FALSE(same(Value(), false));
}

TEST(Value, described_as_a_reader_of_the_spec_would) {
  EXPECT_EQ(Value("a\nb").describe(), "\"a\\x0ab\"");
  EXPECT_EQ(Value(std::string(100, 'x')).describe(), '"' + std::string(60, 'x') + "...\"");
  EXPECT_EQ(Value(0.1).describe(), "0.1");
  EXPECT_EQ(Value(-3).describe(), "-3");
  EXPECT_EQ(Value(true).describe(), "true");
  EXPECT_EQ(Value(Value::List{1, 2}).describe(), "a list of 2");
  EXPECT_EQ(Value(Value::Object{}).describe(), "a table");
  EXPECT_EQ(Value().describe(), "nothing");
}

TEST(Value, misuse_is_a_bug_and_says_so) {
  EXPECT_THROW(Value("x").number(), InternalError);
  EXPECT_THROW(Value(1).set("a", 1), InternalError);
  EXPECT_THROW(Value(std::numeric_limits<std::uint64_t>::max()), InternalError) << "it would turn negative";
}

}  // namespace
}  // namespace penchant
