// A chart as data: what it shows, not how it is drawn. Reports draw it with Observable Plot (web/src/chart.js), papers with gnuplot
// (gnuplot.h), and chart_csv.h writes its numbers.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "penchant/core/value.h"

namespace penchant {

struct Axis {
  std::string label;
  bool log = false;  // logarithmic scale: a value that is not positive is a gap
  // Values are log10 of the quantity: ticks read 10^k. With `log` as well they read 10^1, 10^10, 10^100, 10^(10^4).
  bool power = false;
  bool integer = false;  // only whole numbers are ticks
  // The ends, in the values' unit; without it what the data needs.
  std::optional<std::pair<double, double>> range = std::nullopt;
};

enum class SeriesKind {
  line,
  dots,
  bars,  // from 0 to y
  band   // the area between low and high; y is not drawn
};
// Decides the colour, the same in every chart: what was trained, what theory says, the error budget.
enum class Role { run, theory, budget, bound, other };

struct Series {
  std::string name = {};  // in the legend; empty: not in it
  SeriesKind kind = SeriesKind::line;
  Role role = Role::run;
  bool dashed = false;
  std::vector<std::pair<double, double>> points = {};  // (x, y); one that is not finite is a gap
  // (low, high) at each point: an area about a line, an error bar through a dot. Empty or one a point.
  std::vector<std::pair<double, double>> band = {};
  // Instead of the role's colour: `hue` counts through a palette for unordered things (six solid and six dashed, all told apart by
  // everybody; then they repeat), `shade` in [0, 1] is the place of a parameter in its range, small to large.
  std::optional<int> hue = std::nullopt;
  std::optional<double> shade = std::nullopt;
};

// A level across the whole chart: y = at, or x = at if vertical.
struct Rule {
  double at = 0.0;
  std::string label = {};
  Role role = Role::budget;
  bool vertical = false;
};

// Coloured cells, drawn under every series. A cell reaches half way to its neighbours (on a logarithmic axis in the logarithm).
struct Heat {
  std::vector<double> xs = {}, ys = {};         // centres, increasing
  Matrix values = {};                           // (ys, xs); one that is not finite is a hole
  std::string label = {};                       // what the colours say
  bool log = false;                             // colours by log10 of the values: one that is not positive is a hole
  std::vector<double> contours = {};            // levels drawn as lines, interpolated between the centres
  std::optional<double> middle = std::nullopt;  // a level that parts two sides: colours diverge from it
  std::optional<std::pair<double, double>> range = std::nullopt;
};

struct Chart {
  std::string title = {}, caption = {};
  Axis x = {}, y = {};
  std::vector<Series> series = {};
  std::vector<Rule> rules = {};
  std::string name = {};  // stem of its files; empty: made from the title
  std::optional<Heat> heat = std::nullopt;
};

// name, or the title in lower case letters, digits and dashes; at most 60 characters, never empty.
std::string file_stem(const Chart& chart);

// Throws InvalidInput, naming chart and series: a band of another length than its points, a heat map whose values are not (ys, xs)
// or whose centres do not increase, a shade outside [0, 1].
void check(const Chart& chart);

// What web/src/chart.js draws: scales with their ticks, colours for light and dark paper, contour lines. All points are in it, also
// those that are not drawn (chart_scale.h), so that the page can offer the whole CSV.
Value to_value(const Chart& chart);

}  // namespace penchant
