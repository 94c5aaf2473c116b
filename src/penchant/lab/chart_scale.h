// Where things of a chart stand: ends of the axes, ticks, cells, and which points are drawn. Both renderers take it from here.
#pragma once

#include <string>
#include <vector>

#include "penchant/lab/chart.h"

namespace penchant {

// What is on the axis at `value`: log10 of it on a logarithmic axis, NaN where there is no such place.
double on_scale(const Axis& axis, double value);

struct Domain {
  double low = 0.0, high = 1.0;
};
// Axis::range, or the cells of a heat map (series beyond it are cut), or all that is drawn with 2 % (x) and 5 % (y) of room; never
// empty, low < high.
Domain x_domain(const Chart& chart);
Domain y_domain(const Chart& chart);
Domain colour_domain(const Heat& heat);  // in log10 if heat.log; both sides of `middle` equally long

// A mark of an axis: `text`, with `power` raised behind it ("10" and "-3" is 10⁻³; "10" and "-2×10^9" is ten to the −2×10⁹).
struct Tick {
  double at = 0.0;
  std::string text = {};
  std::string power = {};
};
std::string plain(const Tick& tick);  // in Unicode: 10⁻³, 10^(10⁹)

// At most `most` ticks inside the domain, increasing, at 1, 2, 5 times a power of ten; on axes in powers of ten whole powers if
// there are three, else 1, 2 and 5 of each, else as on a linear axis.
std::vector<Tick> ticks(const Axis& axis, Domain domain, int most = 8);

// Ends of the cells about `centres`: one more than those.
std::vector<double> cell_edges(const Axis& axis, const std::vector<double>& centres);

constexpr std::size_t kMostDrawn = 400;       // of a line or a band
constexpr std::size_t kMostDrawnDots = 2000;  // of dots and bars
// Indices of the points that are drawn, increasing. Beyond the numbers above a line is parted into stretches of equal length on its
// axis (so they are spaced evenly in log x on a logarithmic axis) and each keeps its first point, its lowest and highest (with a
// band: of all three curves) and one gap if it has any: no peak is lost. Dots are thinned evenly by index. The CSV keeps every
// point.
std::vector<std::size_t> drawn_points(const Series& series, const Axis& x);

}  // namespace penchant
