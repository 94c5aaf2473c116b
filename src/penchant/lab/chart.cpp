#include "penchant/lab/chart.h"

namespace penchant {

namespace {

const char* name(SeriesKind kind) {
  switch (kind) {
    case SeriesKind::line: return "line";
    case SeriesKind::dots: return "dots";
    case SeriesKind::bars: return "bars";
  }
  return "line";
}

const char* name(Role role) {
  switch (role) {
    case Role::run: return "run";
    case Role::theory: return "theory";
    case Role::budget: return "budget";
    case Role::bound: return "bound";
    case Role::other: return "other";
  }
  return "other";
}

Value to_value(const Axis& axis) { return Value::object({{"label", axis.label}, {"log", axis.log}, {"power", axis.power}, {"integer", axis.integer}}); }

Value to_value(const Series& series) {
  Value::List points;
  for (const auto& [x, y] : series.points) points.push_back(Value::List{x, y});
  return Value::object({{"name", series.name}, {"kind", name(series.kind)}, {"role", name(series.role)}, {"dashed", series.dashed}, {"points", points}});
}

}  // namespace

Value to_value(const Chart& chart) {
  Value::List series, rules;
  for (const Series& s : chart.series) series.push_back(to_value(s));
  for (const Rule& r : chart.rules) rules.push_back(Value::object({{"y", r.y}, {"label", r.label}, {"role", name(r.role)}}));
  return Value::object({{"title", chart.title}, {"caption", chart.caption}, {"x", to_value(chart.x)}, {"y", to_value(chart.y)}, {"series", series}, {"rules", rules}});
}

}  // namespace penchant
