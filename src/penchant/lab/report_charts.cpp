#include "penchant/lab/report_charts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const Value* solution_of(const Value& record, const std::string& prediction) {
  for (const Value& solution : list_of(record, "solutions"))
    if (text_of(solution, "prediction") == prediction) return &solution;
  return nullptr;
}

// Times whose logarithm is itself large are shown as log t on a logarithmic axis.
struct TimeAxis {
  bool log_time;
  Axis axis;
  double at(double log10_time) const { return log_time ? log10_time * std::numbers::ln10 : log10_time; }
};

TimeAxis time_axis(const std::vector<double>& log10_time, bool margin) {
  double last = 0.0;
  for (double t : log10_time)
    if (std::isfinite(t)) last = std::max(last, t);
  if (margin && last > 3.0) return {true, {.label = "log t", .log = true}};
  return {false, {.label = "training time t", .power = true}};
}

Series series_of(const TimeAxis& time, const std::vector<double>& log10_time, const std::vector<double>& values, std::string name,
                 Role role) {
  Series out{std::move(name), SeriesKind::line, role, false, {}};
  for (std::size_t i = 0; i < log10_time.size() && i < values.size(); ++i) {
    const double x = time.at(log10_time[i]);
    const bool drawable = std::isfinite(x) && (!time.log_time || x > 1.0);
    // Nothing below rounding is drawn: a distance of 0 has no place on a logarithmic axis.
    if (drawable) out.points.emplace_back(x, values[i] > 0.0 ? values[i] : kNaN);
  }
  return out;
}

// A run from a saddle does nothing for many decades of time:
// all but the last of them are left out where the value stays within 1 % of its first.
void drop_idle_start(Series& series) {
  constexpr double kIdle = 0.01, kKeptDecades = 1.0;
  auto& points = series.points;
  std::size_t moves = 0;
  while (moves < points.size() && std::abs(points[moves].second - points.front().second) <= kIdle * std::abs(points.front().second))
    ++moves;
  if (moves == points.size()) return;
  const double from = points[moves].first - kKeptDecades;
  points.erase(points.begin(), std::find_if(points.begin(), points.end(), [&](const auto& p) { return p.first >= from; }));
}

// The law the theorem states, through the run's last point.
void add_theory(Chart& chart, const Series& run, const Value& rate, bool log_time) {
  if (run.points.size() < 2 || !log_time) return;
  const double exponent = number_of(rate, "expected");
  const auto [x1, y1] = run.points.back();
  if (!std::isfinite(exponent) || !(y1 > 0.0)) return;
  const bool slower = text_of(rate, "variable") == "log_time_over_log_log_time";
  const auto variable = [&](double x) { return slower ? x / std::log(x) : x; };
  Series theory{slower            ? "theory: ∝ log log t / log t"
                : exponent == -1.0 ? "theory: ∝ 1/log t"
                                   : cat("theory: ∝ (log t)^", short_text(exponent)),
                SeriesKind::line, Role::theory, true, {}};
  for (const auto& [x, y] : run.points)
    if (x >= run.points.front().first * 3.0 && !(slower && x <= std::numbers::e))
      theory.points.emplace_back(x, y1 * std::pow(variable(x) / variable(x1), exponent));
  chart.series.push_back(std::move(theory));
}

Chart distance_chart(const Value& comparison, const std::string& whose) {
  const Value& curve = member(comparison, "curve");
  const std::vector<double> times = numbers_of(curve, "log10_time"), distances = numbers_of(curve, "distance"),
                            gaps = numbers_of(curve, "margin_gap");
  bool margin = false;
  for (double gap : gaps) margin = margin || std::isfinite(gap);
  const TimeAxis time = time_axis(times, margin);
  Chart chart{cat(margin ? "Angle to the maximum margin" : "Distance to the predicted limit", " against time", whose), "",
              time.axis,
              {.label = margin ? "angle (radians), relative gap" : "relative distance", .log = true}, {}, {}};
  chart.series.push_back(series_of(time, times, distances, margin ? "angle of the run" : "distance of the run", Role::run));
  if (!time.log_time) drop_idle_start(chart.series.front());
  add_theory(chart, chart.series.front(), member(comparison, "rate"), time.log_time);
  if (margin) chart.series.push_back(series_of(time, times, gaps, "margin gap of the run", Role::other));
  const Value& budget = member(comparison, "budget");
  const double total = number_of(budget, "run") + number_of(budget, "limit") + number_of(budget, "theory");
  if (total > 0.0) chart.rules.push_back({total, cat("error budget ", short_text(total, 2)), Role::budget});
  chart.caption = margin ? "On logarithmic axes a law 1/log t is a line of slope −1. The budget bounds the angle of the run's end."
                         : "The run may stop once it is nearer to its own end than anybody needs; the budget says how near it is.";
  return chart;
}

Chart overlay_chart(const Value& record, const Value& solution, const std::string& whose) {
  constexpr std::size_t kMostBars = 400;
  const std::vector<double> limit = numbers_of(solution, "w"), run = numbers_of(member(record, "trajectory"), "w");
  Chart chart{cat("The two answers, coordinate by coordinate", whose), "", {.label = "feature", .integer = true},
              {.label = "coefficient"}, {}, {}};
  const bool direction = text_of(solution, "kind") == "max_margin";
  const auto norm = [](const std::vector<double>& v) {
    double sum = 0.0;
    for (double x : v) sum += x * x;
    return sum > 0.0 ? std::sqrt(sum) : 1.0;
  };
  const double limit_scale = direction ? norm(limit) : 1.0, run_scale = direction ? norm(run) : 1.0;
  Series bars{"limit, solved and certified", SeriesKind::bars, Role::theory, false, {}};
  Series dots{"run, at its end", SeriesKind::dots, Role::run, false, {}};
  for (std::size_t j = 0; j < limit.size() && j < kMostBars; ++j) {
    bars.points.emplace_back(static_cast<double>(j + 1), limit[j] / limit_scale);
    if (j < run.size()) dots.points.emplace_back(static_cast<double>(j + 1), run[j] / run_scale);
  }
  chart.series = {std::move(bars), std::move(dots)};
  chart.caption = direction ? "Directions, both scaled to length 1." : "Effective coefficients β.";
  if (limit.size() > kMostBars) chart.caption += cat(" The first ", kMostBars, " of ", limit.size(), " features.");
  return chart;
}

Chart loss_chart(const Value& trajectory) {
  std::vector<double> times, losses;
  for (const Value& snapshot : list_of(trajectory, "snapshots")) {
    times.push_back(number_of(snapshot, "log10_time"));
    losses.push_back(number_of(snapshot, "log10_loss"));
  }
  // Beyond powers that anybody reads as powers, the logarithms themselves are shown.
  constexpr double kReadablePower = 1000.0;
  double largest = 0.0;
  for (double t : times)
    if (std::isfinite(t)) largest = std::max(largest, std::abs(t));
  const bool power = largest <= kReadablePower;
  Chart chart{"Training loss", "A small loss is not a small error: compare with the distance above.",
              {.label = power ? "training time t" : "log₁₀ of training time t",
               .power = power}, {.label = power ? "loss" : "log₁₀ of the loss", .power = power}, {}, {}};
  Series loss{"loss", SeriesKind::line, Role::run, false, {}};
  for (std::size_t i = 0; i < times.size(); ++i)
    if (std::isfinite(times[i])) loss.points.emplace_back(times[i], losses[i]);
  chart.series.push_back(std::move(loss));
  return chart;
}

// What dynamics.measure asked for; empty where it did not.
std::optional<Chart> curvature_chart(const Value& trajectory, std::string_view key, std::string title, std::string label,
                                     std::string caption) {
  Series series{label, SeriesKind::line, Role::run, false, {}};
  for (const Value& snapshot : list_of(trajectory, "snapshots")) {
    const double time = number_of(snapshot, "log10_time"), value = number_of(snapshot, key);
    if (std::isfinite(time) && std::isfinite(value)) series.points.emplace_back(time, value);
  }
  if (series.points.empty()) return std::nullopt;
  return Chart{std::move(title), std::move(caption), {.label = "training time t", .power = true}, {.label = std::move(label)},
               {std::move(series)}, {}};
}

void add_curvature(std::vector<Chart>& charts, const Value& trajectory) {
  auto top = curvature_chart(trajectory, "sharpness", "Sharpness", "largest eigenvalue of ∇²L",
                             "Where it passes 2/η a step of that size no longer contracts.");
  const double step = number_of(trajectory, "step_size");
  if (top && step > 0.0) top->rules.push_back({2.0 / step, cat("2/η of the last step, ", short_text(2.0 / step)), Role::bound});
  if (top) charts.push_back(std::move(*top));
  if (auto trace = curvature_chart(trajectory, "hessian_trace", "Trace of the Hessian", "tr ∇²L",
                                   "What noise on the labels lowers along the fits."))
    charts.push_back(std::move(*trace));
}

}  // namespace

std::vector<Chart> charts_of(const Value& record) {
  std::vector<Chart> charts;
  const Value::List& comparisons = list_of(record, "comparisons");
  for (const Value& comparison : comparisons) {
    if (list_of(member(comparison, "curve"), "distance").empty()) continue;
    const std::string id = text_of(comparison, "prediction"), whose = comparisons.size() > 1 ? cat(" (", id, ")") : "";
    charts.push_back(distance_chart(comparison, whose));
    const Value* solution = solution_of(record, id);
    if (solution && !list_of(*solution, "w").empty()) charts.push_back(overlay_chart(record, *solution, whose));
  }
  if (const Value& run = member(record, "trajectory"); !list_of(run, "snapshots").empty()) {
    charts.push_back(loss_chart(run));
    add_curvature(charts, run);
  }
  return charts;
}

}  // namespace penchant
