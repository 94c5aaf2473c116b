#include "penchant/lab/report_sweep_charts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostCharts = 24;
constexpr std::size_t kMostPanels = 6;
constexpr std::size_t kMostCurves = 7;    // told apart by their colours
constexpr std::size_t kMostBands = 4;     // beyond that they hide one another
constexpr std::size_t kMostPoints = 300;  // of a curve
constexpr std::size_t kMostCells = 120;   // along one side of a heat map
constexpr std::size_t kMostDots = 1500;

// Neighbouring levels of an axis put together until at most `most` are left. A bin's place is the middle of its ends.
struct Bins {
  std::vector<double> centres;
  std::size_t width = 1;
  std::size_t of(std::size_t level) const { return level / width; }
};
Bins bins_of(const SweepAxisInfo& axis, std::size_t most) {
  const std::size_t count = axis.levels.values.size();
  Bins out;
  out.width = (count + most - 1) / most;
  for (std::size_t first = 0; first < count; first += out.width) {
    const double low = axis.levels.number(first), high = axis.levels.number(std::min(first + out.width, count) - 1);
    out.centres.push_back(axis.log ? std::sqrt(low) * std::sqrt(high) : 0.5 * (low + high));
  }
  return out;
}

Axis chart_axis(const SweepAxisInfo& axis) {
  Axis out{.label = axis.label, .log = axis.log};
  out.integer = !axis.log && std::all_of(axis.levels.values.begin(), axis.levels.values.end(),
                                         [](const Value& v) { return v.as_integer() != nullptr; });
  return out;
}

struct Panel {
  Rows rows;
  std::string where;  // "model.depth = 3, …", empty with one panel
  std::string stem;
};

class Drawing {
 public:
  Drawing(const StoreTable& table, const SweepView& view, const std::vector<TheorySlope>& slopes, bool statistics)
      : table_(table), view_(view), slopes_(slopes), statistics_(statistics) {}

  SweepCharts charts() {
    SweepCharts out;
    const std::optional<std::size_t> x = horizontal();
    if (!x) return out;
    for (const Panel& panel : panels(out.left_out))
      for (const Metric& metric : view_.metrics) {
        add(out, curves(panel, metric, *x));
        if (statistics_ && view_.across)
          add(out, heat(panel, metric, view_.axes[*view_.x], view_.axes[*view_.across], *table_.find(metric.name), false));
      }
    if (!statistics_ || !view_.across) return out;
    if (const auto agrees = share_of_agreement()) {
      std::size_t ignored = 0;
      for (const Panel& panel : panels(ignored))
        add(out, heat(panel, {"agrees", "share of trials that agree with theory", ""}, view_.axes[*view_.x],
                      view_.axes[*view_.across], *agrees, true));
    }
    return out;
  }

 private:
  static void add(SweepCharts& out, std::optional<Chart> chart) {
    if (!chart) return;
    if (out.charts.size() < kMostCharts) out.charts.push_back(std::move(*chart));
    else ++out.left_out;
  }

  // A sweep of seeds alone is drawn seed by seed.
  std::optional<std::size_t> horizontal() const {
    if (view_.x) return view_.x;
    for (std::size_t seed : view_.seeds)
      if (view_.axes[seed].levels.numeric) return seed;
    return std::nullopt;
  }
  bool sums_up() const { return statistics_ && view_.x.has_value(); }

  std::vector<Panel> panels(std::size_t& left_out) const {
    std::vector<const Levels*> by;
    for (std::size_t axis : view_.rest) by.push_back(&view_.axes[axis].levels);
    std::vector<Panel> out;
    for (RowGroup& group : group_rows(all_rows(table_), by)) {
      if (out.size() == kMostPanels) {
        left_out += view_.metrics.size();
        continue;
      }
      std::vector<std::string> where;
      for (std::size_t k = 0; k < by.size(); ++k)
        where.push_back(cat(view_.axes[view_.rest[k]].label, " = ", level_text(by[k]->values[group.levels[k]])));
      out.push_back({std::move(group.rows), join(where, ", "), where.empty() ? "" : cat("-", out.size() + 1)});
    }
    return out;
  }

  std::string seeds_words(const Rows& rows) const {
    if (view_.seeds.empty()) return {};
    std::vector<std::string> names;
    for (std::size_t seed : view_.seeds)
      names.push_back(cat(view_.axes[seed].levels.values.size(), " values of ", view_.axes[seed].label));
    const bool bands = !view_.by || view_.axes[*view_.by].levels.values.size() <= kMostBands;
    return rows.empty() ? "" : cat("Median over ", join(names, " and "), bands ? "; the band holds the middle 80 %." : ".");
  }

  std::optional<Chart> curves(const Panel& panel, const Metric& metric, std::size_t x_axis) {
    const SweepAxisInfo& x = view_.axes[x_axis];
    const StoreColumn& column = *table_.find(metric.name);
    Chart chart;
    chart.name = cat(metric.name, "-against-", x.name, panel.stem);
    chart.title = cat(sentence_case(metric.label), " against ", x.label, panel.where.empty() ? "" : cat(" (", panel.where, ")"));
    chart.x = chart_axis(x);
    chart.y = {.label = metric.label, .log = suits_log(metric, column), .power = metric.power};
    const auto curves_shown = shown_curves();
    for (std::size_t k = 0; k < curves_shown.size(); ++k) add_curve(chart, panel, metric, x, column, curves_shown[k]);
    if (std::none_of(chart.series.begin(), chart.series.end(), [](const Series& s) { return !s.points.empty(); }))
      return std::nullopt;
    if (sums_up()) {
      chart.caption = seeds_words(panel.rows);
      add_budget(chart, panel, metric, x);
      add_slopes(chart, metric, x);
    } else if (!statistics_) {
      chart.caption = "Single trials, as far as they are finished; nothing is summed up.";
    }
    if (!metric.limit.empty() && statistics_)
      chart.caption += cat(chart.caption.empty() ? "" : " ", "Dashed: the same at the limit that theory names.");
    const std::size_t levels = view_.by ? view_.axes[*view_.by].levels.values.size() : 1;
    if (curves_shown.size() < levels)
      chart.caption += cat(" ", curves_shown.size(), " of ", levels, " values of ", view_.axes[*view_.by].label, " are drawn.");
    return chart;
  }

  // Levels of `by` that get a curve; one entry without a level if there is no such axis.
  std::vector<std::optional<std::size_t>> shown_curves() const {
    if (!view_.by) return {std::nullopt};
    const std::size_t count = view_.axes[*view_.by].levels.values.size();
    std::vector<std::optional<std::size_t>> out;
    for (std::size_t k = 0; k < std::min(count, kMostCurves); ++k)
      out.emplace_back(count <= kMostCurves ? k : k * (count - 1) / (kMostCurves - 1));
    return out;
  }

  void add_curve(Chart& chart, const Panel& panel, const Metric& metric, const SweepAxisInfo& x, const StoreColumn& column,
                 std::optional<std::size_t> level) {
    Rows rows = panel.rows;
    Series style;
    if (level) {
      const SweepAxisInfo& by = view_.axes[*view_.by];
      std::erase_if(rows, [&](std::uint32_t row) { return by.levels.of_row[row] != static_cast<std::int32_t>(*level); });
      style.name = cat(by.label, " = ", level_text(by.levels.values[*level]));
      const std::size_t count = by.levels.values.size();
      if (by.levels.numeric && count > 3) style.shade = static_cast<double>(*level) / static_cast<double>(count - 1);
      else style.hue = static_cast<int>(*level);
    } else {
      style.name = sums_up() && !view_.seeds.empty() ? "median of the runs" : "the runs";
    }
    if (!sums_up()) {
      chart.series.push_back(dots(style, rows, x, column));
      return;
    }
    chart.series.push_back(summed_up(style, rows, x, column, !level || view_.axes[*view_.by].levels.values.size() <= kMostBands));
    if (metric.limit.empty()) return;
    Series limit = style;
    limit.name = level ? "" : "at the limit";
    limit.role = Role::theory;
    limit.dashed = true;
    chart.series.push_back(summed_up(limit, rows, x, *table_.find(metric.limit), false));
  }

  Series dots(Series style, const Rows& rows, const SweepAxisInfo& x, const StoreColumn& column) const {
    style.kind = SeriesKind::dots;
    const std::size_t every = std::max<std::size_t>(1, rows.size() / kMostDots);
    for (std::size_t k = 0; k < rows.size(); k += every)
      if (const std::int32_t level = x.levels.of_row[rows[k]]; level >= 0 && std::isfinite(column.numbers[rows[k]]))
        style.points.emplace_back(x.levels.number(static_cast<std::size_t>(level)), column.numbers[rows[k]]);
    return style;
  }

  Series summed_up(Series style, const Rows& rows, const SweepAxisInfo& x, const StoreColumn& column, bool band) const {
    const Bins bins = bins_of(x, kMostPoints);
    std::vector<std::vector<double>> values(bins.centres.size());
    bool several = false;
    for (std::uint32_t row : rows)
      if (const std::int32_t level = x.levels.of_row[row]; level >= 0)
        values[bins.of(static_cast<std::size_t>(level))].push_back(column.numbers[row]);
    std::vector<std::pair<double, double>> ends;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (values[k].empty()) continue;
      const Summary summary = summary_of(std::move(values[k]));
      several = several || summary.count > 1;
      style.points.emplace_back(bins.centres[k], summary.median);
      ends.emplace_back(summary.low, summary.high);
    }
    if (band && several) style.band = std::move(ends);
    return style;
  }

  // What the known errors explain, beside the strongest prediction's distance.
  void add_budget(Chart& chart, const Panel& panel, const Metric& metric, const SweepAxisInfo& x) const {
    if (view_.by || !metric.name.ends_with("distance")) return;
    const std::string prefix = metric.name.substr(0, metric.name.size() - std::string_view("distance").size());
    StoreColumn total;
    for (const char* term : {"budget_run", "budget_limit", "budget_theory"}) {
      const StoreColumn* column = table_.find(prefix + term);
      if (!column) return;
      if (total.numbers.empty()) total.numbers.assign(column->numbers.size(), 0.0);
      for (std::size_t row = 0; row < total.numbers.size(); ++row) total.numbers[row] += column->numbers[row];
    }
    Series budget =
        summed_up({.name = "what the known errors explain", .role = Role::budget, .dashed = true}, panel.rows, x, total, false);
    if (std::any_of(budget.points.begin(), budget.points.end(), [](const auto& p) { return p.second > 0.0; }))
      chart.series.push_back(std::move(budget));
  }

  // Through the middle of the first curve inside the window.
  void add_slopes(Chart& chart, const Metric& metric, const SweepAxisInfo& x) const {
    for (const TheorySlope& slope : slopes_) {
      if (slope.metric != metric.name || slope.parameter != x.name || chart.series.size() > 3 || !chart.y.log || !chart.x.log)
        continue;
      double sum = 0.0, count = 0.0;
      for (const auto& [at, y] : chart.series.front().points) {
        if (!(at >= slope.from * (1.0 - 1e-9) && at <= slope.to * (1.0 + 1e-9) && y > 0.0)) continue;
        sum += std::log(y) - slope.exponent * std::log(at);
        count += 1.0;
      }
      if (count == 0.0) continue;
      Series line{
          .name = cat("theory: ∝ ", slope.parameter, "^", short_text(slope.exponent, 3)), .role = Role::theory, .dashed = true};
      for (double at : {slope.from, slope.to}) line.points.emplace_back(at, std::exp(sum / count + slope.exponent * std::log(at)));
      chart.series.push_back(std::move(line));
    }
  }

  std::optional<StoreColumn> share_of_agreement() const {
    const StoreColumn* verdict = table_.find("verdict");
    if (!verdict || verdict->words.empty()) return std::nullopt;
    StoreColumn out;
    for (std::size_t row = 0; row < verdict->words.size(); ++row) {
      const std::int32_t word = verdict->words[row];
      const bool counts = word >= 0 && !is_trivial(table_, row);
      out.numbers.push_back(!counts ? kNaN : verdict->dictionary[static_cast<std::size_t>(word)] == "agrees" ? 1.0 : 0.0);
    }
    return out;
  }

  std::optional<Chart> heat(const Panel& panel, const Metric& metric, const SweepAxisInfo& x, const SweepAxisInfo& y,
                            const StoreColumn& column, bool share) const {
    const Bins across = bins_of(x, kMostCells), up = bins_of(y, kMostCells);
    std::vector<std::vector<double>> cells(across.centres.size() * up.centres.size());
    for (std::uint32_t row : panel.rows) {
      const std::int32_t i = y.levels.of_row[row], j = x.levels.of_row[row];
      if (i >= 0 && j >= 0)
        cells[up.of(static_cast<std::size_t>(i)) * across.centres.size() + across.of(static_cast<std::size_t>(j))].push_back(
            column.numbers[row]);
    }
    Heat heat{across.centres, up.centres, Matrix(up.centres.size(), across.centres.size()), metric.label,
              !share && suits_log(metric, column)};
    double low = INFINITY, high = -INFINITY;
    for (Index i = 0; i < heat.values.rows(); ++i)
      for (Index j = 0; j < heat.values.cols(); ++j) {
        const Summary summary = summary_of(std::move(cells[static_cast<std::size_t>(i * heat.values.cols() + j)]));
        const double v = heat.values(i, j) = share ? summary.mean : summary.median;
        if (!std::isfinite(v) || (heat.log && !(v > 0.0))) continue;
        low = std::min(low, v);
        high = std::max(high, v);
      }
    if (!(low <= high)) return std::nullopt;
    if (share) {
      heat.range = std::pair{0.0, 1.0};
      if (low < 0.5 && high > 0.5) heat.contours = {0.5};
    } else {
      // Lines within a decade follow chance more than anything.
      if (!heat.log || high >= 100.0 * low) heat.contours = contour_levels(low, high, heat.log);
    }
    Chart chart;
    chart.name = cat(metric.name, "-over-", x.name, "-and-", y.name, panel.stem);
    chart.title = cat(sentence_case(metric.label), " over ", x.label, " and ", y.label,
                      panel.where.empty() ? "" : cat(" (", panel.where, ")"));
    chart.x = chart_axis(x);
    chart.y = chart_axis(y);
    chart.heat = std::move(heat);
    chart.caption = share                          ? "White line: half of the trials."
                    : chart.heat->contours.empty() ? "Median of each cell."
                                                   : "Median of each cell; lines join equal values.";
    if (share && chart.heat->contours.empty()) chart.caption.clear();
    return chart;
  }

  // Powers of ten, or round numbers, strictly inside the range; few enough to read.
  static std::vector<double> contour_levels(double low, double high, bool log) {
    constexpr int kMost = 5;
    std::vector<double> out;
    if (log) {
      const double first = std::ceil(std::log10(low) + 1e-9), last = std::floor(std::log10(high) - 1e-9);
      const double step = std::max(1.0, std::ceil((last - first + 1.0) / kMost));
      for (double k = first; k <= last; k += step) out.push_back(std::pow(10.0, k));
      return out;
    }
    if (!(high > low)) return out;
    const double unit = std::pow(10.0, std::floor(std::log10((high - low) / kMost)));
    double step = unit;
    for (double factor : {1.0, 2.0, 5.0, 10.0})
      if (step = factor * unit; (high - low) / step <= kMost) break;
    for (double at = std::ceil(low / step + 1e-9) * step; at < high && out.size() < kMost; at += step) out.push_back(at);
    return out;
  }

  static std::string sentence_case(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z' && text.find('.') > text.find(' '))
      text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
  }

  const StoreTable& table_;
  const SweepView& view_;
  const std::vector<TheorySlope>& slopes_;
  bool statistics_;
};

}  // namespace

SweepCharts sweep_charts(const StoreTable& table, const SweepView& view, const std::vector<TheorySlope>& slopes, bool statistics) {
  return Drawing(table, view, slopes, statistics).charts();
}

}  // namespace penchant
