// Rates: the slope of log|quantity| against log(variable).
#pragma once

#include <optional>
#include <vector>

#include "penchant/core/types.h"

namespace penchant {

struct LineFit {
  double slope = 0.0;
  double half_width = 0.0;  // of the 95 % interval of the slope, from the scatter about the line
  Index points = 0;
};

// Least squares through all points of [from, to]; points whose y is not finite are gaps. Absent with fewer than four points.
std::optional<LineFit> fit_line(VecIn x, VecIn y, double from, double to);

}  // namespace penchant
