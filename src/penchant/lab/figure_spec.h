// A figure, described: which sweeps it runs, what it draws of them, what must hold in them, and where every number comes from.
//
//   title statement deck source            what the figure is about; `source`: keys of theory/sources.bib
//   [origin]  "runs.data.samples" = "deck" | "public code" | "paper" | "chosen by us", each followed by ": why" if wanted;
//             one entry for every number in [parts] (a key without the part's name speaks for all parts)
//   [parts.NAME]                           a spec with [parts.NAME.sweep], as `penchant sweep` reads it
//   [quick.NAME] [full.NAME]               laid over the part with --quick and --full
//   [[distances]] name part from to        a column: ‖a-b‖₂/‖b‖₂ of two kept arrays,
//                                          `to` = "PART.ARRAY" where it belongs to another part
//   [[charts]]                             see FigureChart
//   [[checks]] text part holds where least     `holds`: a formula that is true of each trial (or of a share of them, `least`)
//
// Names in formulas: the part's axes and every number of its spec ("init.scale", "data.samples"), trial_value_names(),
// agrees disagrees undecided, names of [[distances]], "array.NAME" (what [sweep] keep kept, entry by entry) and "entry" (1, 2, …),
// "array.NAME.3" (its third entry alone, a number of the trial), all of another part as
// "PART.name". Trials of two parts belong together where the axes they share have equal values;
// axes they do not share go by position.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "penchant/lab/chart.h"
#include "penchant/lab/sweep_spec.h"

namespace penchant {

enum class FigureSize { standard, quick, full };

enum class Statistic {
  none,    // every trial is a point
  mean,    // over the values of `over`, band: standard error
  median   // band: 10 % to 90 %
};

struct FigureSeries {
  std::string name, part, x, y;
  std::string where;                // formula: only trials for which it is true
  std::string by;                   // an axis: one series for each of its values
  std::string over;                 // an axis that statistic summarises
  Statistic statistic = Statistic::mean;
  bool band = true;
  SeriesKind kind = SeriesKind::line;
  Role role = Role::run;
  bool dashed = false;
  bool sorted = false;              // arrays: by decreasing value
  std::optional<int> hue;           // its place in a palette for unordered things, in place of the role's colour
  std::optional<double> shade = {};  // Series::shade of what is drawn without `by`
};

struct FigureFormula {
  std::string name, y;              // of x
  double from = 0.0, to = 1.0;
  Role role = Role::theory;
  bool dashed = true;
  std::optional<double> shade = {};
};

struct FigureHeat {
  std::string part, x, y, value, over;
  std::string label;
  bool log = false;
  std::vector<double> contours;
  std::optional<double> middle;
};

struct FigureChart {
  std::string name, title, caption;
  Axis x, y;
  std::vector<FigureSeries> series;
  std::vector<FigureFormula> formulas;
  std::vector<Rule> rules;
  std::optional<FigureHeat> heat;
};

struct FigureDistance {
  std::string name, part, from, to;
};

struct FigureCheck {
  std::string text, part, holds, where;
  double least = 1.0;               // share of the trials
};

struct FigurePart {
  std::string name;
  SweepSpec sweep;
};

struct FigureSpec {
  std::string name;                 // the file's
  std::string title, statement, deck, source;
  std::map<std::string, std::string> origin;
  std::vector<FigurePart> parts;
  std::vector<FigureDistance> distances;
  std::vector<FigureChart> charts;
  std::vector<FigureCheck> checks;
};

// Throws InvalidInput as every reader of specs; also for a number without an origin, an origin of no number,
// a part or an axis nobody knows.
FigureSpec read_figure(const std::string& path, FigureSize size = FigureSize::standard);

}  // namespace penchant
