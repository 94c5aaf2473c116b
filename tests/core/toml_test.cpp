#include "penchant/core/toml.h"

#include <gtest/gtest.h>

#include "support/temporary.h"

namespace penchant {
namespace {

using testing::refusal;

std::string read_error(std::string_view text) {
  return refusal([&] { from_toml(text, "s.toml"); });
}

TEST(Toml, values_keep_their_type_their_order_and_their_line) {
  const Value v = from_toml("\xEF\xBB\xBFz = 1\n# β\n[b]\nx = 1e-3\nlist = [true, 'β']\n[a]\ny.w = -2\n", "s.toml");
  ASSERT_EQ(v.as_object()->size(), 3u);
  EXPECT_EQ((*v.as_object())[1].first, "b") << "as in the file, not sorted";
  EXPECT_EQ(*v.find("z")->as_integer(), 1);
  EXPECT_EQ(*v.find("b")->find("x")->as_double(), 1e-3);
  EXPECT_EQ(v.find("b")->find("x")->line, 4);
  EXPECT_EQ(*(*v.find("b")->find("list")->as_list())[1].as_string(), "β");
  EXPECT_EQ(v.find("a")->find("y")->find("w")->number(), -2.0);
}

TEST(Toml, what_is_not_toml_is_refused_with_its_line) {
  EXPECT_EQ(read_error("a = 1\nb = \n").substr(0, 10), "s.toml:2: ");
  EXPECT_EQ(read_error("a = 1\na = 2\n").substr(0, 10), "s.toml:2: ");
  EXPECT_EQ(read_error("a = 1\nb = \xff\n"), "s.toml:2: not UTF-8 text (byte 10)");
  EXPECT_EQ(read_error("a = 1\nβ = 2\n"), "s.toml:2: \"β\" outside a string");
  EXPECT_EQ(read_error("[\xEF\xB3\xBF]\n"), "s.toml:1: \"\xEF\xB3\xBF\" outside a string")
      << "reached undefined behaviour in toml++ 3.3";
  EXPECT_EQ(read_error("a = '\x1b'\n"), "s.toml:1: control character \"\\x1b\"");
  EXPECT_EQ(read_error("a = 1\rb = 2"), "s.toml:1: control character \"\\x0d\"");
  EXPECT_EQ(read_error("a = '''\nb'''\n"), "s.toml:1: a string of several lines means nothing in a spec");
  EXPECT_EQ(read_error("when = 2020-01-01\n"), "s.toml:1: dates and times mean nothing in a spec");
}

TEST(Toml, deep_nesting_is_refused_however_it_is_written) {
  std::string dots = "a", lists, tables = "a = ";
  for (int i = 0; i < 100'000; ++i) dots += ".a";
  for (int i = 0; i < 100; ++i) lists += "[";
  for (int i = 0; i < 30; ++i) tables += "{a.a.a.a = ";
  EXPECT_EQ(read_error(dots + " = 1"), "s.toml:1: too many dots in one key");
  EXPECT_EQ(read_error("a = " + lists + std::string(100, ']')), "s.toml:1: nested deeper than 64 levels");
  EXPECT_EQ(read_error(tables + "1" + std::string(30, '}')), "s.toml:1: nested deeper than 64 levels");
  std::string numbers = "a = [1.5";
  for (int i = 0; i < 1000; ++i) numbers += ", 1.5";
  EXPECT_EQ(from_toml(numbers + "]", "s").find("a")->as_list()->size(), 1001u) << "points of numbers are not dots of a key";
}

TEST(Toml, quotes_inside_strings_and_comments_do_not_end_them) {
  const Value v = from_toml("a = \"x\\\"β\" # 'β\nb = 'y\"β' # \"β\nc = \"\\\\\"\nd = ''\n", "s");
  EXPECT_EQ(*v.find("a")->as_string(), "x\"β");
  EXPECT_EQ(*v.find("b")->as_string(), "y\"β");
  EXPECT_EQ(*v.find("c")->as_string(), "\\");
  EXPECT_EQ(*v.find("d")->as_string(), "");
}

TEST(Toml, every_plane_of_unicode_survives_in_a_string) {
  const std::string text = "é β 中 😀 \\n \\\" é";  // two, three and four bytes, and escapes between them
  EXPECT_EQ(*from_toml("a = \"" + text + "\" # é\nb = 1\n", "spec.toml").find("a")->as_string(), "é β 中 😀 \n \" é");
}

TEST(Toml, a_literal_string_keeps_its_backslashes_and_quotes) {
  EXPECT_EQ(*from_toml("a = 'β \\n \"x\"'\nb = 'plain \\n'\n", "spec.toml").find("a")->as_string(), "β \\n \"x\"");
}

TEST(Toml, an_escaped_letter_outside_ascii_is_refused) { EXPECT_THROW(from_toml("a = \"\\é\"", "spec.toml"), InvalidInput); }

TEST(Toml, a_quote_inside_a_word_opens_no_string) {
  // Found by fuzzing: toml++ reads on into what only looks like a string and meets characters it cannot classify.
  EXPECT_THROW(from_toml("h=5='C\xEF\xBB\xB7", "spec.toml"), InvalidInput);
  EXPECT_THROW(from_toml("-W=-.\"\xCD\xA8\xE2\x80\xAC", "spec.toml"), InvalidInput);
  EXPECT_THROW(from_toml("ac3=1Kxxxx\"\xEF\xBB\x9Flim\n", "spec.toml"), InvalidInput);
  EXPECT_EQ(
      *from_toml("a = [\"x\", 'y']\n\"b\" . 'c' = { d = \"é\" } # \"é\n", "spec.toml").find("b")->find("c")->find("d")->as_string(),
      "é");
}

}  // namespace
}  // namespace penchant
