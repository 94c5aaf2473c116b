// From the trials of a figure to its charts and checks.
#pragma once

#include <vector>

#include "penchant/lab/chart.h"
#include "penchant/lab/figure_data.h"

namespace penchant {

// Throws InvalidInput, naming the figure and the chart, for a formula that does not parse or names what no trial has.
Chart figure_chart(const FigureSpec& figure, const FigureChart& chart, const FigureData& data);

struct CheckResult {
  const FigureCheck* check = nullptr;
  std::size_t holds = 0, trials = 0;  // of those that `where` lets through
  bool passed() const { return trials > 0 && static_cast<double>(holds) >= check->least * static_cast<double>(trials); }
  std::string text() const;           // one sentence
};
std::vector<CheckResult> figure_checks(const FigureSpec& figure, const FigureData& data);

}  // namespace penchant
