// Which axis of a sweep goes where in its report, and which numbers are shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penchant/lab/sweep_table.h"

namespace penchant {

// A number of the trials that a report shows, with what theory's own point has for it.
struct Metric {
  std::string name;                // of the column
  std::string label;
  std::string limit;               // column of the same number at the solved limit; empty: none
  bool power = false;              // the column holds log10 of the quantity
  bool log = false;                // a quantity that is read by its order of magnitude
};

struct SweepAxisInfo {
  std::string name;
  std::string label;               // with the axes that advance with it
  Levels levels;
  bool seed = false;               // summed over
  bool log = false;                // positive, over a wide range
};

struct SweepViewOptions {
  std::string x, by;               // axes; empty: chosen
  std::vector<std::string> y;      // columns; empty: chosen
};

// x: the numeric axis with the most values. by: one curve for each of its values; of what is left the axis with the most values,
// up to kMostCurves. rest: one chart for each combination. seeds: axes called seed, summed over.
struct SweepView {
  std::vector<SweepAxisInfo> axes;  // with at least two values
  // into axes; across: a second numeric axis with at least three values, the height of a heat map
  std::optional<std::size_t> x, by, across;
  std::vector<std::size_t> rest, seeds;
  std::vector<Metric> metrics;
};

// Throws InvalidInput for a name in `options` that is no axis, no numeric axis (x), or no column with numbers (y),
// naming the nearest.
SweepView sweep_view(const Value& sweep, const StoreTable& table, const SweepViewOptions& options = {});

// None is negative, some are positive, and they span a wide range or are read by their order of magnitude anyway.
bool suits_log(const Metric& metric, const StoreColumn& column);
// "1e-4", "power", "[2, 3]".
std::string level_text(const Value& level);

}  // namespace penchant
