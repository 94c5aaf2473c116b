#include "penchant/lab/chart_scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "penchant/core/error.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

double off_scale(const Axis& axis, double place) {
  if (!axis.log) return place;
  return std::clamp(std::pow(10.0, place), std::numeric_limits<double>::min(), std::numeric_limits<double>::max());
}

// The span of what is drawn, in places on the axis.
struct Span {
  double low = kInf, high = -kInf;
  void add(double place) {
    if (!std::isfinite(place)) return;
    // The length of a span must be a number too; nothing beyond is drawn.
    constexpr double kFarthest = std::numeric_limits<double>::max() / 8.0;
    low = std::min(low, std::clamp(place, -kFarthest, kFarthest));
    high = std::max(high, std::clamp(place, -kFarthest, kFarthest));
  }
};

Domain finished(const Axis& axis, Span span, double room) {
  if (axis.range) {
    if (const double low = on_scale(axis, axis.range->first); std::isfinite(low)) span.low = low;
    if (const double high = on_scale(axis, axis.range->second); std::isfinite(high)) span.high = high;
  }
  if (span.low > span.high) span = {0.0, 1.0};
  if (axis.log) {  // the ends themselves must be doubles
    span.low = std::clamp(span.low, -307.0, 307.0);
    span.high = std::clamp(span.high, -307.0, 307.0);
  }
  const double size = std::max(std::abs(span.low), std::abs(span.high));
  double extra = room * (span.high - span.low);
  // Differences at the size of rounding, or below what has logarithms, are no range to show.
  constexpr double kSmallest = 1e-290;
  if (span.high - span.low <= std::max(1e-12 * size, kSmallest)) {
    const bool powers = axis.log || axis.power;
    extra = powers ? std::max(0.5, 1e-9 * size) : size > kSmallest ? 0.1 * size : 1.0;
  }
  Domain out{off_scale(axis, span.low - extra), off_scale(axis, span.high + extra)};
  if (axis.range && span.high > span.low) {
    if (std::isfinite(on_scale(axis, axis.range->first))) out.low = axis.range->first;
    if (std::isfinite(on_scale(axis, axis.range->second))) out.high = axis.range->second;
  }
  return out;
}

bool has_bars(const Chart& chart) {
  return std::any_of(chart.series.begin(), chart.series.end(), [](const Series& s) { return s.kind == SeriesKind::bars; });
}

double decimal(double value, double step) {
  const double rounded = std::round(value / step) * step;
  return std::abs(rounded) < 0.5 * step ? 0.0 : rounded;
}

// Digits enough for the step, a true minus sign.
std::string fixed(double value, double step) {
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  std::array<char, 64> buffer;
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, decimal(value, step));
  const std::string text = buffer.data();
  return text[0] == '-' ? cat("−", text.substr(1)) : text;
}

// The smallest step of the form 1, 2, 5 times a power of ten with at most `most` multiples in [low, high].
double step_for(double low, double high, int most, double at_least) {
  const double rough = (high - low) / most;
  double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (;; power *= 10.0)
    for (double m : {1.0, 2.0, 5.0}) {
      const double step = m * power;
      if (step >= at_least && std::floor(high / step + 1e-9) - std::ceil(low / step - 1e-9) + 1.0 <= most) return step;
    }
}

// Visits the multiples of the step in [low, high].
template <class Visit>
void multiples(double low, double high, double step, Visit&& visit) {
  const double first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
  for (double k = first; k <= last; k += 1.0) visit(k * step == 0.0 ? 0.0 : k * step);
}

std::vector<Tick> linear_ticks(Domain d, int most, bool integer) {
  std::vector<Tick> out;
  const double step = step_for(d.low, d.high, most, integer ? 1.0 : 0.0);
  const double size = std::max(std::abs(d.low), std::abs(d.high));
  const bool scientific = size >= 1e5 || size < 1e-3;
  multiples(d.low, d.high, step, [&](double value) {
    if (!scientific || value == 0.0) {
      out.push_back({value, value == 0.0 ? "0" : fixed(value, step)});
      return;
    }
    const double exponent = std::floor(std::log10(std::abs(value)) + 1e-9), unit = std::pow(10.0, exponent);
    out.push_back({value, cat(fixed(value / unit, step / unit), "×10"), number_text(exponent)});
  });
  return out;
}

Tick whole_power(double at, double exponent) {
  if (exponent == 0.0) return {at, "1"};
  if (exponent == 1.0) return {at, "10"};
  if (std::abs(exponent) < 1e5) return {at, "10", number_text(exponent)};
  // Nobody counts the zeros of an exponent.
  const double digits = std::floor(std::log10(std::abs(exponent)) + 1e-9), leading = exponent / std::pow(10.0, digits);
  const std::string factor = std::abs(leading) == 1.0 ? (leading < 0.0 ? "-" : "") : cat(short_text(leading, 6), "×");
  return {at, "10", cat(factor, "10^", number_text(digits))};
}

// Ticks of 10^u for u in [low, high]; `value` turns u into the axis' own unit.
template <class Place>
std::vector<Tick> decade_ticks(double low, double high, int most, Place&& value) {
  std::vector<Tick> out;
  const double decades = std::floor(high + 1e-9) - std::ceil(low - 1e-9) + 1.0;
  if (decades >= 3.0) {
    multiples(low, high, step_for(low, high, most, 1.0), [&](double k) { out.push_back(whole_power(value(k), k)); });
    return out;
  }
  // Short ranges: 1, 2 and 5 of each decade, written out where that is short.
  const bool plain_numbers = low >= -3.0 && high <= 4.0;
  for (double k = std::floor(low); k <= high; k += 1.0)
    for (double m : {1.0, 2.0, 5.0}) {
      const double u = k + std::log10(m);
      if (u < low - 1e-9 || u > high + 1e-9) continue;
      if (plain_numbers)
        out.push_back({value(u), fixed(m * std::pow(10.0, k), std::pow(10.0, std::min(k, 0.0)))});
      else if (m == 1.0)
        out.push_back(whole_power(value(u), k));
      else
        out.push_back({value(u), cat(short_text(m), "×10"), number_text(k)});
    }
  return out;
}

// The quantity is 10^v and v itself is on a logarithmic axis: ticks at v = 10^j.
std::vector<Tick> double_log_ticks(double low, double high, int most) {
  std::vector<Tick> out = decade_ticks(low, high, most, [](double u) { return std::pow(10.0, u); });
  for (Tick& tick : out) {
    const double j = std::log10(tick.at);
    const bool whole = std::abs(j - std::round(j)) < 1e-9;
    tick.text = "10";
    tick.power = whole && std::abs(j) >= 4.0 ? cat("10^", number_text(std::round(j))) : short_text(tick.at, 6);
    if (tick.power == "1") tick.power.clear();
  }
  return out;
}

bool is_whole(const std::string& text) { return text.find_first_not_of("-0123456789") == std::string::npos; }

}  // namespace

double on_scale(const Axis& axis, double value) {
  if (!axis.log) return std::isfinite(value) ? value : kNaN;
  return value > 0.0 && std::isfinite(value) ? std::log10(value) : kNaN;
}

Domain x_domain(const Chart& chart) {
  Span span;
  if (chart.heat && !chart.heat->xs.empty()) {
    for (double x : cell_edges(chart.x, chart.heat->xs)) span.add(on_scale(chart.x, x));
    return finished(chart.x, span, 0.0);
  }
  for (const Series& s : chart.series)
    for (const auto& [x, y] : s.points) span.add(on_scale(chart.x, x));
  for (const Rule& r : chart.rules)
    if (r.vertical) span.add(on_scale(chart.x, r.at));
  // Bars stand on whole numbers and need room on both sides.
  if (has_bars(chart) && !chart.x.log && span.low <= span.high) return finished(chart.x, {span.low - 0.6, span.high + 0.6}, 0.01);
  return finished(chart.x, span, 0.02);
}

Domain y_domain(const Chart& chart) {
  Span span;
  if (chart.heat && !chart.heat->ys.empty()) {
    for (double y : cell_edges(chart.y, chart.heat->ys)) span.add(on_scale(chart.y, y));
    return finished(chart.y, span, 0.0);
  }
  for (const Series& s : chart.series) {
    if (s.kind != SeriesKind::band)
      for (const auto& [x, y] : s.points) span.add(on_scale(chart.y, y));
    for (const auto& [low, high] : s.band) {
      span.add(on_scale(chart.y, low));
      span.add(on_scale(chart.y, high));
    }
  }
  for (const Rule& r : chart.rules)
    if (!r.vertical) span.add(on_scale(chart.y, r.at));
  if (has_bars(chart) && !chart.y.log) span.add(0.0);
  return finished(chart.y, span, 0.05);
}

Domain colour_domain(const Heat& heat) {
  const Axis axis{.log = heat.log};
  Span span;
  for (Index i = 0; i < heat.values.size(); ++i) span.add(on_scale(axis, heat.values.data()[i]));
  if (heat.range) span = {on_scale(axis, heat.range->first), on_scale(axis, heat.range->second)};
  if (span.low > span.high) span = {0.0, 1.0};
  if (heat.middle) {
    const double middle = on_scale(axis, *heat.middle);
    const double arm = std::max({span.high - middle, middle - span.low, std::numeric_limits<double>::min()});
    span = {middle - arm, middle + arm};
  }
  return finished({.power = heat.log}, span, 0.0);
}

std::vector<Tick> ticks(const Axis& axis, Domain domain, int most) {
  const double low = on_scale(axis, domain.low), high = on_scale(axis, domain.high);
  PENCHANT_CHECK(low < high && most >= 2);
  std::vector<Tick> out;
  if (axis.log && axis.power)
    out = double_log_ticks(low, high, most);
  else if (axis.log)
    out = decade_ticks(low, high, most, [](double u) { return std::pow(10.0, u); });
  else if (axis.power)
    out = decade_ticks(low, high, most, [](double u) { return u; });
  else
    return linear_ticks(domain, most, axis.integer);
  if (out.size() >= 3) return out;
  // Less than a decade, with fewer than three of its marks.
  if (!axis.power) return linear_ticks(domain, most, false);
  out = linear_ticks(domain, most, false);
  for (Tick& tick : out) tick = {tick.at, "10", short_text(tick.at, 12)};
  return out;
}

std::string plain(const Tick& tick) {
  if (tick.power.empty()) return tick.text;
  if (is_whole(tick.power)) return tick.text + superscript(tick.power);
  const std::size_t hat = tick.power.find('^');
  if (hat == std::string::npos) return cat(tick.text, "^", tick.power);
  const bool negative = tick.power[0] == '-';
  return cat(tick.text, "^(", negative ? "−" : "", tick.power.substr(negative, hat - negative),
             superscript(tick.power.substr(hat + 1)), ")");
}

std::vector<double> cell_edges(const Axis& axis, const std::vector<double>& centres) {
  std::vector<double> places, edges;
  for (double c : centres) places.push_back(on_scale(axis, c));
  const std::size_t n = places.size();
  if (n == 0) return {};
  const auto half = [&](std::size_t k) { return n == 1 ? 0.5 : 0.5 * (places[k + 1] - places[k]); };
  edges.push_back(off_scale(axis, places[0] - half(0)));
  for (std::size_t k = 0; k + 1 < n; ++k) edges.push_back(off_scale(axis, places[k] + half(k)));
  edges.push_back(off_scale(axis, places[n - 1] + half(n == 1 ? 0 : n - 2)));
  return edges;
}

std::vector<std::size_t> drawn_points(const Series& series, const Axis& x) {
  const std::size_t n = series.points.size();
  const bool curve = series.kind == SeriesKind::line || series.kind == SeriesKind::band;
  const std::size_t most = curve ? kMostDrawn : kMostDrawnDots;
  std::vector<std::size_t> out;
  if (n <= most || !curve) {
    const std::size_t count = std::min(n, most);
    for (std::size_t k = 0; k < count; ++k) out.push_back(count < n ? k * (n - 1) / (count - 1) : k);
    return out;
  }
  // Six kept a stretch at most, and the last point.
  const std::size_t stretches = (most - 1) / (series.band.empty() ? 4 : 6);
  std::vector<double> places(n);
  bool increasing = true;
  double last = -kInf;
  for (std::size_t i = 0; i < n; ++i) {
    places[i] = on_scale(x, series.points[i].first);
    if (!std::isfinite(places[i])) continue;
    increasing = increasing && places[i] >= last;
    last = places[i];
  }
  Span span;
  for (double place : places) span.add(place);
  // A curve that turns back is parted by index.
  const bool by_place = increasing && span.high > span.low;
  std::size_t stretch_before = 0;
  const auto stretch_of = [&](std::size_t i) {
    if (!by_place) return i * stretches / n;
    if (!std::isfinite(places[i])) return stretch_before;
    const double share = (places[i] - span.low) / (span.high - span.low);
    return std::min(stretches - 1, static_cast<std::size_t>(share * static_cast<double>(stretches)));
  };
  std::vector<std::size_t> kept;
  for (std::size_t begin = 0; begin < n;) {
    const std::size_t stretch = stretch_of(begin);
    stretch_before = stretch;
    std::size_t end = begin + 1;
    while (end < n && stretch_of(end) == stretch) ++end;
    kept = {begin};
    const auto keep_extremes = [&](auto&& value) {
      std::size_t low = n, high = n, gap = n;
      for (std::size_t i = begin; i < end; ++i) {
        const double v = value(i);
        if (!std::isfinite(v) || !std::isfinite(places[i]))
          gap = i;
        else {
          if (low == n || v < value(low)) low = i;
          if (high == n || v > value(high)) high = i;
        }
      }
      return std::array{low, high, gap};
    };
    if (series.kind != SeriesKind::band)
      for (std::size_t i : keep_extremes([&](std::size_t k) { return series.points[k].second; })) kept.push_back(i);
    if (!series.band.empty()) {
      const auto lows = keep_extremes([&](std::size_t k) { return series.band[k].first; });
      const auto highs = keep_extremes([&](std::size_t k) { return series.band[k].second; });
      kept.insert(kept.end(), {lows[0], highs[1]});
      if (series.kind == SeriesKind::band) kept.push_back(lows[2]);
    }
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    for (std::size_t i : kept)
      if (i < n) out.push_back(i);
    begin = end;
  }
  if (out.back() != n - 1) out.push_back(n - 1);
  return out;
}

}  // namespace penchant
