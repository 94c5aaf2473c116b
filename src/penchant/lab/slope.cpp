#include "penchant/lab/slope.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "penchant/core/text.h"

namespace penchant {

namespace {

SlopeAnswer undecided(SlopeAnswer answer, const std::string& why) {
  answer.verdict = Verdict::undecided;
  answer.text = cat("undecided: ", why);
  return answer;
}

bool is_resolved(const SlopePoint& p) {
  return p.distance > 0.0 && std::isfinite(p.distance) && p.error <= kSlopeResolution * p.distance;
}

// The widest run of neighbouring resolved points of the window, by the decades it spans; its ends, or nothing.
std::optional<std::pair<double, double>> widest_resolved(std::vector<SlopePoint> points, double from, double to) {
  std::erase_if(points, [&](const SlopePoint& p) { return p.parameter < from || p.parameter > to; });
  std::sort(points.begin(), points.end(), [](const SlopePoint& a, const SlopePoint& b) { return a.parameter < b.parameter; });
  std::optional<std::pair<double, double>> best;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::size_t end = i;
    while (end < points.size() && is_resolved(points[end])) ++end;
    if (end == i) continue;
    const std::pair found{points[i].parameter, points[end - 1].parameter};
    if (!best || found.second / found.first > best->second / best->first) best = found;
    i = end - 1;
  }
  return best;
}

// Where the points that spoil the fit lie, of which `p` is one, and the window that leaves them out.
std::string unresolved_words(const std::vector<SlopePoint>& points, const SlopePoint& p, double from, double to) {
  const std::string detail =
      cat(" resolved: at ", p.parameter, " the distance is ", p.distance, " and its error ",
          std::isfinite(p.error) ? short_text(p.error) : "not known", ", expected at most ", 100.0 * kSlopeResolution, " % of it");
  const auto good = widest_resolved(points, from, to);
  if (!good) return cat("no distance in the window is", detail);
  const std::string below = good->first > from ? cat("below ", good->first) : std::string();
  const std::string above = good->second < to ? cat("above ", good->second) : std::string();
  const std::string where = cat("points ", below, below.empty() || above.empty() ? "" : " and ", above, " are not", detail);
  constexpr double kRounding = 1.0 - 1e-9;
  if (std::log10(good->second / good->first) < kSlopeDecades * kRounding)
    return cat(where, "; the others span less than ", kSlopeDecades, " decades");
  return cat(where, "; set window = [", good->first, ", ", good->second, "]");
}

// Which points of the window spoil the fit, in words; empty if none does.
std::string spoiled(const std::vector<SlopePoint>& points, double from, double to) {
  for (const SlopePoint& p : points) {
    if (p.parameter < from || p.parameter > to) continue;
    if (!(p.distance > 0.0) || !std::isfinite(p.distance))
      return cat("at ", p.parameter, ", inside the window, there is no distance to this limit");
    if (!is_resolved(p)) return unresolved_words(points, p, from, to);
  }
  return {};
}

// Where |distance| ~ parameter^slope is O(parameter^expected): a larger power as the parameter goes to 0,
// a smaller one as it grows.
double excess_of_bound(double slope, double expected) { return expected >= 0.0 ? expected - slope : slope - expected; }

}  // namespace

SlopeAnswer decide_slope(const std::vector<SlopePoint>& points, const SlopeQuestion& question) {
  SlopeAnswer out;
  std::vector<double> parameters;
  for (const SlopePoint& p : points)
    if (p.parameter > 0.0) parameters.push_back(p.parameter);
  if (parameters.empty()) return undecided(out, "the parameter has no positive value");
  // Without a window the whole axis is it: that, too, was written beforehand.
  const auto [least, most] = std::minmax_element(parameters.begin(), parameters.end());
  out.from = question.window ? question.window->first : *least;
  out.to = question.window ? question.window->second : *most;
  constexpr double kRounding = 1e-9;
  const double decades = std::min(std::log10(out.to / out.from), std::log10(*most / *least));
  if (!(decades >= kSlopeDecades - kRounding))
    return undecided(out, cat("the window spans ", decades, " decades of the parameter, less than ", kSlopeDecades));
  if (const std::string why = spoiled(points, out.from, out.to); !why.empty()) return undecided(out, why);
  Vector x(static_cast<Index>(points.size())), y(x.size());
  for (Index i = 0; i < x.size(); ++i) {
    x[i] = std::log10(points[static_cast<std::size_t>(i)].parameter);
    y[i] = std::log10(points[static_cast<std::size_t>(i)].distance);
  }
  out.fit = fit_line(x, y, std::log10(out.from) - kRounding, std::log10(out.to) + kRounding);
  if (!out.fit) return undecided(out, "fewer than four points in the window");
  const double slope = out.fit->slope, half = out.fit->half_width;
  const std::string numbers =
      cat("slope ", short_text(slope, 5), " ± ", short_text(half, 2), " over ", out.fit->points, " points from ", out.from, " to ",
          out.to, ", theory ", question.upper_bound ? "at least as fast as " : "", short_text(question.expected, 5));
  const double miss =
      question.upper_bound ? std::max(0.0, excess_of_bound(slope, question.expected)) : std::abs(slope - question.expected);
  const std::string tolerance =
      cat(", ", miss > half ? "outside that interval, " : "", "within the tolerance of ", kSlopeTolerance);
  if (miss <= kSlopeTolerance && half <= kSlopeTolerance) {
    out.verdict = Verdict::agrees;
    out.text = cat("agrees: ", numbers, tolerance);
  } else if (miss > kSlopeTolerance + half) {
    out.verdict = Verdict::disagrees;
    out.text = cat("disagrees: ", numbers, ", beyond the interval by more than the tolerance of ", kSlopeTolerance);
  } else {
    return undecided(out, cat(numbers, half > kSlopeTolerance ? "; the interval is too wide" : "; between within and beyond"));
  }
  return out;
}

}  // namespace penchant
