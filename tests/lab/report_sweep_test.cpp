#include "penchant/lab/report_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/json.h"
#include "penchant/core/toml.h"
#include "penchant/lab/report_sweep_charts.h"
#include "penchant/lab/sweep_spec.h"
#include "support/store_tables.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::number_column;
using testing::word_column;

// scale × depth × seed: 5 × 2 × 4 trials whose test error is scale · depth · (1 + seed).
StoreTable grid() {
  std::vector<double> scale, depth, seed, error, limit;
  std::vector<std::string> verdict, prediction;
  for (int i = 0; i < 5; ++i)
    for (int n = 2; n <= 3; ++n)
      for (int s = 0; s < 4; ++s) {
        scale.push_back(std::pow(10.0, i - 4));
        depth.push_back(n);
        seed.push_back(s);
        error.push_back(scale.back() * n * (1 + s));
        limit.push_back(scale.back());
        verdict.emplace_back(i < 2 ? "agrees" : "undecided");
        prediction.emplace_back("C.flow");
      }
  return testing::table_of({number_column("init.scale", scale, true), number_column("model.depth", depth, true, true),
                            number_column("data.seed", seed, true, true), number_column("test_error", error),
                            number_column("limit_test_error", limit), word_column("verdict", verdict),
                            word_column("prediction", prediction)});
}

Value description() {
  return from_json(
      R"({"name": "a sweep", "spec": {"model": {"kind": "diagonal"}}, "zip": [], "keep": [],
    "verbs": ["simulate", "predict", "solve"], "seed": 0,
    "axes": [{"key": "init.scale", "count": 5, "values": {"log": [1e-4, 1, 5]}},
             {"key": "model.depth", "count": 2, "values": [2, 3]},
             {"key": "data.seed", "count": 4, "values": {"range": [0, 4, 1]}}]})",
      "sweep");
}

std::string page(const StoreTable& table, SweepReportOptions options = {}) {
  return write_document(sweep_document(description(), Value::object({{"version", "1"}}), table, options, "store"),
                        ReportFormat::markdown);
}

const Chart* chart(const Document& document, const std::string& name) {
  for (const Block& block : document.blocks)
    if (const auto* c = std::get_if<Chart>(&block); c && c->name == name) return c;
  return nullptr;
}

TEST(SweepView, the_longest_numeric_axis_lies_along_x_and_seeds_are_summed_over) {
  const SweepView view = sweep_view(description(), grid());
  ASSERT_TRUE(view.x && view.by);
  EXPECT_EQ(view.axes[*view.x].name, "init.scale");
  EXPECT_TRUE(view.axes[*view.x].log);
  EXPECT_EQ(view.axes[*view.by].name, "model.depth");
  ASSERT_EQ(view.seeds.size(), 1u);
  EXPECT_TRUE(view.rest.empty());
  ASSERT_EQ(view.metrics.size(), 1u) << "the limit's error is drawn beside the run's";
  EXPECT_EQ(view.metrics[0].limit, "limit_test_error");
}

TEST(SweepView, what_is_asked_for_is_taken_and_what_is_not_there_is_refused) {
  const SweepView view = sweep_view(description(), grid(), {.x = "model.depth", .by = "data.seed", .y = {"limit_test_error"}});
  EXPECT_EQ(view.axes[*view.x].name, "model.depth");
  EXPECT_EQ(view.axes[*view.by].name, "data.seed");
  EXPECT_TRUE(view.seeds.empty());
  EXPECT_EQ(view.metrics.at(0).name, "limit_test_error");
  EXPECT_THAT(testing::refusal([] { sweep_view(description(), grid(), {.x = "init.scal", .by = "", .y = {}}); }),
              HasSubstr("did you mean \"init.scale\""));
  EXPECT_THAT(testing::refusal([] { sweep_view(description(), grid(), {.x = "", .by = "", .y = {"test_eror"}}); }),
              HasSubstr("did you mean \"test_error\""));
  EXPECT_THAT(testing::refusal([] { sweep_view(description(), grid(), {.x = "init.scale", .by = "init.scale", .y = {}}); }),
              HasSubstr("same axis"));
}

TEST(SweepCharts, a_curve_is_the_median_over_seeds_with_its_band) {
  const Document document = sweep_document(description(), {}, grid(), {}, "store");
  const Chart* c = chart(document, "test_error-against-init.scale");
  ASSERT_NE(c, nullptr);
  ASSERT_EQ(c->series.size(), 4u) << "run and limit at two depths";
  const Series& run = c->series[0];
  EXPECT_EQ(run.name, "model.depth = 2");
  ASSERT_EQ(run.points.size(), 5u);
  EXPECT_NEAR(run.points[4].second, 2.0 * 2.5, 1e-14) << "median of 1, 2, 3, 4, times depth and scale";
  EXPECT_NEAR(run.band[4].first, 2.0 * 1.3, 1e-14);
  EXPECT_NEAR(run.band[4].second, 2.0 * 3.7, 1e-14);
  EXPECT_TRUE(c->series[1].dashed);
  EXPECT_NEAR(c->series[1].points[0].second, 1e-4, 1e-18);
  EXPECT_TRUE(c->y.log);
}

TEST(SweepCharts, two_long_numeric_axes_make_a_phase_diagram) {
  StoreTable table = grid();
  // depth 2 … 5, one seed each
  for (std::size_t row = 0; row < table.rows(); ++row) table.columns[1].numbers[row] = 2.0 + static_cast<double>(row % 4);
  table.columns.erase(table.columns.begin() + 2);
  const Document document = sweep_document(description(), {}, table, {}, "store");
  const Chart* c = chart(document, "test_error-over-init.scale-and-model.depth");
  ASSERT_NE(c, nullptr);
  ASSERT_TRUE(c->heat);
  EXPECT_EQ(c->heat->values.rows(), 4);
  EXPECT_EQ(c->heat->values.cols(), 5);
  EXPECT_NO_THROW(check(*c));
  EXPECT_NE(chart(document, "agrees-over-init.scale-and-model.depth"), nullptr);
}

TEST(SweepCharts, more_points_than_a_curve_can_show_are_put_together) {
  std::vector<double> x, y;
  for (int k = 0; k < 5000; ++k) {
    x.push_back(k);
    y.push_back(2.0 * k);
  }
  const StoreTable table = testing::table_of({number_column("stop.steps", x, true, true), number_column("test_error", y)});
  const SweepView view = sweep_view(Value(Value::Object{}), table);
  const SweepCharts drawn = sweep_charts(table, view, {}, true);
  ASSERT_EQ(drawn.charts.size(), 1u);
  const auto& points = drawn.charts[0].series[0].points;
  EXPECT_LE(points.size(), 300u);
  for (const auto& [at, value] : points)
    EXPECT_NEAR(value, 2.0 * at, 1e-9 * 1e4) << "the median of a bin of a line lies at its middle";
}

TEST(SweepReport, a_complete_sweep_says_what_a_paper_needs) {
  const std::string text = page(grid());
  EXPECT_THAT(text, AllOf(HasSubstr("complete · all 40 trials"),
                          HasSubstr("| range of init.scale | 5 values, evenly in the logarithm from 0.0001 to 1 |"),
                          HasSubstr("| base seed | 0 |"), HasSubstr("hash of the sweep"), HasSubstr("standard error")));
  EXPECT_THAT(text, HasSubstr("agree in 16, disagree in 0 and are undecided in 24 trials"));
}

TEST(SweepReport, an_incomplete_sweep_is_shown_trial_by_trial_unless_told) {
  StoreTable table = grid();
  table.trials = 50;
  table.outcomes[3] = TrialOutcome::failed;
  table.texts[3] = "the loss became inf";
  const std::string text = page(table);
  EXPECT_THAT(text, AllOf(HasSubstr("incomplete · 40 of 50 trials: 10 missing, 1 failed"), HasSubstr("No statistic is shown"),
                          HasSubstr("the loss became inf"), HasSubstr("init.scale = 0.0001, model.depth = 2, data.seed = 3"),
                          Not(HasSubstr("standard error"))));
  const Document document = sweep_document(description(), {}, table, {}, "store");
  for (const Series& series : chart(document, "test_error-against-init.scale")->series) EXPECT_EQ(series.kind, SeriesKind::dots);
  EXPECT_THAT(page(table, {.view = {}, .incomplete = true}),
              AllOf(HasSubstr("standard error"), HasSubstr("these statistics may be biased")));
}

TEST(SweepReport, its_spec_reads_back_to_the_same_sweep) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.write("sweep.toml", R"(
name = "a sweep"
[model]
kind = "diagonal"
[sweep]
"init.scale" = { log = [1e-4, 1.0, 5] }
"data.seed" = { range = [0, 4] }
"model.depth" = [2, 3]
"data.samples" = [10, 20]
zip = [["model.depth", "data.samples"]]
window = { "init.scale" = [1e-4, 1e-1] }
)");
  const Value before = to_value(read_sweep({path}));
  std::string spec;
  for (const Block& block : sweep_document(before, {}, grid(), {}, "store").blocks)
    if (const auto* code = std::get_if<CodeBlock>(&block); code && spec.empty()) spec = code->text;
  EXPECT_TRUE(same(to_value(read_sweep({folder.write("again.toml", spec)})), before)) << spec;
}

TEST(SweepSpec, a_window_belongs_to_an_axis_and_has_two_ends) {
  const testing::TemporaryFolder folder;
  const auto refused = [&](const std::string& window) {
    return testing::refusal(
        [&] { read_sweep({folder.write("s.toml", "[sweep]\n\"init.scale\" = [1.0, 2.0]\nwindow = " + window + "\n")}); });
  };
  EXPECT_THAT(refused("{ \"init.scal\" = [1.0, 2.0] }"), HasSubstr("did you mean \"init.scale\""));
  EXPECT_THAT(refused("{ \"init.scale\" = [2.0, 1.0] }"), HasSubstr("two numbers 0 < from < to"));
  EXPECT_THAT(refused("3"), HasSubstr("a table such as"));
}

}  // namespace
}  // namespace penchant
