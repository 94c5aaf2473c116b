#include "penchant/lab/figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "support/temporary.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

// Least squares on made-up data: two parts that share the axis data.seed and are swept in step otherwise (t and 1/t).
const char* const kParts = R"(
title = "t"
statement = "s"
source = "ali2019"
[origin]
"data.samples" = "deck"
"data.features" = "chosen by us: small"
"data.noise_variance" = "chosen by us"
"data.seed" = "chosen by us"
"stop.time" = "paper"
"limit.lambda" = "paper: 1/t"
[parts.flow.data]
generate = "gaussian_regression"
samples = 8
features = 5
noise_variance = 0.5
[parts.flow.model]
kind = "linear"
[parts.flow.loss]
kind = "squared"
[parts.flow.dynamics]
kind = "gradient_flow"
[parts.flow.sweep]
"data.seed" = { range = [0, 3] }
"stop.time" = [0.01, 0.1]
keep = ["w"]
[parts.ridge.data]
generate = "gaussian_regression"
samples = 8
features = 5
noise_variance = 0.5
[parts.ridge.limit]
kind = "penalised"
norm = "l2"
[parts.ridge.sweep]
"limit.lambda" = [100.0, 10.0]
"data.seed" = { range = [0, 3] }
keep = ["limit_w"]
[quick.flow.sweep]
"stop.time" = [0.01]
[quick.ridge.sweep]
"limit.lambda" = [100.0]
[[distances]]
name = "apart"
part = "flow"
from = "w"
to = "ridge.limit_w"
)";
const char* const kChart = R"(
[[charts]]
name = "c"
title = "a chart"
[[charts.series]]
name = "risk"
part = "flow"
x = "stop.time"
y = "truth_error"
over = "data.seed"
[[charts.series]]
name = "product"
part = "flow"
kind = "dots"
x = "stop.time * ridge.limit.lambda"
y = "apart"
[[charts.series]]
name = "seed {}"
part = "flow"
where = "stop.time > 0.05"
by = "data.seed"
x = "entry"
y = "array.w"
[[charts.formulas]]
name = "x²"
y = "x^2"
from = 0.0
to = 2.0
)";
const char* const kChecks = R"(
[[checks]]
text = "near"
part = "flow"
holds = "apart < 0.2985"
[[checks]]
text = "never"
part = "flow"
holds = "truth_error < 0"
[[checks]]
text = "about half"
part = "flow"
where = "data.seed == 0"
holds = "stop.time < 0.05"
least = 0.5
)";

class Figure : public ::testing::Test {
 protected:
  FigureSpec read(const std::string& text, FigureSize size = FigureSize::standard) {
    folder_.write("f.toml", text);
    return read_figure(folder_.path() + "/f.toml", size);
  }
  std::string refused(const std::string& text) {
    return testing::refusal([&] { read(text); });
  }
  std::string out() { return folder_.path() + "/out"; }

  TemporaryFolder folder_;
};

std::string parts() { return kParts; }

TEST_F(Figure, one_entry_of_an_array_is_a_number_of_its_trial) {
  std::string text = parts() + kChart;
  const std::string product = "x = \"stop.time * ridge.limit.lambda\"\ny = \"apart\"";
  text.replace(text.find(product), product.size(),
               "where = \"stop.time > 0.05\"\nx = \"array.w.2\"\ny = \"ridge.array.limit_w.99\"");
  const Chart chart = run_figure(read(text), out()).charts.at(0);
  const Series& entries = chart.series.at(1);
  ASSERT_EQ(entries.points.size(), 3u) << "a dot a trial, not an array's curve";
  for (std::size_t seed = 0; seed < 3; ++seed) {
    EXPECT_EQ(entries.points[seed].first, chart.series.at(2 + seed).points[1].second);
    EXPECT_TRUE(std::isnan(entries.points[seed].second)) << "beyond its length";
  }
}

TEST_F(Figure, draws_what_its_formulas_say) {
  const FigureSpec figure = read(parts() + kChart + kChecks);
  const FigureResult result = run_figure(figure, out());
  const Chart& chart = result.charts.at(0);
  const Series& risk = chart.series.at(0);
  ASSERT_EQ(risk.points.size(), 2u);
  EXPECT_EQ(risk.points[1].first, 0.1);
  EXPECT_LT(risk.band[0].first, risk.points[0].second);
  // Trials of two parts meet by seed, and by position on what they do not share, whatever the order of the axes.
  const Series& product = chart.series.at(1);
  ASSERT_EQ(product.points.size(), 6u);
  for (const auto& [x, apart] : product.points) {
    EXPECT_DOUBLE_EQ(x, 1.0);
    EXPECT_GT(apart, 0.0);
    EXPECT_LE(apart, 0.2985);
  }
  // One curve a seed, each with an entry for each of the five coefficients.
  ASSERT_EQ(chart.series.size(), 6u);
  EXPECT_EQ(chart.series[2].name, "seed 0");
  EXPECT_EQ(chart.series[4].points.size(), 5u);
  EXPECT_EQ(chart.series[4].points[4].first, 5.0);
  EXPECT_EQ(chart.series[5].points.back(), (std::pair{2.0, 4.0}));
}

TEST_F(Figure, a_median_over_an_axis_is_over_those_that_advance_with_it_too) {
  std::string text = parts() + kChart;
  text.replace(text.find("keep = [\"w\"]"), 12,
               "\"dynamics.rtol\" = [1e-8, 1e-9, 1e-10]\nzip = [[\"data.seed\", \"dynamics.rtol\"]]\nkeep = [\"w\"]");
  text.replace(text.find("\"data.seed\" = \"chosen by us\""), 28,
               "\"dynamics.rtol\" = \"chosen by us\"\n\"data.seed\" = \"chosen by us\"");
  EXPECT_EQ(run_figure(read(text), out()).charts.at(0).series.at(0).points.size(), 2u) << "one for each time, not one a seed";
}

TEST_F(Figure, a_colour_is_one_value_in_all_series_of_a_chart) {
  std::string text = parts() + kChart;
  const std::string seeds = "where = \"stop.time > 0.05\"\nby";
  text.replace(text.find(seeds), seeds.size(), "where = \"data.seed < 1.5\"\nby");
  text +=
      "[[charts.series]]\nname = \"{}\"\npart = \"flow\"\nwhere = \"data.seed > 0.5\"\nby = \"data.seed\"\nx = \"entry\"\ny = "
      "\"array.w\"\n";
  std::map<std::string, std::set<double>> shades;
  for (const Series& s : run_figure(read(text), out()).charts.at(0).series)
    if (s.shade && !s.name.empty()) shades[s.name.substr(s.name.size() - 1)].insert(*s.shade);
  const std::map<std::string, std::set<double>> expected = {{"0", {0.0}}, {"1", {0.5}}, {"2", {1.0}}};
  EXPECT_EQ(shades, expected);
}

TEST_F(Figure, a_series_without_a_point_has_no_name_in_the_legend) {
  std::string text = parts() + kChart;
  text.replace(text.find("y = \"array.w\""), 13, "y = \"data.seed > 0.5 ? array.w : 0/0\"");
  const FigureResult result = run_figure(read(text), out());
  std::vector<std::string> names;
  for (const Series& s : result.charts.at(0).series) names.push_back(s.name);
  EXPECT_EQ(names, (std::vector<std::string>{"risk", "product", "", "seed 1", "seed 2", "x²"}));
}

TEST_F(Figure, checks_say_in_how_many_trials_they_hold) {
  const FigureSpec figure = read(parts() + kChart + kChecks);
  const FigureResult result = run_figure(figure, out());
  EXPECT_EQ(result.checks.at(0).text(), "near: holds in 6 of 6 trials");
  EXPECT_EQ(result.checks.at(1).text(), "never: DOES NOT HOLD in 0 of 6 trials");
  EXPECT_EQ(result.checks.at(2).text(), "about half: holds in 1 of 2 trials");
  EXPECT_FALSE(result.passed());
}

TEST_F(Figure, goes_on_where_it_was_stopped_and_runs_nothing_twice) {
  const FigureSpec figure = read(parts() + kChart);
  FigureOptions stop_at_once;
  stop_at_once.stop = [] { return StopRequest::finish; };
  EXPECT_EQ(run_figure(figure, out(), stop_at_once).stopped, StopRequest::finish);
  EXPECT_EQ(run_figure(figure, out()).parts.at(0).trials, 6u);
  const auto journals = [&] {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(out()))
      if (entry.path().extension() == ".journal") all += read_file(entry.path().string(), 1'000'000);
    return all;
  };
  const std::string before = journals();
  EXPECT_NE(before, "");
  EXPECT_EQ(run_figure(figure, out()).parts.at(0).trials, 6u);
  EXPECT_EQ(journals(), before);
}

TEST_F(Figure, quick_lies_over_the_parts) {
  EXPECT_EQ(run_figure(read(parts() + kChart, FigureSize::quick), out()).parts.at(0).trials, 3u);
}

TEST_F(Figure, writes_a_page_and_charts_with_their_numbers) {
  const FigureSpec figure = read(parts() + kChart + kChecks);
  const WrittenFigure written = write_figure(figure, run_figure(figure, out()), FigureSize::standard, out());
  EXPECT_TRUE(written.problems.empty()) << written.problems.front();
  for (const char* file : {"c.svg", "c.pdf", "c.csv", "index.html"})
    EXPECT_TRUE(std::filesystem::exists(out() + "/" + file)) << file;
}

TEST_F(Figure, every_number_has_an_origin_and_every_origin_a_number) {
  const auto without = [](std::string text, const std::string& part) { return text.erase(text.find(part), part.size()); };
  EXPECT_THAT(refused(without(parts(), "\"data.samples\" = \"deck\"\n") + kChart),
              HasSubstr("parts.flow.data.samples: a number without an origin; add \"data.samples\" to [origin]"));
  EXPECT_THAT(refused(without(parts(), "\"stop.time\" = \"paper\"\n") + kChart),
              HasSubstr("flow.stop.time: a number without an origin"));
  std::string text = parts();
  text.replace(text.find("= \"deck\""), 8, "= \"a friend\"");
  EXPECT_THAT(refused(text + kChart),
              HasSubstr("origin of data.samples: got \"a friend\", expected deck, public code, paper, chosen by us"));
  text = parts();
  text.insert(text.find("[parts.flow.data]"), "\"model.depth\" = \"deck\"\n");
  EXPECT_THAT(refused(text + kChart), HasSubstr("origin of model.depth: no part has such a number"));
}

TEST_F(Figure, what_nobody_knows_is_refused_with_the_nearest_name) {
  EXPECT_THAT(refused(parts() + kChart + "[[checks]]\ntext = \"x\"\npart = \"flwo\"\nholds = \"1\"\n"),
              HasSubstr("unknown part \"flwo\" (did you mean \"flow\"?)"));
  std::string chart = kChart;
  chart.replace(chart.find("over = \"data.seed\""), 18, "over = \"data.sede\"");
  EXPECT_THAT(refused(parts() + chart), HasSubstr("\"data.sede\" is no axis of flow (did you mean \"data.seed\"?)"));
  EXPECT_THAT(refused("charst = 1\n" + parts() + kChart), HasSubstr("unknown key (did you mean \"charts\"?)"));
  const FigureSpec figure = read(parts() + kChart + "[[checks]]\ntext = \"x\"\npart = \"flow\"\nholds = \"truth_eror < 1\"\n");
  EXPECT_THAT(testing::refusal([&] { run_figure(figure, out()); }),
              HasSubstr("unknown name \"truth_eror\" (did you mean \"truth_error\"?)"));
  EXPECT_THAT(testing::refusal([&] { find_figure("doubel-descent", {{"double-descent", ""}}); }),
              HasSubstr("unknown figure \"doubel-descent\" (did you mean \"double-descent\"?)"));
}

TEST(Figures, all_that_ship_can_be_read_in_every_size) {
  const auto figures = figures_in(PENCHANT_SOURCE_DIR "/examples/figures");
  EXPECT_GE(figures.size(), 7u);
  for (const FigureFile& file : figures)
    for (FigureSize size : {FigureSize::quick, FigureSize::standard, FigureSize::full}) {
      const FigureSpec figure = read_figure(file.path, size);
      EXPECT_FALSE(figure.checks.empty()) << file.name << " asserts nothing";
      EXPECT_FALSE(figure.source.empty()) << file.name;
    }
}

}  // namespace
}  // namespace penchant
