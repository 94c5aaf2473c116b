#include "penchant/core/fields.h"

#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/toml.h"
#include "support/temporary.h"

namespace penchant {

// A description with a member of every type a table may hold.
enum class Colour { red, dark_blue };
struct Everything {
  double real = 0.5;
  int small = 2;
  std::int64_t large = 3;
  std::uint64_t count = 4;
  bool flag = false;
  std::string word = "w";
  std::optional<double> maybe;
  std::vector<double> list;
  Vector vector;
  Colour colour = Colour::red;
};
struct Nothing {};
struct OneKey {
  int depth = 2;
};

template <>
struct EnumNames<Colour> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"red"}, Colour::red}, std::pair{std::string_view{"dark_blue"}, Colour::dark_blue}};
};
template <>
struct Fields<Everything> {
  static constexpr auto table = std::make_tuple(
      Field{"real", &Everything::real, "a number", is_positive, "a number > 0"}, Field{"small", &Everything::small, "an int"},
      Field{"large", &Everything::large, "an int64"}, Field{"count", &Everything::count, "a uint64"},
      Field{"flag", &Everything::flag, "a bool"}, Field{"word", &Everything::word, "a string"},
      Field{"maybe", &Everything::maybe, "an optional", is_non_negative_if_given, "a number >= 0"},
      Field{"list", &Everything::list, "numbers"}, Field{"vector", &Everything::vector, "numbers"},
      Field{"colour", &Everything::colour, "an enum"});
};
template <>
struct Fields<Nothing> {
  static constexpr std::string_view kind = "nothing";
  static constexpr auto table = std::make_tuple();
};
template <>
struct Fields<OneKey> {
  static constexpr std::string_view kind = "one_key";
  static constexpr auto table = std::make_tuple(Field{"depth", &OneKey::depth, "factors", at_least<2>, "an integer >= 2"});
};

namespace {

using testing::refusal;
using Family = std::variant<Nothing, OneKey>;

Value toml(std::string_view text) { return from_toml(text, "s.toml"); }
const Where kWhere{"s.toml", "part", 0};

Everything read(std::string_view text) { return read_table<Everything>(toml(text), kWhere); }
std::string read_error(std::string_view text) {
  return refusal([&] { read(text); });
}
std::string family_error(std::string_view text) {
  return refusal([&] { read_family<Family>(toml(text), kWhere); });
}

TEST(Fields, every_type_is_read_and_written_back) {
  const Everything all = read(
      "real = 2\nsmall = -7\nlarge = 9e15\ncount = 5\nflag = true\nword = 'é'\nmaybe = 0.0\nlist = [1, 2.5]\nvector = [3]\ncolour "
      "= "
      "'dark_blue'");
  EXPECT_EQ(all.real, 2.0) << "an integer is a number too";
  EXPECT_EQ(all.small, -7);
  EXPECT_EQ(all.large, 9'000'000'000'000'000);
  EXPECT_EQ(all.word, "é");
  EXPECT_EQ(all.maybe, 0.0);
  EXPECT_EQ(all.list, (std::vector<double>{1, 2.5}));
  EXPECT_EQ(all.vector, Vector::Constant(1, 3.0));
  EXPECT_EQ(all.colour, Colour::dark_blue);
  const Value written = write_table(all);
  EXPECT_TRUE(same(write_table(read_table<Everything>(written, kWhere)), written));
  EXPECT_EQ(written.as_object()->size(), field_names<Everything>().size());
}

TEST(Fields, absent_keys_keep_their_defaults_and_absent_optionals_are_not_written) {
  const Everything none = read("");
  EXPECT_EQ(none.real, 0.5);
  EXPECT_FALSE(none.maybe.has_value());
  EXPECT_EQ(write_table(none).find("maybe"), nullptr);
}

TEST(Fields, whole_numbers_may_be_written_with_an_exponent) {
  EXPECT_EQ(read("small = 1e6").small, 1'000'000);
  EXPECT_EQ(read_error("small = 1.5"), "s.toml:1: part.small: got 1.5, expected an integer");
  EXPECT_EQ(read_error("small = 1e10"), "s.toml:1: part.small: got 10000000000, expected a smaller integer");
  EXPECT_EQ(read_error("large = 1e19"), "s.toml:1: part.large: got 1e+19, expected an integer");
  EXPECT_EQ(read_error("count = -1"), "s.toml:1: part.count: got -1, expected an integer >= 0");
}

TEST(Fields, a_value_of_the_wrong_type_is_refused_with_what_was_expected) {
  EXPECT_EQ(read_error("real = 'x'"), "s.toml:1: part.real: got \"x\", expected a number");
  EXPECT_EQ(read_error("real = inf"), "s.toml:1: part.real: got inf, expected a finite number");
  EXPECT_EQ(read_error("real = nan"), "s.toml:1: part.real: got nan, expected a finite number");
  EXPECT_EQ(read_error("flag = 1"), "s.toml:1: part.flag: got 1, expected true or false");
  EXPECT_EQ(read_error("word = 1"), "s.toml:1: part.word: got 1, expected a string");
  EXPECT_EQ(read_error("list = 1"), "s.toml:1: part.list: got 1, expected a list");
  EXPECT_EQ(read_error("list = [1, 'a']"), "s.toml:1: part.list.1: got \"a\", expected a number");
  EXPECT_EQ(read_error("colour = 3"), "s.toml:1: part.colour: got 3, expected one of red, dark_blue");
  EXPECT_EQ(read_error("colour = 'dark blue'"), "s.toml:1: part.colour: unknown value \"dark blue\" (did you mean \"dark_blue\"?)");
  EXPECT_EQ(refusal([] { read_table<Everything>(Value(3), kWhere); }), "s.toml: part: got 3, expected a table");
}

TEST(Fields, a_value_outside_its_domain_is_refused_with_the_domain) {
  EXPECT_EQ(read_error("\nreal = 0"), "s.toml:2: part.real: got 0, expected a number > 0");
  EXPECT_EQ(read_error("maybe = -1"), "s.toml:1: part.maybe: got -1, expected a number >= 0");
}

TEST(Fields, unknown_keys_come_with_the_nearest_or_all_known_ones) {
  EXPECT_EQ(read_error("color = 'red'"), "s.toml:1: part.color: unknown key (did you mean \"colour\"?)");
  EXPECT_EQ(read_error("temperature = 1"),
            "s.toml:1: part.temperature: unknown key; known: " + join(field_names<Everything>(), ", "));
  EXPECT_EQ(read_error("\"a\\nb\" = 1").substr(0, 35), "s.toml:1: part.a\\x0ab: unknown key;");
}

TEST(Fields, families_are_told_apart_by_kind) {
  EXPECT_EQ(std::get<OneKey>(read_family<Family>(toml("kind = 'one_key'\ndepth = 3"), kWhere)).depth, 3);
  EXPECT_EQ(kind_name(read_family<Family>(toml("kind = 'nothing'"), kWhere)), "nothing");
  EXPECT_TRUE(same(write_family(Family{OneKey{4}}), toml("kind = 'one_key'\ndepth = 4")));
  EXPECT_EQ(family_error("depth = 3"), "s.toml: part: kind is missing; known: nothing, one_key");
  EXPECT_EQ(family_error("kind = 'onekey'"), "s.toml:1: part.kind: unknown kind \"onekey\" (did you mean \"one_key\"?)");
  EXPECT_EQ(family_error("kind = 2"), "s.toml:1: part.kind: got 2, expected one of nothing, one_key");
  EXPECT_EQ(family_error("kind = 'nothing'\ndepth = 3"),
            "s.toml:2: part.depth: kind \"nothing\" has no such key; it belongs to one_key");
  EXPECT_EQ(family_error("kind = 'one_key'\ndepth = 1"), "s.toml:2: part.depth: got 1, expected an integer >= 2");
}

}  // namespace
}  // namespace penchant
