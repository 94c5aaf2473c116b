// Every theorem-limit that a sweep is able to decide, decided.
#pragma once

#include <string>
#include <vector>

#include "penchant/lab/report_sweep_charts.h"
#include "penchant/lab/slope.h"

namespace penchant {

struct SweepSlope {
  std::string prediction;  // id
  std::string column;      // "distance" or "ID.distance"
  std::string parameter;   // the swept axis
  std::string where;       // "data.seed = 3": the other axes
  double expected = 0.0;
  SlopeAnswer answer;
};

// One answer for each prediction with a rate in a swept axis and each combination of all other axes, seeds included:
// the slope may depend on the data. The window is the [sweep] window of that axis if the sweep has one, else the whole axis;
// both stand in the spec that names the store.
// `where` names what has several values. Trials that theory did not predict this for (a start too large, …)
// leave a gap in the window. Where it names the limit and no exponent, `expected` is NaN and the answer undecided.
std::vector<SweepSlope> sweep_slopes(const Value& sweep, const StoreTable& table);

// All of one prediction: agrees if each does, disagrees if any does.
struct SlopeVerdict {
  std::string prediction, parameter, column;
  Verdict verdict = Verdict::undecided;
  std::size_t agree = 0, disagree = 0, undecided = 0;
  std::size_t without_exponent = 0;  // theory named this limit and no exponent
  std::vector<double> expected;  // increasing, those nearer than kSlopeTolerance to one before left out
  double from = 0.0, to = 0.0;   // the window
  std::string text;
};
std::vector<SlopeVerdict> slope_verdicts(const std::vector<SweepSlope>& slopes);

}  // namespace penchant
