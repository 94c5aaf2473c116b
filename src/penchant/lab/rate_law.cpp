#include "penchant/lab/rate_law.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "penchant/lab/rate.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kDecades = 3.0, kShare = 0.6;

struct Samples {
  Vector log_time;  // natural
  Vector x;         // log10 of the variable; -inf where it has none
  Vector quantity;
};

double log10_of_variable(const std::string& variable, double log_time) {
  if (variable == "time") return log_time * std::numbers::log10e;
  if (variable == "log_time") return log_time > 0.0 ? std::log10(log_time) : -kInfinity;
  // log t / log log t, which grows from log t = e on.
  return log_time > std::numbers::e ? std::log10(log_time / std::log(log_time)) : -kInfinity;
}

bool is_of_time(const std::string& variable) {
  return variable == "time" || variable == "log_time" || variable == "log_time_over_log_log_time";
}

// log10 of the quantity: losses below the range of a double are known by it alone.
Samples samples_of(const ExpectedRate& expected, const std::vector<CurvePoint>& curve, const std::vector<Snapshot>& snapshots) {
  const Index count = static_cast<Index>(curve.size());
  Samples out{Vector(count), Vector(count), Vector(count)};
  for (Index i = 0; i < count; ++i) {
    const CurvePoint& point = curve[static_cast<std::size_t>(i)];
    out.log_time[i] = point.log10_time * std::numbers::ln10;
    const double x = log10_of_variable(expected.variable, out.log_time[i]);
    out.x[i] = std::isfinite(x) ? x : -kInfinity;
    out.quantity[i] = expected.quantity == "loss"         ? snapshots[static_cast<std::size_t>(i)].log10_loss
                      : expected.quantity == "margin_gap" ? std::log10(point.margin_gap)
                                                          : std::log10(point.distance);
  }
  return out;
}

void fit_constant(const Samples& samples, RateFit& out) {
  Vector x = samples.log_time, y(x.size());
  for (Index i = 0; i < x.size(); ++i) {
    const bool inside = samples.x[i] >= out.window_from && samples.x[i] <= out.window_to;
    y[i] = inside ? std::pow(10.0, samples.quantity[i]) * samples.log_time[i] : kNaN;
    x[i] = inside ? std::log(samples.log_time[i]) : 0.0;
  }
  const auto fit = fit_line(x, y, -kInfinity, kInfinity);
  if (!fit) return;
  out.constant = fit->slope;
  out.constant_low = fit->slope - fit->half_width;
  out.constant_high = fit->slope + fit->half_width;
}

bool follows(const RateFit& fit) {
  if (!(0.5 * (fit.high - fit.low) <= kRateTolerance)) return false;
  const double away = fit.exponent - fit.expected;
  if (fit.upper_bound_only ? away > kRateTolerance : std::abs(away) > kRateTolerance) return false;
  return std::isnan(fit.expected_constant) || std::abs(fit.constant / fit.expected_constant - 1.0) <= kRateTolerance;
}

}  // namespace

std::optional<RateFit> fit_rate(const ExpectedRate& expected, const std::vector<CurvePoint>& curve,
                                const std::vector<Snapshot>& snapshots) {
  if (curve.empty() || !is_of_time(expected.variable)) return std::nullopt;
  const Samples samples = samples_of(expected, curve, snapshots);
  double first = kInfinity;
  for (const double v : samples.x)
    if (std::isfinite(v)) first = std::min(first, v);
  const double last = samples.x.maxCoeff();
  if (!(last - first >= kDecades)) return std::nullopt;
  const double from = last - std::max(kDecades, kShare * (last - first));
  const auto line = fit_line(samples.x, samples.quantity, from, last);
  if (!line) return std::nullopt;
  RateFit out{.quantity = expected.quantity, .variable = expected.variable, .exponent = line->slope,
              .low = line->slope - line->half_width, .high = line->slope + line->half_width, .window_from = from, .window_to = last,
              .expected = expected.exponent, .upper_bound_only = expected.upper_bound_only};
  out.expected_constant = expected.constant.value_or(kNaN);
  if (expected.constant) fit_constant(samples, out);
  if (follows(out)) out.verdict = Verdict::agrees;
  return out;
}

}  // namespace penchant
