// The numbers of a chart, all of them, as one tidy table.
#pragma once

#include <string>

#include "penchant/lab/chart.h"

namespace penchant {

// series,x,y,low,high: one row a point, in the chart's order; with a heat map a sixth column, value, and one row a cell (series =
// its label). Numbers have as many digits as read back to the same double (17 at most); on an axis with `power` they are log10 of
// the quantity. What is missing or not finite is an empty field. A rule is a row with one of x and y, series = its label. Fields
// with commas, quotes or line ends are quoted (RFC 4180); lines end with \n.
std::string chart_csv(const Chart& chart);

}  // namespace penchant
