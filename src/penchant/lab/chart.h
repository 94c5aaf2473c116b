// A chart as data: what it shows, not how it is drawn. Reports draw it with Observable Plot (web/src/report.js).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "penchant/core/value.h"

namespace penchant {

struct Axis {
  std::string label;
  bool log = false;      // logarithmic scale; values must be positive
  bool power = false;    // values are log10 of the quantity: ticks read 10^k
  bool integer = false;  // only whole numbers are ticks
};

enum class SeriesKind { line, dots, bars };
// Decides the colour, the same in every chart: what was trained, what theory says, the error budget.
enum class Role { run, theory, budget, bound, other };

struct Series {
  std::string name;
  SeriesKind kind = SeriesKind::line;
  Role role = Role::run;
  bool dashed = false;
  std::vector<std::pair<double, double>> points;  // a value that is not finite is a gap
};

struct Rule {
  double y = 0.0;
  std::string label;
  Role role = Role::budget;
};

struct Chart {
  std::string title, caption;
  Axis x, y;
  std::vector<Series> series;
  std::vector<Rule> rules;
};

Value to_value(const Chart& chart);

}  // namespace penchant
