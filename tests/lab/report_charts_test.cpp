#include "penchant/lab/report_charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penchant {
namespace {

Value record(bool measured) {
  Value::List snapshots;
  for (double time : {0.0, 1.0, 2.0}) {
    Value snapshot = Value::object({{"log10_time", time}, {"log10_loss", -time}});
    if (measured) snapshot.set("sharpness", 3.0 + time);
    snapshots.push_back(std::move(snapshot));
  }
  return Value::object(
      {{"comparisons", Value::List{}}, {"trajectory", Value::object({{"snapshots", snapshots}, {"step_size", 0.5}})}});
}

std::vector<std::string> titles(const std::vector<Chart>& charts) {
  std::vector<std::string> out;
  for (const Chart& chart : charts) out.push_back(chart.title);
  return out;
}

TEST(ReportCharts, show_the_curvature_that_was_measured_against_the_edge) {
  const std::vector<Chart> charts = charts_of(record(true));
  ASSERT_THAT(titles(charts), ::testing::ElementsAre("Training loss", "Sharpness")) << "the trace was not asked for";
  EXPECT_EQ(charts[1].series.at(0).points.back().second, 5.0);
  EXPECT_EQ(charts[1].rules.at(0).at, 4.0) << "2/η";
}

TEST(ReportCharts, show_none_that_was_not) {
  EXPECT_THAT(titles(charts_of(record(false))), ::testing::ElementsAre("Training loss"));
}

}  // namespace
}  // namespace penchant
