#include "penchant/lab/chart_csv.h"

#include <cmath>

#include "penchant/core/csv_field.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

std::string field(double value) { return std::isfinite(value) ? number_text(value) : std::string(); }

}  // namespace

std::string chart_csv(const Chart& chart) {
  check(chart);
  const char* value_column = chart.heat ? "," : "";
  std::string out = cat("series,x,y,low,high", chart.heat ? ",value" : "", "\n");
  if (const auto& heat = chart.heat)
    for (std::size_t i = 0; i < heat->ys.size(); ++i)
      for (std::size_t j = 0; j < heat->xs.size(); ++j)
        out += cat(csv_text(heat->label), ",", field(heat->xs[j]), ",", field(heat->ys[i]), ",,,",
                   field(heat->values(static_cast<Index>(i), static_cast<Index>(j))), "\n");
  for (const Series& s : chart.series)
    for (std::size_t i = 0; i < s.points.size(); ++i) {
      const bool band = !s.band.empty();
      out += cat(csv_text(s.name), ",", field(s.points[i].first), ",", s.kind == SeriesKind::band ? "" : field(s.points[i].second),
                 ",", band ? field(s.band[i].first) : "", ",", band ? field(s.band[i].second) : "", value_column, "\n");
    }
  for (const Rule& rule : chart.rules)
    out += cat(csv_text(rule.label), ",", rule.vertical ? field(rule.at) : "", ",", rule.vertical ? "" : field(rule.at), ",,",
               value_column, "\n");
  return out;
}

}  // namespace penchant
