#include "penchant/lab/figure_spec.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "penchant/core/fields.h"
#include "penchant/core/file.h"
#include "penchant/core/toml.h"
#include "penchant/lab/layers.h"

namespace penchant {

template <>
struct EnumNames<Statistic> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"none"}, Statistic::none}, std::pair{std::string_view{"mean"}, Statistic::mean},
                 std::pair{std::string_view{"median"}, Statistic::median}};
};
template <>
struct EnumNames<SeriesKind> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"line"}, SeriesKind::line}, std::pair{std::string_view{"dots"}, SeriesKind::dots},
                 std::pair{std::string_view{"bars"}, SeriesKind::bars}, std::pair{std::string_view{"band"}, SeriesKind::band}};
};
template <>
struct EnumNames<Role> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"run"}, Role::run}, std::pair{std::string_view{"theory"}, Role::theory},
                 std::pair{std::string_view{"budget"}, Role::budget}, std::pair{std::string_view{"bound"}, Role::bound},
                 std::pair{std::string_view{"other"}, Role::other}};
};

template <>
struct Fields<Axis> {
  static constexpr auto table =
      std::make_tuple(Field{"label", &Axis::label, "what the axis shows"}, Field{"log", &Axis::log, "logarithmic"},
                      Field{"power", &Axis::power, "the values are log10 of the quantity"},
                      Field{"integer", &Axis::integer, "ticks at whole numbers only"});
};
template <>
struct Fields<Rule> {
  static constexpr auto table = std::make_tuple(Field{"at", &Rule::at, "the level"}, Field{"label", &Rule::label, "its name"},
                                                Field{"role", &Rule::role, "run, theory, budget, bound or other"},
                                                Field{"vertical", &Rule::vertical, "x = at instead of y = at"});
};
inline bool is_share_if_given(const std::optional<double>& x) { return !x || (*x >= 0.0 && *x <= 1.0); }

template <>
struct Fields<FigureSeries> {
  using S = FigureSeries;
  static constexpr auto table = std::make_tuple(
      Field{"name", &S::name, "in the legend"}, Field{"part", &S::part, "whose trials"}, Field{"x", &S::x, "formula"},
      Field{"y", &S::y, "formula"}, Field{"where", &S::where, "formula: only trials for which it is true"},
      Field{"by", &S::by, "an axis: one series for each of its values"},
      Field{"over", &S::over, "an axis that `statistic` summarises"}, Field{"statistic", &S::statistic, "none, mean or median"},
      Field{"band", &S::band, "draw the band of the statistic"}, Field{"kind", &S::kind, "line, dots or bars"},
      Field{"role", &S::role, "run, theory, budget, bound or other"}, Field{"dashed", &S::dashed, "a dashed line"},
      Field{"sorted", &S::sorted, "entries of an array by decreasing value"},
      Field{"hue", &S::hue, "place in a palette, instead of the role's colour"},
      Field{"shade", &S::shade, "colour of a series without `by`, small to large", is_share_if_given, "a number in [0, 1]"});
};
template <>
struct Fields<FigureFormula> {
  using S = FigureFormula;
  static constexpr auto table = std::make_tuple(
      Field{"name", &S::name, "in the legend"}, Field{"y", &S::y, "formula of x"}, Field{"from", &S::from, "first x"},
      Field{"to", &S::to, "last x"}, Field{"role", &S::role, "theory or bound"}, Field{"dashed", &S::dashed, "a dashed line"},
      Field{"shade", &S::shade, "colour, small to large", is_share_if_given, "a number in [0, 1]"});
};
template <>
struct Fields<FigureHeat> {
  using S = FigureHeat;
  static constexpr auto table = std::make_tuple(
      Field{"part", &S::part, "whose trials"}, Field{"x", &S::x, "formula"}, Field{"y", &S::y, "formula"},
      Field{"value", &S::value, "formula"}, Field{"over", &S::over, "an axis to average over"},
      Field{"label", &S::label, "what the colours say"}, Field{"log", &S::log, "colours by log10"},
      Field{"contours", &S::contours, "levels drawn as lines"}, Field{"middle", &S::middle, "a level that parts two sides"});
};
template <>
struct Fields<FigureChart> {
  using S = FigureChart;
  static constexpr auto table = std::make_tuple(
      Field{"name", &S::name, "stem of its files"}, Field{"title", &S::title, "title"}, Field{"caption", &S::caption, "caption"},
      Field{"x", &S::x, "axis"}, Field{"y", &S::y, "axis"}, Field{"series", &S::series, "what is drawn of the trials"},
      Field{"formulas", &S::formulas, "what theory says"}, Field{"rules", &S::rules, "levels"},
      Field{"heat", &S::heat, "heat map"});
};
template <>
struct Fields<FigureDistance> {
  using S = FigureDistance;
  static constexpr auto table =
      std::make_tuple(Field{"name", &S::name, "of the column"}, Field{"part", &S::part, "whose trials get it"},
                      Field{"from", &S::from, "a kept array"}, Field{"to", &S::to, "a kept array"});
};
template <>
struct Fields<FigureCheck> {
  using S = FigureCheck;
  static constexpr auto table = std::make_tuple(
      Field{"text", &S::text, "what is checked"}, Field{"part", &S::part, "whose trials"},
      Field{"holds", &S::holds, "formula: true"}, Field{"where", &S::where, "formula: only these trials"},
      Field{"least", &S::least, "share of the trials", [](const double& x) { return x > 0.0 && x <= 1.0; }, "a number in (0, 1]"});
};

namespace {

template <class T>
concept Described = requires { Fields<T>::table; };

}  // namespace

template <Described T>
void read_value(const Value& value, T& out, const Where& where) {
  out = read_table<T>(value, where);
}

namespace {

const std::vector<std::string> kKeys = {"title", "statement", "deck",      "source", "origin", "parts",
                                        "quick", "full",      "distances", "charts", "checks"};
const std::vector<std::string> kOrigins = {"deck", "public code", "paper", "chosen by us"};

// What a member of a figure may leave out.
template <class T>
void read_member(const Value& figure, const char* key, T& out, const Where& where) {
  if (const Value* value = figure.find(key)) read_value(*value, out, where.key(key, *value));
}

void require_words(const FigureSpec& figure, const Where& where) {
  for (const auto& [key, text] : {std::pair{"title", &figure.title}, {"statement", &figure.statement}, {"source", &figure.source}})
    if (text->empty()) where.fail(cat(key, " is missing"));
  if (figure.parts.empty()) where.fail("[parts] is missing: the sweeps to run");
  if (figure.charts.empty()) where.fail("[[charts]] is missing: what to draw");
}

const Value* overlay(const Value& figure, FigureSize size, const std::string& part) {
  if (size == FigureSize::standard) return nullptr;
  const Value* table = figure.find(size == FigureSize::quick ? "quick" : "full");
  return table && table->as_object() ? table->find(part) : nullptr;
}

void refuse_unknown_parts(const Value& figure, const std::vector<std::string>& names, const Where& where) {
  for (const char* key : {"quick", "full"})
    if (const Value* table = figure.find(key)) {
      const Where at = where.key(key, *table);
      if (!table->as_object()) at.fail(*table, "a table of parts");
      for (const auto& [part, value] : *table->as_object())
        if (std::find(names.begin(), names.end(), part) == names.end()) at.key(part, value).unknown("part", part, names);
    }
}

void read_parts(FigureSpec& out, const Value& figure, FigureSize size, const std::string& path, const Where& where) {
  const Value* parts = figure.find("parts");
  if (!parts) return;
  const Where at = where.key("parts", *parts);
  if (!parts->as_object()) at.fail(*parts, "a table of specs");
  std::vector<std::string> names;
  for (const auto& [name, spec] : *parts->as_object()) {
    names.push_back(name);
    Value layered = spec;
    if (const Value* over = overlay(figure, size, name)) lay_over(layered, *over);
    if (!layered.find("name")) layered.set("name", cat(out.name, "-", name));
    out.parts.push_back({name, sweep_from(layered, path)});
  }
  refuse_unknown_parts(figure, names, where);
}

// Dotted keys of every number, in lists and tables too; { log = [1e-6, 1, 25] } of a sweep counts as one under its axis.
void collect_numbers(const Value& value, const std::string& key, std::vector<std::string>& out) {
  if (value.is_number() || (value.as_list() && !value.as_list()->empty() && value.as_list()->front().is_number()))
    out.push_back(key);
  else if (value.as_list())
    for (const Value& item : *value.as_list()) collect_numbers(item, key, out);
  else if (value.as_object())
    for (const auto& [name, inner] : *value.as_object()) collect_numbers(inner, key.empty() ? name : cat(key, ".", name), out);
}

// "runs.sweep.init.scale.log" is the number of "init.scale" of the part "runs".
std::string spec_key(std::string key) {
  if (key.starts_with("sweep.")) {
    key = key.substr(6);
    for (const char* form : {".log", ".linear", ".range"})
      if (key.ends_with(form)) key.resize(key.size() - std::string_view(form).size());
  }
  return key;
}

void check_origins(const FigureSpec& figure, const Value& file, const Where& where) {
  std::map<std::string, bool> used;
  for (const auto& [key, text] : figure.origin) {
    used[key] = false;
    if (std::none_of(kOrigins.begin(), kOrigins.end(),
                     [&](const std::string& o) { return text == o || text.starts_with(o + ":"); }))
      where.fail(cat("origin of ", key, ": got ", in_quotes(text), ", expected ", join(kOrigins, ", "),
                     ", each with \": why\" if wanted"));
  }
  for (const char* tables : {"parts", "quick", "full"}) {
    const Value* group = file.find(tables);
    if (!group || !group->as_object()) continue;
    for (const auto& [part, spec] : *group->as_object()) {
      std::vector<std::string> keys;
      collect_numbers(spec, "", keys);
      for (const std::string& raw : keys) {
        const std::string key = spec_key(raw), own = cat(part, ".", key);
        const std::string& found = used.count(own) ? own : key;
        if (!used.count(found)) where.fail(cat(tables, ".", own, ": a number without an origin; add \"", key, "\" to [origin]"));
        used[found] = true;
      }
    }
  }
  for (const auto& [key, is_used] : used)
    if (!is_used) where.fail(cat("origin of ", key, ": no part has such a number"));
}

void check_references(const FigureSpec& figure, const Where& where) {
  std::vector<std::string> names;
  for (const FigurePart& part : figure.parts) names.push_back(part.name);
  const auto known = [&](const std::string& part, const std::string& who) {
    if (std::find(names.begin(), names.end(), part) == names.end())
      where.fail(cat(who, ": unknown part ", in_quotes(part), suggestion(part, names)));
  };
  const auto axis = [&](const std::string& part, const std::string& key, const std::string& who) {
    if (key.empty()) return;
    std::vector<std::string> keys;
    for (const FigurePart& p : figure.parts)
      if (p.name == part)
        for (const SweepAxis& a : p.sweep.axes) keys.push_back(a.key);
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      where.fail(cat(who, ": ", in_quotes(key), " is no axis of ", part, suggestion(key, keys)));
  };
  for (const FigureChart& chart : figure.charts) {
    for (const FigureSeries& s : chart.series) {
      const std::string who = cat("charts.", chart.name, ".series");
      known(s.part, who);
      axis(s.part, s.by, who);
      axis(s.part, s.over, who);
    }
    if (chart.heat) {
      known(chart.heat->part, cat("charts.", chart.name, ".heat"));
      axis(chart.heat->part, chart.heat->over, cat("charts.", chart.name, ".heat"));
    }
  }
  for (const FigureDistance& d : figure.distances) known(d.part, "distances");
  for (const FigureCheck& check : figure.checks) known(check.part, "checks");
}

}  // namespace

FigureSpec read_figure(const std::string& path, FigureSize size) {
  constexpr std::uint64_t kMaxBytes = 1'000'000;
  const Value file = from_toml(read_file(path, kMaxBytes), path);
  const Where where{path, "", 0};
  for (const auto& [key, value] : *file.as_object())
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
      where.key(key, value).fail(cat("unknown key", suggestion(key, kKeys)));
  FigureSpec out;
  out.name = std::filesystem::path(path).stem().string();
  for (const auto& [key, text] :
       {std::pair{"title", &out.title}, {"statement", &out.statement}, {"deck", &out.deck}, {"source", &out.source}})
    read_member(file, key, *text, where);
  if (const Value* origin = file.find("origin"))
    for (const auto& [key, value] : *origin->as_object()) read_value(value, out.origin[key], where.key(key, value));
  read_parts(out, file, size, path, where);
  read_member(file, "distances", out.distances, where);
  read_member(file, "charts", out.charts, where);
  read_member(file, "checks", out.checks, where);
  require_words(out, where);
  check_origins(out, file, where);
  check_references(out, where);
  return out;
}

}  // namespace penchant
