// A sweep over a small parameter decides a theorem-limit: the distance to its limit against the parameter, on logarithmic axes,
// is a line whose slope theory names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penchant/lab/compare.h"
#include "penchant/lab/rate.h"

namespace penchant {

// One trial of the sweep.
struct SlopePoint {
  double parameter = 0.0;  // > 0
  double distance = 0.0;   // NaN: there is none
  double error = 0.0;      // of the distance: run + limit, without what the theorem leaves; NaN: not known
};

struct SlopeQuestion {
  double expected = 0.0;
  bool upper_bound = false;                           // the distance is O(parameter^expected) only
  std::optional<std::pair<double, double>> window;    // of the parameter, written in the spec beforehand
};

struct SlopeAnswer {
  Verdict verdict = Verdict::undecided;
  std::optional<LineFit> fit;    // of log10 distance against log10 parameter
  double from = 0.0, to = 0.0;   // the window, in the parameter
  std::string text;
};

// |slope - expected| <= kSlopeTolerance, and its 95 % interval no wider to either side.
inline constexpr double kSlopeTolerance = 0.05;
// A shorter window shows no power law.
inline constexpr double kSlopeDecades = 3.0;
// The largest share of a distance that its error may be. Errors of both ends tilt a line over three decades by at most
// 2·log10(1.05)/3 = 0.014, well inside the tolerance.
inline constexpr double kSlopeResolution = 0.05;

// agrees: the slope and its half-width are within kSlopeTolerance (an upper bound O(·):
// slope >= expected - tolerance where the parameter goes to 0,
// which falls at least as fast; <= expected + tolerance where it grows, expected < 0). disagrees: the whole interval lies outside.
// undecided, with the reason: no window of three decades, fewer than four points in it, a point in it without a distance or not
// resolved, an interval too wide.
SlopeAnswer decide_slope(const std::vector<SlopePoint>& points, const SlopeQuestion& question);

}  // namespace penchant
