// The charts of a sweep: curves with bands over seeds, theory beside them, phase diagrams.
#pragma once

#include <string>
#include <vector>

#include "penchant/lab/chart.h"
#include "penchant/lab/report_sweep_view.h"

namespace penchant {

// The power law that theory names for a number, where a sweep over `parameter` shows it.
struct TheorySlope {
  std::string metric;     // column
  std::string parameter;  // axis
  double exponent = 0.0;
  double from = 0.0, to = 0.0;
};

// With `statistics` off (an incomplete sweep) the trials themselves are drawn, at most kMostDots of them, and nothing is summed up.
// At most kMostCharts; `left_out` counts the others.
struct SweepCharts {
  std::vector<Chart> charts;
  std::size_t left_out = 0;
};
SweepCharts sweep_charts(const StoreTable& table, const SweepView& view, const std::vector<TheorySlope>& slopes, bool statistics);

}  // namespace penchant
