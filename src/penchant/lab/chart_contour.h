// Lines of equal value over a heat map, by marching squares between the cells' centres; both renderers draw these lines.
#pragma once

#include <utility>
#include <vector>

#include "penchant/lab/chart.h"

namespace penchant {

using Polyline = std::vector<std::pair<double, double>>;  // (x, y) in the axes' own units

// Interpolated linearly in what the axes and the colours show (logarithms where they are logarithmic). A square with a hole at a
// corner has no line; a saddle is parted by the mean of its corners.
std::vector<Polyline> contour_lines(const Chart& chart, double level);

}  // namespace penchant
