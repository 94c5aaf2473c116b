#include "penchant/lab/sweep_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/temporary.h"

namespace penchant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;
using testing::TemporaryFolder;

const std::string kBase =
    "[data]\ngenerate = \"sparse_regression\"\nsamples = 8\nfeatures = 20\nnonzeros = 2\n[init]\nscale = 0.1\n";

std::vector<double> numbers(const SweepAxis& axis) {
  std::vector<double> out;
  for (std::uint64_t i = 0; i < axis.size(); ++i) out.push_back(axis.at(i).number());
  return out;
}

SweepSpec read(const std::string& sweep, const std::vector<std::string>& settings = {},
               const std::vector<std::string>& sweeps = {}) {
  const TemporaryFolder folder;
  return read_sweep({folder.write("sweep.toml", kBase + "[sweep]\n" + sweep)}, settings, sweeps);
}

SweepAxis axis(const std::string& values) { return read("\"init.scale\" = " + values).axes.front(); }

TEST(SweepSpec, a_list_is_itself) { EXPECT_THAT(numbers(axis("[3, 1.5, 2]")), ElementsAre(3, 1.5, 2)); }

TEST(SweepSpec, a_range_leaves_its_end_out) {
  EXPECT_THAT(numbers(axis("{ range = [0, 4] }")), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(numbers(axis("{ range = [-3, 4, 3] }")), ElementsAre(-3, 0, 3));
  EXPECT_TRUE(axis("{ range = [0, 4] }").at(2).as_integer());
}

TEST(SweepSpec, a_linear_axis_holds_its_ends_and_tenths_are_tenths) {
  const auto values = numbers(axis("{ linear = [0, 1, 11] }"));
  ASSERT_EQ(values.size(), 11u);
  EXPECT_EQ(values.front(), 0.0);
  EXPECT_EQ(values[3], 0.3) << "0.1 * 3 is 0.30000000000000004";
  EXPECT_EQ(values.back(), 1.0);
}

TEST(SweepSpec, a_log_axis_holds_its_ends_and_powers_of_ten_are_exact) {
  const auto values = numbers(axis("{ log = [1e-6, 1, 13] }"));
  ASSERT_EQ(values.size(), 13u);
  EXPECT_EQ(values.front(), 1e-6);
  EXPECT_EQ(values[2], 1e-5);
  EXPECT_EQ(values[4], 1e-4);
  EXPECT_EQ(values.back(), 1.0);
  constexpr double kTwelveDigits = 1e-11;
  for (std::size_t i = 1; i < values.size(); ++i)
    EXPECT_NEAR(values[i] / values[i - 1], std::sqrt(10.0), std::sqrt(10.0) * kTwelveDigits);
}

TEST(SweepSpec, a_table_of_axes_and_a_quoted_key_mean_the_same) {
  const SweepSpec quoted = read("\"init.scale\" = [1, 2]\n"), nested = read("init.scale = [1, 2]\n");
  EXPECT_EQ(nested.axes.front().key, quoted.axes.front().key);
  EXPECT_EQ(numbers(nested.axes.front()), numbers(quoted.axes.front()));
}

TEST(SweepSpec, flags_add_axes_of_numbers_and_words) {
  const SweepSpec sweep =
      read("\"init.scale\" = [1, 2]\n", {},
           {"data.generate=sparse_regression,gaussian_regression", "data.seed={ range = [0, 3] }", "data.samples=8,16"});
  ASSERT_EQ(sweep.axes.size(), 4u);
  EXPECT_EQ(*sweep.axes[1].at(1).as_string(), "gaussian_regression");
  EXPECT_THAT(numbers(sweep.axes[2]), ElementsAre(0, 1, 2));
  EXPECT_THAT(numbers(sweep.axes[3]), ElementsAre(8, 16));
}

TEST(SweepSpec, later_files_lie_over_earlier_ones_key_by_key) {
  const TemporaryFolder folder;
  const SweepSpec sweep =
      read_sweep({folder.write("base.toml", kBase + "[sweep]\n\"init.scale\" = [1, 2]\n"),
                  folder.write("more.toml", "[data]\nfeatures = 40\n[sweep]\n\"data.seed\" = [0, 1]\nkeep = [\"w\"]\n")},
                 {"data.samples=12"});
  EXPECT_EQ(sweep.base.find("data")->find("features")->number(), 40);
  EXPECT_EQ(sweep.base.find("data")->find("samples")->number(), 12);
  EXPECT_EQ(sweep.base.find("data")->find("nonzeros")->number(), 2);
  EXPECT_EQ(sweep.axes.size(), 2u);
  EXPECT_EQ(sweep.name, "base");
  EXPECT_EQ(sweep.folder, folder.path());
  EXPECT_THAT(sweep.keep, ElementsAre("w"));
}

TEST(SweepSpec, verbs_say_what_is_computed) {
  EXPECT_TRUE(read("\"init.scale\" = [1]\n").wanted().solve);
  const SweepVerbs only_runs = read("\"init.scale\" = [1]\nverbs = [\"simulate\"]\n").wanted();
  EXPECT_TRUE(only_runs.simulate && !only_runs.predict && !only_runs.solve);
  const SweepVerbs only_limits = read("\"init.scale\" = [1]\nverbs = [\"solve\"]\n").wanted();
  EXPECT_TRUE(!only_limits.simulate && only_limits.predict && only_limits.solve) << "a limit is solved because theory names it";
}

TEST(SweepSpec, contradictory_layers_are_refused_naming_both) {
  const TemporaryFolder folder;
  const std::string base = folder.write("base.toml", kBase + "[sweep]\n\"init.scale\" = [1, 2]\n");
  const std::string other = folder.write("other.toml", "[sweep]\n\"init.scale\" = [1, 3]\n"),
                    fixed = folder.write("fixed.toml", "[init]\nscale = 3\n");
  for (const std::string& text : {refusal([&] { read_sweep({base, other}); }),
                                  refusal([&] { read_sweep({base}, {}, {"init.scale=1,2,3"}); }),
                                  refusal([&] { read_sweep({base, fixed}); }), refusal([&] { read_sweep({base},
                                                                                                        {"init.scale=3"}); })}) {
    EXPECT_THAT(text, HasSubstr(base + ":9")) << text;
    EXPECT_THAT(text, HasSubstr("init.scale"));
  }
  EXPECT_THAT(refusal([&] { read_sweep({base, other}); }), HasSubstr(other + ":2"));
  EXPECT_THAT(refusal([&] { read_sweep({base, fixed}); }), HasSubstr(fixed + ":2"));
  EXPECT_THAT(refusal([&] { read_sweep({base}, {"init.scale=3"}); }), HasSubstr("--set init.scale=3"));
  EXPECT_EQ(read_sweep({base}, {}, {"init.scale=1,2"}).axes.size(), 1u) << "the same values twice contradict nothing";
}

TEST(SweepSpec, an_axis_within_another_is_refused) {
  EXPECT_THAT(refusal([] { read("\"dynamics.step_size\" = [1]\n\"dynamics.step_size.initial\" = [1]\n"); }),
              HasSubstr("one lies within the other"));
}

TEST(SweepSpec, malformed_axes_are_refused_with_what_was_expected) {
  for (const auto& [values, expected] : std::vector<std::pair<std::string, std::string>>{
           {"{ log = [0, 1, 5] }", "ends > 0"},      {"{ log = [-1, 1, 5] }", "ends > 0"},     {"{ log = [1, 2] }",
                                                                                                "[first, last, count]"},
           {"{ log = [1, 2, 1] }", "count >= 2"},    {"{ log = [1, 2, 2.5] }", "an integer"},  {"{ linear = [1, 1, 3] }",
                                                                                                "first != last"},
           {"{ linear = [1, \"a\", 3] }", "a number"}, {"{ range = [3, 3] }", "first < end"},  {"{ range = [0, 5, 0] }",
                                                                                                "step >= 1"},
           {"{ range = [0, 5, -1] }", "step >= 1"},  {"{ range = [5] }", "first < end"},       {"{ range = [0, 1.5] }",
                                                                                                "an integer"},
           {"{ range = 3 }", "a list"},              {"{ range = [0, 2], log = [1, 2, 3] }", "one of them"},
           {"{ logs = [1, 2, 3] }", "\"log\""},      {"[]", "no values"},                      {"3", "a list of values"},
           {"{}", "a list of values"},               {"{ log = [1e-320, inf, 3] }", "finite"}})
    EXPECT_THAT(refusal([&] { axis(values); }), HasSubstr(expected)) << values;
}

TEST(SweepSpec, zip_of_different_lengths_or_of_no_axis_is_refused) {
  const std::string axes = "\"data.samples\" = [8, 16]\n\"data.features\" = [20, 40, 60]\n";
  const std::string text = refusal([&] { read(axes + "zip = [[\"data.samples\", \"data.features\"]]\n"); });
  EXPECT_THAT(text, HasSubstr("data.samples has 2 values, data.features has 3"));
  EXPECT_THAT(refusal([&] { read(axes + "zip = [[\"data.samples\", \"data.feature\"]]\n"); }),
              HasSubstr("did you mean \"data.features\""));
  EXPECT_THAT(refusal([&] { read(axes + "zip = [[\"data.samples\"], [\"data.samples\"]]\n"); }), HasSubstr("occurs twice"));
}

TEST(SweepSpec, unknown_words_are_refused_with_a_suggestion) {
  EXPECT_THAT(refusal([] { read("\"init.scale\" = [1]\nkeep = [\"curv\"]\n"); }), HasSubstr("did you mean \"curve\""));
  EXPECT_THAT(refusal([] { read("\"init.scale\" = [1]\nverbs = [\"simulat\"]\n"); }), HasSubstr("did you mean \"simulate\""));
  EXPECT_THAT(refusal([] { read(""); }), HasSubstr("nothing is swept"));
  EXPECT_THAT(refusal([] { read("\"init.scale\" = [1]\n", {}, {"init.scale"}); }), HasSubstr("expected key=a,b,c"));
  EXPECT_THAT(refusal([] { read("", {}, {"data.generate=a,,b"}); }), HasSubstr("a value is missing"));
}

}  // namespace
}  // namespace penchant
