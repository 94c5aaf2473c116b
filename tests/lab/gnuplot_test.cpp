#include "penchant/lab/gnuplot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "penchant/core/file.h"
#include "penchant/lab/chart_csv.h"
#include "penchant/lab/chart_scale.h"
#include "support/chart_catalogue.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::refusal;
constexpr std::uint64_t kMegabytes = 1 << 20;

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t out = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++out;
  return out;
}

// What a reader of the SVG sees: the letters of every <text>, without the spans that raise or shrink them.
std::vector<std::string> texts_of(const std::string& svg) {
  std::vector<std::string> out;
  for (std::size_t at = svg.find("<text"); at != std::string::npos; at = svg.find("<text", at + 1)) {
    std::string letters;
    const std::size_t end = svg.find("</text>", at);
    for (std::size_t i = at; i < end; ++i) {
      if (svg[i] == '<')
        i = svg.find('>', i);
      else
        letters += svg[i];
    }
    for (const auto& [entity, letter] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}})
      for (std::size_t k = letters.find(entity); k != std::string::npos; k = letters.find(entity, k + 1))
        letters.replace(k, std::string(entity).size(), letter);
    out.push_back(letters);
  }
  return out;
}

class Gnuplot : public ::testing::Test {
 protected:
  void SetUp() override {
    static const bool installed = render({}, folder_.path("probe.svg")).drawn;
    if (!installed) GTEST_SKIP() << "gnuplot is not installed";
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Gnuplot, draws_every_kind_of_chart_without_a_warning) {
  for (const Chart& chart : testing::chart_catalogue()) {
    const RenderOutcome outcome = render(chart, folder_.path(file_stem(chart) + ".svg"));
    EXPECT_TRUE(outcome.drawn) << chart.name << ": " << outcome.text;
    EXPECT_EQ(outcome.text, "") << chart.name;
    EXPECT_EQ(outcome.files.size(), 2u);
    const std::string svg = read_file(outcome.files.back(), kMegabytes);
    EXPECT_THAT(svg, HasSubstr("</svg>")) << chart.name;
    EXPECT_THAT(svg, ::testing::Not(HasSubstr("nan"))) << chart.name;
    EXPECT_EQ(read_file(outcome.files.front(), 16 * kMegabytes), chart_csv(chart));
  }
}

TEST_F(Gnuplot, writes_pdf) {
  const RenderOutcome outcome = render(testing::chart_catalogue().front(), folder_.path("chart.pdf"));
  ASSERT_TRUE(outcome.drawn) << outcome.text;
  EXPECT_TRUE(read_file(folder_.path("chart.pdf"), kMegabytes).starts_with("%PDF-"));
}

TEST_F(Gnuplot, equal_charts_give_equal_bytes) {
  const auto drawn = [&](const char* name) {
    render(testing::chart_catalogue().front(), folder_.path(name));
    return read_file(folder_.path(name), kMegabytes);
  };
  EXPECT_EQ(drawn("a.svg"), drawn("b.svg"));
}

TEST_F(Gnuplot, shows_awkward_letters_as_they_are) {
  const std::string awkward = testing::kAwkwardText;
  const Chart chart{.title = awkward,
                    .x = {.label = awkward},
                    .y = {.label = awkward},
                    .series = {{.name = awkward, .points = {{0, 0}, {1, 1}}}},
                    .rules = {{0.5, awkward}}};
  ASSERT_TRUE(render(chart, folder_.path("t.svg")).drawn);
  const auto texts = texts_of(read_file(folder_.path("t.svg"), kMegabytes));
  EXPECT_EQ(std::count(texts.begin(), texts.end(), awkward), 5) << ::testing::PrintToString(texts);
}

TEST_F(Gnuplot, names_survive_letter_by_letter) {
  std::vector<std::string> names = {"a\\101b", "''''", "'\\'_'", "\\\\", "{/Bold x}", "^^__", "10^{-3}", "columnhead", "%g %%"};
  for (char c = 0x21; c < 0x7f; ++c) names.push_back(std::string("a") + c + "b" + c + c + "d");
  Chart chart;
  for (const std::string& name : names) chart.series.push_back({.name = name, .points = {{0, 0}, {1, 1}}});
  ASSERT_TRUE(render(chart, folder_.path("t.svg")).drawn);
  EXPECT_THAT(texts_of(read_file(folder_.path("t.svg"), kMegabytes)), ::testing::IsSupersetOf(names));
}

TEST_F(Gnuplot, texts_longer_than_the_picture_are_cut_with_dots) {
  std::string text;
  for (int k = 0; k < 60; ++k) text += "αβ\\";
  const Chart chart{
      .title = text, .x = {.label = text}, .y = {.label = text}, .series = {{.name = text, .points = {{0, 0}, {1, 1}}}}};
  const RenderOutcome outcome = render(chart, folder_.path("t.svg"));
  EXPECT_TRUE(outcome.drawn);
  const auto texts = texts_of(read_file(folder_.path("t.svg"), kMegabytes));
  EXPECT_EQ(std::count_if(texts.begin(), texts.end(),
                          [&](const std::string& t) { return t.ends_with("…") && text.starts_with(t.substr(0, t.size() - 3)); }),
            4);
}

TEST_F(Gnuplot, any_numbers_make_a_picture_without_a_warning) {
  for (std::uint64_t trial = 0; trial < 2000; ++trial) {
    std::mt19937_64 random(trial);
    const auto pick = [&](int count) { return static_cast<int>(random() % static_cast<std::uint64_t>(count)); };
    const auto number = [&] {
      const double wild[] = {0.0, -0.0, std::nan(""), INFINITY, -INFINITY, 1.7e308, -1.7e308, 1e-300, 5e-324, 1.0, -1.0, 1e-9};
      return pick(3) ? std::pow(10.0, pick(12) - 6) * (pick(9) - 4) : wild[pick(12)];
    };
    Chart chart{.title = std::to_string(trial),
                .x = {.log = pick(2) > 0, .power = pick(2) > 0},
                .y = {.log = pick(2) > 0, .power = pick(2) > 0, .integer = pick(2) > 0}};
    for (int k = pick(4); k >= 0; --k) {
      Series s{.name = "s", .kind = static_cast<SeriesKind>(pick(4)), .dashed = pick(2) > 0};
      for (int i = pick(7); i >= 0; --i) {
        s.points.emplace_back(number(), number());
        s.band.emplace_back(number(), number());
      }
      if (s.kind != SeriesKind::band && pick(2)) s.band.clear();
      chart.series.push_back(s);
      chart.rules.push_back({number(), "r", Role::other, pick(2) > 0});
    }
    if (pick(3) == 0) {
      chart.heat = Heat{.xs = {1, 2, 30}, .ys = {0.5, 2}, .values = Matrix(2, 3), .log = pick(2) > 0, .contours = {0.5, 2.0}};
      for (Index i = 0; i < 6; ++i) chart.heat->values.data()[i] = number();
      if (pick(2)) chart.heat->middle = 1.0;
    }
    EXPECT_NO_THROW(to_value(chart)) << "trial " << trial;
    EXPECT_NO_THROW(gnuplot_script(chart, ChartFormat::pdf)) << "trial " << trial;
    if (trial >= 24) continue;  // a process each
    const RenderOutcome outcome = render(chart, folder_.path("r.svg"));
    EXPECT_TRUE(outcome.drawn && outcome.text.empty()) << "trial " << trial << ": " << outcome.text;
  }
}

TEST_F(Gnuplot, letters_that_are_not_letters_become_spaces) {
  ASSERT_TRUE(render({.title = "a\nb\x01"
                               "c\xff"
                               "d"},
                     folder_.path("t.svg"))
                  .drawn);
  EXPECT_THAT(texts_of(read_file(folder_.path("t.svg"), kMegabytes)), ::testing::Contains("a b c d"));
}

TEST_F(Gnuplot, dots_and_bars_and_cells_are_as_many_as_the_data) {
  const auto svg_of = [&](const Chart& chart) {
    EXPECT_TRUE(render(chart, folder_.path("m.svg")).drawn);
    return read_file(folder_.path("m.svg"), kMegabytes);
  };
  Chart dots;
  dots.series = {{.kind = SeriesKind::dots, .points = {{0, 1}, {1, std::nan("")}, {2, 3}, {3, 1}}}};
  EXPECT_EQ(count(svg_of(dots), "<use xlink:href='#gpPt5' transform="), 3u);
  Chart heat;
  heat.heat = Heat{.xs = {1, 2, 3}, .ys = {1, 2}, .values = Matrix{{1, 2, 3}, {4, std::nan(""), 6}}};
  const std::string svg = svg_of(heat);
  // The steps of the colour scale are counted out with a map of one cell.
  const std::size_t scale = count(svg_of({.heat = Heat{.xs = {1}, .ys = {1}, .values = Matrix{{1}}}}), "<polygon") - 1;
  EXPECT_EQ(count(svg, "<polygon") - scale, 5u);
}

TEST_F(Gnuplot, a_gap_parts_a_line) {
  Chart chart;
  chart.series = {{.points = {{0, 0}, {1, 1}, {2, std::nan("")}, {3, 1}, {4, 0}}}};
  const std::string script = gnuplot_script(chart, ChartFormat::svg);
  EXPECT_THAT(script, HasSubstr("0 0\n1 1\n\n3 1\n4 0\n"));
}

TEST(GnuplotMissing, is_said_and_the_csv_is_written) {
  const testing::TemporaryFolder folder;
  const Chart chart = testing::chart_catalogue().front();
  const RenderOutcome outcome = render(chart, folder.path("chart.svg"), {.program = "no-such-gnuplot"});
  EXPECT_FALSE(outcome.drawn);
  EXPECT_THAT(outcome.text, HasSubstr("no-such-gnuplot is not installed"));
  EXPECT_EQ(outcome.files, std::vector{folder.path("chart.csv")});
  EXPECT_EQ(read_file(folder.path("chart.csv"), kMegabytes), chart_csv(chart));
  EXPECT_FALSE(std::filesystem::exists(folder.path("chart.svg")));
}

TEST(GnuplotMissing, a_program_that_fails_is_an_outcome_too) {
  const testing::TemporaryFolder folder;
  const RenderOutcome outcome = render({}, folder.path("chart.svg"), {.program = "false"});
  EXPECT_FALSE(outcome.drawn);
  EXPECT_THAT(outcome.text, HasSubstr("failed with exit code 1"));
  EXPECT_EQ(outcome.files.size(), 1u);
}

TEST(GnuplotRefuses, other_endings_and_folders_that_are_not_there) {
  EXPECT_THAT(refusal([] { render({}, "/tmp/chart.png"); }), HasSubstr(".svg or .pdf"));
  const testing::TemporaryFolder folder;
  EXPECT_THAT(refusal([&] { render({}, folder.path("missing/chart.svg")); }), HasSubstr("cannot write"));
}

}  // namespace
}  // namespace penchant
