#include "penchant/lab/report_sweep_view.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"

namespace penchant {

namespace {

constexpr double kWideRange = 30.0;      // last over first, from which a logarithmic axis shows more
constexpr std::size_t kMostMetrics = 6;  // shown unless --y asks for others
constexpr std::size_t kFewestRows = 3;   // of a heat map

bool has_numbers(const StoreColumn& column) {
  return !column.boolean && std::any_of(column.numbers.begin(), column.numbers.end(), [](double v) { return std::isfinite(v); });
}

// Axes that advance together are one: the first of them speaks for the others.
struct Zipped {
  std::vector<std::string> followers;
  std::vector<std::pair<std::string, std::string>> with;  // leader, "a, b"
};
Zipped zipped(const Value& sweep) {
  Zipped out;
  for (const Value& group : list_of(sweep, "zip")) {
    std::vector<std::string> names;
    if (const auto* list = group.as_list())
      for (const Value& name : *list)
        if (name.as_string()) names.push_back(*name.as_string());
    if (names.size() < 2) continue;
    out.followers.insert(out.followers.end(), names.begin() + 1, names.end());
    out.with.emplace_back(names.front(), join({names.begin() + 1, names.end()}, ", "));
  }
  return out;
}

bool wide(const Levels& levels) {
  return levels.numeric && levels.values.size() > 2 && levels.number(0) > 0.0 &&
         levels.number(levels.values.size() - 1) >= kWideRange * levels.number(0);
}

std::vector<SweepAxisInfo> axes_of(const Value& sweep, const StoreTable& table) {
  const Zipped together = zipped(sweep);
  std::vector<SweepAxisInfo> out;
  for (const StoreColumn& column : table.columns) {
    if (!column.axis || std::find(together.followers.begin(), together.followers.end(), column.name) != together.followers.end())
      continue;
    SweepAxisInfo axis{column.name, column.name, levels_of(table, column.name),
                       column.name == "seed" || column.name.ends_with(".seed"), false};
    if (axis.levels.values.size() < 2) continue;
    for (const auto& [leader, followers] : together.with)
      if (leader == axis.name) axis.label = cat(leader, " (with ", followers, ")");
    axis.log = wide(axis.levels);
    out.push_back(std::move(axis));
  }
  return out;
}

std::size_t axis_named(const SweepView& view, const std::string& name, const char* flag) {
  std::vector<std::string> names;
  for (const SweepAxisInfo& axis : view.axes) names.push_back(axis.name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw InvalidInput(cat(flag, " ", printable(name), ": is no axis with several values", suggestion(name, names)));
  return static_cast<std::size_t>(found - names.begin());
}

// Of those left, the one with the most values (at least `least`), numeric ones only if asked.
std::optional<std::size_t> largest(const SweepView& view, const std::vector<std::size_t>& taken, bool numeric, std::size_t least) {
  std::optional<std::size_t> best;
  for (std::size_t k = 0; k < view.axes.size(); ++k) {
    const SweepAxisInfo& axis = view.axes[k];
    const bool free = !axis.seed && std::find(taken.begin(), taken.end(), k) == taken.end();
    if (!free || (numeric && !axis.levels.numeric) || axis.levels.values.size() < least) continue;
    if (!best || axis.levels.values.size() > view.axes[*best].levels.values.size()) best = k;
  }
  return best;
}

void place_axes(SweepView& view, const SweepViewOptions& options) {
  std::vector<std::size_t> taken;
  const auto take = [&](std::optional<std::size_t> axis) {
    if (axis) taken.push_back(*axis);
    return axis;
  };
  if (!options.by.empty()) view.by = take(axis_named(view, options.by, "--by"));
  if (!options.x.empty()) {
    view.x = axis_named(view, options.x, "--x");
    if (!view.axes[*view.x].levels.numeric) throw InvalidInput(cat("--x ", options.x, ": its values are not numbers"));
    if (view.by == view.x) throw InvalidInput(cat("--x ", options.x, " and --by ", options.by, " are the same axis"));
    take(view.x);
  } else {
    view.x = take(largest(view, taken, true, 2));
  }
  if (!view.by) view.by = take(largest(view, taken, false, 2));
  if (view.by && view.axes[*view.by].levels.numeric && view.axes[*view.by].levels.values.size() >= kFewestRows)
    view.across = view.by;
  else view.across = largest(view, taken, true, kFewestRows);
  if (!view.x || view.axes[*view.x].levels.values.size() < kFewestRows) view.across.reset();
  for (std::size_t k = 0; k < view.axes.size(); ++k) {
    const bool placed = view.x == k || view.by == k;
    if (view.axes[k].seed && !placed) view.seeds.push_back(k);
    else if (!placed) view.rest.push_back(k);
  }
}

Metric described(const std::string& name) {
  static const std::vector<Metric> known = {{"distance", "distance to the predicted limit (relative)", "", false, true},
                                            {"angle", "angle to the predicted limit (radians)", "", false, true},
                                            {"truth_error", "‖β − β*‖² to the planted vector", "limit_truth_error"},
                                            {"test_error", "test error", "limit_test_error"},
                                            {"norm_l1", "‖β‖₁ at the end of the run", "limit_norm_l1"},
                                            {"norm_l2", "‖β‖₂ at the end of the run", "limit_norm_l2"},
                                            {"excess_objective", "objective above its optimum (relative)", "", false, true},
                                            {"limit_objective", "optimum of the limit", ""},
                                            {"limit_norm_l1", "‖β‖₁ of the limit", ""},
                                            {"limit_norm_l2", "‖β‖₂ of the limit", ""},
                                            {"limit_truth_error", "‖β − β*‖² of the limit to the planted vector", ""},
                                            {"limit_test_error", "test error of the limit", ""},
                                            {"log10_loss", "loss at the end of the run", "", true},
                                            {"log10_time", "training time t at the end", "", true},
                                            {"steps", "steps", ""}};
  for (const Metric& metric : known)
    if (metric.name == name) return metric;
  if (name.ends_with(".distance"))
    return {name, cat("distance to the limit of ", name.substr(0, name.size() - 9), " (relative)"), "", false, true};
  return {name, name, ""};
}

std::vector<std::string> chosen_columns(const StoreTable& table) {
  std::vector<std::string> wanted = {"distance"};
  for (const StoreColumn& column : table.columns)
    if (!column.axis && column.name.ends_with(".distance")) wanted.push_back(column.name);
  for (const char* name : {"truth_error", "test_error", "norm_l1", "norm_l2", "limit_truth_error", "limit_test_error",
                           "limit_norm_l1", "limit_objective", "steps", "log10_time"})
    wanted.emplace_back(name);
  std::vector<std::string> out;
  std::vector<std::string> covered;  // shown beside the run's own number
  for (const std::string& name : wanted) {
    const StoreColumn* column = table.find(name);
    if (!column || !has_numbers(*column) || out.size() >= kMostMetrics ||
        std::find(covered.begin(), covered.end(), name) != covered.end())
      continue;
    out.push_back(name);
    covered.push_back(described(name).limit);
  }
  return out;
}

void choose_metrics(SweepView& view, const StoreTable& table, const SweepViewOptions& options) {
  std::vector<std::string> names;
  for (const StoreColumn& column : table.columns)
    if (!column.axis && has_numbers(column)) names.push_back(column.name);
  for (const std::string& name : options.y) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw InvalidInput(cat("--y ", printable(name), ": the trials have no such number", suggestion(name, names)));
    view.metrics.push_back(described(name));
  }
  if (options.y.empty())
    for (const std::string& name : chosen_columns(table)) view.metrics.push_back(described(name));
  for (Metric& metric : view.metrics)
    if (const StoreColumn* limit = table.find(metric.limit); !limit || !has_numbers(*limit)) metric.limit.clear();
}

}  // namespace

bool suits_log(const Metric& metric, const StoreColumn& column) {
  if (metric.power) return false;
  double least = INFINITY, most = 0.0;
  for (double v : column.numbers) {
    if (!std::isfinite(v)) continue;
    if (v < 0.0) return false;
    if (v > 0.0) least = std::min(least, v);
    most = std::max(most, v);
  }
  return metric.log ? most > 0.0 : most >= kWideRange * least;
}

std::string level_text(const Value& level) {
  if (const auto* x = level.as_double()) return short_text(*x, 4);
  if (const auto* s = level.as_string()) return *s;
  return level.as_list() || level.as_object() ? to_json(level, -1) : level.describe();
}

SweepView sweep_view(const Value& sweep, const StoreTable& table, const SweepViewOptions& options) {
  SweepView view;
  view.axes = axes_of(sweep, table);
  place_axes(view, options);
  choose_metrics(view, table, options);
  return view;
}

}  // namespace penchant
