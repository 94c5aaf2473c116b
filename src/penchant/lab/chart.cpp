#include "penchant/lab/chart.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/lab/chart_contour.h"
#include "penchant/lab/chart_palette.h"
#include "penchant/lab/chart_scale.h"

namespace penchant {

namespace {

const char* name(SeriesKind kind) {
  switch (kind) {
    case SeriesKind::line:
      return "line";
    case SeriesKind::dots:
      return "dots";
    case SeriesKind::bars:
      return "bars";
    case SeriesKind::band:
      return "band";
  }
  return "line";
}

bool increasing(const std::vector<double>& xs) {
  for (std::size_t i = 0; i + 1 < xs.size(); ++i)
    if (!(xs[i] < xs[i + 1])) return false;
  return std::all_of(xs.begin(), xs.end(), [](double x) { return std::isfinite(x); });
}

Value list_of(const std::vector<double>& xs) {
  Value::List out;
  for (double x : xs) out.push_back(x);
  return out;
}

Value pair_of(double a, double b) { return Value::List{a, b}; }

Value ticks_of(const std::vector<Tick>& marks) {
  Value::List out;
  for (const Tick& tick : marks) out.push_back(Value::List{tick.at, plain(tick)});
  return out;
}

Value axis_value(const Axis& axis, Domain domain) {
  return Value::object({{"label", axis.label},
                        {"log", axis.log},
                        {"domain", pair_of(domain.low, domain.high)},
                        {"ticks", ticks_of(ticks(axis, domain))}});
}

Value series_value(const Series& s, const Axis& x) {
  Value::List points;
  for (std::size_t i = 0; i < s.points.size(); ++i) {
    Value::List point = {s.points[i].first, s.points[i].second};
    if (!s.band.empty()) point.insert(point.end(), {s.band[i].first, s.band[i].second});
    points.push_back(std::move(point));
  }
  Value out = Value::object({{"name", s.name},
                             {"kind", name(s.kind)},
                             {"colour", Value::List{colour(s, Paper::light), colour(s, Paper::dark)}},
                             {"dashed", dashed(s)},
                             {"points", std::move(points)}});
  if (const auto drawn = drawn_points(s, x); drawn.size() < s.points.size()) {
    Value::List indices;
    for (std::size_t i : drawn) indices.push_back(static_cast<std::int64_t>(i));
    out.set("drawn", std::move(indices));
  }
  return out;
}

Value rule_value(const Rule& r) {
  return Value::object({{"at", r.at},
                        {"vertical", r.vertical},
                        {"label", r.label},
                        {"colour", Value::List{role_colour(r.role, Paper::light), role_colour(r.role, Paper::dark)}}});
}

Value heat_value(const Chart& chart) {
  const Heat& heat = *chart.heat;
  Value::List rows, contours, stops;
  for (Index i = 0; i < heat.values.rows(); ++i) rows.push_back(Vector(heat.values.row(i)));
  for (double level : heat.contours) {
    Value::List lines;
    for (const Polyline& line : contour_lines(chart, level)) {
      Value::List points;
      for (const auto& [x, y] : line) points.push_back(pair_of(x, y));
      lines.push_back(std::move(points));
    }
    contours.push_back(Value::object({{"level", short_text(level)}, {"lines", std::move(lines)}}));
  }
  for (const std::string& stop : heat.middle ? diverging_stops() : sequential_stops()) stops.push_back(stop);
  const Domain colours = colour_domain(heat);
  return Value::object({{"label", heat.label},
                        {"log", heat.log},
                        {"xs", list_of(heat.xs)},
                        {"ys", list_of(heat.ys)},
                        {"x_edges", list_of(cell_edges(chart.x, heat.xs))},
                        {"y_edges", list_of(cell_edges(chart.y, heat.ys))},
                        {"values", std::move(rows)},
                        {"domain", pair_of(colours.low, colours.high)},
                        {"ticks", ticks_of(ticks({.power = heat.log}, colours, 6))},
                        {"stops", std::move(stops)},
                        {"contours", std::move(contours)}});
}

}  // namespace

std::string file_stem(const Chart& chart) {
  constexpr std::size_t kLongest = 60;
  std::string out;
  for (char c : chart.name.empty() ? chart.title : chart.name) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (!chart.name.empty() && (c == '_' || c == '.'));
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c - 'A' + 'a');
    else if (kept)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  out = out.substr(0, kLongest);
  // A leading dot would hide the file, or leave the folder.
  out.erase(0, std::min(out.find_first_not_of("-."), out.size()));
  while (!out.empty() && (out.back() == '-' || out.back() == '.')) out.pop_back();
  return out.empty() ? "chart" : out;
}

void check(const Chart& chart) {
  const std::string where = cat("chart ", in_quotes(chart.name.empty() ? chart.title : chart.name), ": ");
  for (const Series& s : chart.series) {
    const std::string series = cat(where, "series ", in_quotes(s.name), " ");
    if (!s.band.empty() && s.band.size() != s.points.size())
      throw InvalidInput(
          cat(series, "has a band of ", s.band.size(), " pairs for ", s.points.size(), " points; expected one a point or none"));
    if (s.kind == SeriesKind::band && s.band.size() != s.points.size())
      throw InvalidInput(cat(series, "is a band without low and high; expected ", s.points.size(), " pairs"));
    if (s.shade && !(*s.shade >= 0.0 && *s.shade <= 1.0))
      throw InvalidInput(cat(series, "has shade ", *s.shade, "; expected 0 to 1"));
  }
  for (const Axis* axis : {&chart.x, &chart.y})
    if (axis->range && !(on_scale(*axis, axis->range->first) < on_scale(*axis, axis->range->second)))
      throw InvalidInput(cat(where, "axis ", in_quotes(axis->label), " has range ", axis->range->first, " to ", axis->range->second,
                             axis->log ? "; expected increasing positive ends" : "; expected increasing ends"));
  if (const auto& heat = chart.heat) {
    if (heat->values.rows() != static_cast<Index>(heat->ys.size()) || heat->values.cols() != static_cast<Index>(heat->xs.size()))
      throw InvalidInput(cat(where, "heat map of ", heat->xs.size(), " xs and ", heat->ys.size(), " ys has values (",
                             heat->values.rows(), ", ", heat->values.cols(), "); expected (", heat->ys.size(), ", ",
                             heat->xs.size(), ")"));
    const auto positive = [](const Axis& axis, const std::vector<double>& v) { return !axis.log || v.empty() || v.front() > 0.0; };
    if (!increasing(heat->xs) || !increasing(heat->ys) || !positive(chart.x, heat->xs) || !positive(chart.y, heat->ys))
      throw InvalidInput(cat(where, "the centres of a heat map must increase, be finite, and be positive on a logarithmic axis"));
    if (heat->log)
      for (double level : heat->contours)
        if (!(level > 0.0))
          throw InvalidInput(cat(where, "contour at ", level, "; expected a positive level on a logarithmic scale"));
  }
}

Value to_value(const Chart& chart) {
  check(chart);
  Value::List series, rules;
  for (const Series& s : chart.series) series.push_back(series_value(s, chart.x));
  for (const Rule& r : chart.rules) rules.push_back(rule_value(r));
  Value out = Value::object({{"name", file_stem(chart)},
                             {"title", chart.title},
                             {"caption", chart.caption},
                             {"x", axis_value(chart.x, x_domain(chart))},
                             {"y", axis_value(chart.y, y_domain(chart))},
                             {"series", std::move(series)},
                             {"rules", std::move(rules)}});
  if (chart.heat) out.set("heat", heat_value(chart));
  return out;
}

}  // namespace penchant
