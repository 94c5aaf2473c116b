#include "penchant/lab/figure_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/summary.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Point {
  double x = 0.0, y = 0.0;
};

// The trials of a series, and one curve's worth of them at a time.
struct Curve {
  std::string label;                  // value of `by`
  bool is_number = false;             // that value
  std::vector<std::size_t> trials;
};

// In a legend: 0.1, entropy, or "p_norm, p = 1.5" of a table.
std::string axis_text(const Value& value) {
  if (value.is_number()) return short_text(value.number());
  if (value.as_string()) return *value.as_string();
  if (!value.as_object()) return to_json(value, -1);
  std::vector<std::string> words;
  if (const Value* kind = value.find("kind")) words.push_back(axis_text(*kind));
  for (const auto& [key, inner] : *value.as_object())
    if (key != "kind") words.push_back(cat(key, " = ", axis_text(inner)));
  return join(words, ", ");
}

// A name in the legend without a line would promise one.
bool is_drawn(const Series& series) {
  return std::any_of(series.points.begin(), series.points.end(), [](const auto& p) { return std::isfinite(p.second); });
}

// The values of each `by` that a chart shows, over all of its series: a value has one colour, and no other has it.
class Palette {
 public:
  void add(const std::string& by, const std::string& label) {
    std::vector<std::string>& labels = labels_[by];
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
  }
  std::size_t count(const std::string& by) const { return by.empty() ? 1 : labels_.at(by).size(); }
  std::size_t place(const std::string& by, const std::string& label) const {
    const std::vector<std::string>& labels = labels_.at(by);
    return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), label) - labels.begin());
  }

 private:
  std::map<std::string, std::vector<std::string>> labels_;
};

class SeriesMaker {
 public:
  SeriesMaker(const FigureSeries& series, const FigureData& data, const Where& where)
      : series_(series), data_(data), where_(where), x_(series.x, at("x")), y_(series.y, at("y")) {
    if (!series.where.empty()) filter_.emplace(series.where, at("where"));
  }

  std::vector<Series> make(const Palette& palette) const {
    std::vector<Series> out;
    for (const Curve& curve : split()) {
      std::vector<Series> made = series_.over.empty() || series_.statistic == Statistic::none
                                     ? one_by_one(curve)
                                     : std::vector<Series>{summarised(curve)};
      const std::size_t place = palette.place(series_.by, curve.label), count = palette.count(series_.by);
      for (Series& s : made) {
        if (count > 1 && curve.is_number) s.shade = static_cast<double>(place) / static_cast<double>(count - 1);
        else if (count > 1) s.hue = static_cast<int>(place);
        else s.shade = series_.shade;
        if (!is_drawn(s)) s.name.clear();
        out.push_back(std::move(s));
      }
    }
    return out;
  }

  void add_to(Palette& palette) const {
    for (const Curve& curve : split()) palette.add(series_.by, curve.label);
  }

 private:
  Where at(const char* key) const { return Where{where_.file, cat(where_.path, ".", key), 0}; }

  std::vector<Curve> split() const {
    std::vector<Curve> curves;
    std::map<std::string, std::size_t> place;
    const auto& trials = data_.rows(series_.part).trials;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (filter_ && !data_.is_true(*filter_, series_.part, i, at("where"))) continue;
      const Value* value = series_.by.empty() ? nullptr : trials[i].assignments.find(series_.by);
      const std::string label = value ? axis_text(*value) : std::string();
      const auto [found, is_new] = place.try_emplace(label, curves.size());
      if (is_new) curves.push_back({label, value && value->is_number(), {}});
      curves[found->second].trials.push_back(i);
    }
    return curves;
  }

  Series blank(const std::string& label) const {
    Series out;
    out.name = series_.name;
    // "depth {}": the place for the value of `by`.
    if (const std::size_t hole = out.name.find("{}"); hole != std::string::npos) out.name.replace(hole, 2, label);
    else if (!label.empty()) out.name += cat(out.name.empty() ? "" : ", ", label);
    out.kind = series_.kind;
    out.role = series_.role;
    out.dashed = series_.dashed;
    out.hue = series_.hue;
    return out;
  }

  Point point(std::size_t trial) const {
    const auto value = [&](const Expression& e, const char* key) {
      return e([&](std::string_view name) { return data_.number(series_.part, trial, name, at(key)); });
    };
    return {value(x_, "x"), value(y_, "y")};
  }

  // Without arrays all trials make one curve; with them each trial is a curve.
  std::vector<Series> one_by_one(const Curve& curve) const {
    std::vector<Series> out;
    Series scalars = blank(curve.label);
    bool named = false, seen = false;  // the first curve that is drawn has the name
    for (const std::size_t trial : curve.trials) {
      const Index entries = entries_of(trial);
      if (entries == 0) {
        const Point p = point(trial);
        scalars.points.emplace_back(p.x, p.y);
      } else {
        out.push_back(array_curve(curve, trial, entries));
        named = named || is_drawn(out.back());
        if (std::exchange(seen, named)) out.back().name.clear();
      }
    }
    if (out.empty()) {
      if (series_.kind == SeriesKind::line)
        std::stable_sort(scalars.points.begin(), scalars.points.end(), [](auto& a, auto& b) { return a.first < b.first; });
      out.push_back(std::move(scalars));
    }
    return out;
  }

  Index entries_of(std::size_t trial) const {
    return std::max(data_.entries(series_.part, trial, x_.names(), at("x")),
                    data_.entries(series_.part, trial, y_.names(), at("y")));
  }

  Series array_curve(const Curve& curve, std::size_t trial, Index entries) const {
    Series out = blank(curve.label);
    std::vector<double> xs, ys;
    for (Index entry = 0; entry < entries; ++entry) {
      const auto value = [&](const Expression& e, const char* key) {
        return e([&](std::string_view name) { return data_.number_at(series_.part, trial, entry, name, at(key)); });
      };
      xs.push_back(value(x_, "x"));
      ys.push_back(value(y_, "y"));
    }
    if (series_.sorted) std::sort(ys.begin(), ys.end(), std::greater<>());
    for (std::size_t i = 0; i < xs.size(); ++i)
      if (std::isfinite(xs[i])) out.points.emplace_back(xs[i], ys[i]);
    return out;
  }

  // A point for each place of the other axes: x, too, is a mean there, so that a path can be drawn against what it used.
  Series summarised(const Curve& curve) const {
    struct Values {
      std::vector<double> xs, ys;
    };
    std::vector<Values> places;
    std::map<std::string, std::size_t> place_of;
    for (const std::size_t trial : curve.trials) {
      const auto [found, is_new] = place_of.try_emplace(place_text(trial), places.size());
      if (is_new) places.emplace_back();
      const Point p = point(trial);
      if (std::isfinite(p.x)) places[found->second].xs.push_back(p.x);
      places[found->second].ys.push_back(p.y);
    }
    Series out = blank(curve.label);
    for (const Values& values : places) {
      const Summary s = summary_of(values.ys);
      const bool mean = series_.statistic == Statistic::mean;
      const bool one_x = std::adjacent_find(values.xs.begin(), values.xs.end(), std::not_equal_to<>()) == values.xs.end();
      const double x = one_x && !values.xs.empty() ? values.xs.front() : summary_of(values.xs).mean;
      out.points.emplace_back(x, mean ? s.mean : s.median);
      const double spread = s.count > 1 ? s.standard_error : 0.0;
      if (series_.band) out.band.emplace_back(mean ? s.mean - spread : s.low, mean ? s.mean + spread : s.high);
    }
    return out;
  }

  // The trial's values on every axis but `over` and those that advance together with it.
  std::string place_text(std::size_t trial) const {
    Value rest = data_.rows(series_.part).trials[trial].assignments;
    rest.erase(series_.over);
    for (const auto& zip : data_.rows(series_.part).part->sweep.zip)
      if (std::find(zip.begin(), zip.end(), series_.over) != zip.end())
        for (const std::string& axis : zip) rest.erase(axis);
    return to_json(rest, -1);
  }

  const FigureSeries& series_;
  const FigureData& data_;
  Where where_;
  Expression x_, y_;
  std::optional<Expression> filter_;
};

Series formula_series(const FigureFormula& formula, const Axis& axis, const Where& where) {
  constexpr int kPoints = 400;
  const Expression y(formula.y, where);
  Series out;
  out.name = formula.name;
  out.role = formula.role;
  out.dashed = formula.dashed;
  out.shade = formula.shade;
  if (axis.log && !(formula.from > 0.0)) where.fail(cat("from is ", formula.from, ", expected a number > 0 on a logarithmic axis"));
  for (int i = 0; i < kPoints; ++i) {
    const double share = static_cast<double>(i) / (kPoints - 1);
    const double x =
        axis.log ? formula.from * std::pow(formula.to / formula.from, share) : formula.from + share * (formula.to - formula.from);
    out.points.emplace_back(x, y([&](std::string_view name) {
      if (name != "x") where.fail(cat("unknown name ", in_quotes(name), "; a formula of theory knows x"));
      return x;
    }));
  }
  return out;
}

Heat heat_of(const FigureHeat& heat, const FigureData& data, const Where& where) {
  const Expression x(heat.x, where), y(heat.y, where), value(heat.value, where);
  std::map<std::pair<double, double>, std::vector<double>> cells;
  std::map<double, Index> xs, ys;
  for (std::size_t trial = 0; trial < data.rows(heat.part).trials.size(); ++trial) {
    const auto number = [&](const Expression& e) {
      return e([&](std::string_view name) { return data.number(heat.part, trial, name, where); });
    };
    const double at_x = number(x), at_y = number(y), v = number(value);
    xs[at_x] = ys[at_y] = 0;
    if (std::isfinite(v)) cells[{at_y, at_x}].push_back(v);
  }
  Heat out;
  for (auto& [at, place] : xs) place = static_cast<Index>(out.xs.size()), out.xs.push_back(at);
  for (auto& [at, place] : ys) place = static_cast<Index>(out.ys.size()), out.ys.push_back(at);
  out.values = Matrix::Constant(static_cast<Index>(out.ys.size()), static_cast<Index>(out.xs.size()), kNaN);
  for (auto& [at, values] : cells) out.values(ys[at.first], xs[at.second]) = summary_of(values).mean;
  out.label = heat.label;
  out.log = heat.log;
  out.contours = heat.contours;
  out.middle = heat.middle;
  return out;
}

}  // namespace

Chart figure_chart(const FigureSpec& figure, const FigureChart& chart, const FigureData& data) {
  const Where where{cat("figure ", figure.name), cat("charts.", chart.name), 0};
  Chart out;
  out.title = chart.title;
  out.caption = chart.caption;
  out.name = chart.name;
  out.x = chart.x;
  out.y = chart.y;
  out.rules = chart.rules;
  std::vector<SeriesMaker> makers;
  Palette palette;
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    makers.emplace_back(chart.series[i], data, Where{where.file, cat(where.path, ".series.", i), 0}).add_to(palette);
  for (const SeriesMaker& maker : makers)
    for (Series& s : maker.make(palette))
      out.series.push_back(std::move(s));
  for (const FigureFormula& formula : chart.formulas) out.series.push_back(formula_series(formula, chart.x, where));
  if (chart.heat) out.heat = heat_of(*chart.heat, data, where);
  return out;
}

std::string CheckResult::text() const {
  if (trials == 0) return cat(check->text, ": no trial to check");
  return cat(check->text, ": ", passed() ? "holds" : "DOES NOT HOLD", " in ", holds, " of ", trials, " trials");
}

std::vector<CheckResult> figure_checks(const FigureSpec& figure, const FigureData& data) {
  std::vector<CheckResult> out;
  for (std::size_t i = 0; i < figure.checks.size(); ++i) {
    const FigureCheck& check = figure.checks[i];
    const Where where{cat("figure ", figure.name), cat("checks.", i), 0};
    const Expression holds(check.holds, where);
    std::optional<Expression> filter;
    if (!check.where.empty()) filter.emplace(check.where, where);
    CheckResult result{&check};
    for (std::size_t trial = 0; trial < data.rows(check.part).trials.size(); ++trial) {
      if (filter && !data.is_true(*filter, check.part, trial, where)) continue;
      ++result.trials;
      if (data.is_true(holds, check.part, trial, where)) ++result.holds;
    }
    out.push_back(result);
  }
  return out;
}

}  // namespace penchant
