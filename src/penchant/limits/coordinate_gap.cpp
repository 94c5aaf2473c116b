#include "penchant/limits/coordinate_gap.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// e^x - 1 - x >= 0. The series where the subtraction would lose digits.
double exp_minus_tangent(double x) {
  if (std::abs(x) > 0.1) return std::expm1(x) - x;
  double term = 0.5 * x * x, sum = term;
  for (int k = 3; k <= 12; ++k) sum += term *= x / k;
  return sum;
}

// e^{log_factor} (e^x - 1 - x); the two exponents may cancel.
double scaled_tangent_gap(double log_factor, double x) {
  if (log_factor == -kInfinity) return 0.0;
  if (x > 30.0) return std::exp(log_factor + x) - std::exp(log_factor) * (1.0 + x);
  return std::exp(log_factor) * exp_minus_tangent(x);
}

constexpr double kNearStart = 1e-3;  // of the logs of the slacks

// β = a x₊^{-q} - b x₋^{-q}
struct Slacks {
  double log_plus, log_minus;
};

// Slacks at β, seen from the side of the larger part: on the other side swap (a, τ) with (b, σ) and β with -β.
// log x₊ = ℓ solves  log a - qℓ = log(β + b x₋(ℓ)^{-q}),  x₋ = 1 + (σ/τ)(1 - e^ℓ);  the difference falls with ℓ.
Slacks invert_towards_plus(double q, double la, double lt, double lb, double ls, LogSize beta) {
  const auto log_minus = [&](double l) { return std::log1p(std::exp(ls - lt) * -std::expm1(l)); };
  const auto log_right = [&](double l) {
    const double other = lb - q * log_minus(l);
    if (beta.sign == 0.0) return other;
    if (beta.sign > 0.0) return log_add(beta.log_abs, other);
    return other > beta.log_abs ? log_subtract(other, beta.log_abs) : -kInfinity;
  };
  double low = (la - (beta.sign > 0.0 ? log_add(beta.log_abs, lb) : lb)) / q, high = 0.0;
  if (!(low < 0.0)) low = -1e-300;
  double l = low;
  for (int k = 0; k < 200 && low < high; ++k) {
    const double miss = la - q * l - log_right(l);
    if (miss > 0.0) low = l;
    else high = l;
    if (miss == 0.0) break;
    const double x_minus = std::exp(log_minus(l));
    const double part = std::exp(lb - q * log_minus(l) - log_right(l));
    const double slope = -q - q * part * std::exp(ls - lt + l) / x_minus;
    double next = l - miss / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - l) <= 2e-16 * std::abs(l)) break;
    l = next;
  }
  return {l, log_minus(l)};
}

// Near z = 0 the two parts of β cancel, and what is left of it decides z: Newton on w = τz itself,
// from what the slacks give, everything beside the larger part.
Slacks refined_near_start(const Powers& form, Index j, LogSize beta, Slacks rough) {
  const double largest = std::max(form.log_a[j], form.log_b[j]), ratio = std::exp(form.log_sigma[j] - form.log_tau[j]);
  const double a = std::exp(form.log_a[j] - largest), b = std::exp(form.log_b[j] - largest);
  const double wanted = beta.sign * std::exp(beta.log_abs - largest) - (a - b);
  const double slope = form.q * (a + b * ratio);  // at w = 0, and within 1e-3 q of that here
  Slacks at = rough;
  double w = -std::expm1(rough.log_plus);
  for (int k = 0; k < 8; ++k) {
    const double left = wanted - (a * std::expm1(-form.q * at.log_plus) - b * std::expm1(-form.q * at.log_minus));
    w += left / slope;
    at = {std::log1p(-w), std::log1p(ratio * w)};
    if (std::abs(left) <= 2e-16 * slope * std::abs(w)) break;
  }
  return at;
}

Slacks slacks_at(const Powers& form, Index j, LogSize beta) {
  const double la = form.log_a[j], lt = form.log_tau[j];
  if (form.is_positive()) return {beta.sign > 0.0 ? (la - beta.log_abs) / form.q : beta.sign == 0.0 ? kInfinity : kNan, 0.0};
  const double lb = form.log_b[j], ls = form.log_sigma[j];
  const double start_sign = la > lb ? 1.0 : la < lb ? -1.0 : 0.0, log_start = log_subtract(la, lb);
  // β against β(0) = a - b.
  const bool above = beta.sign != start_sign ? beta.sign > start_sign
                     : beta.sign >= 0.0      ? beta.log_abs >= log_start
                                             : beta.log_abs <= log_start;
  Slacks out;
  if (above) {
    out = invert_towards_plus(form.q, la, lt, lb, ls, beta);
  } else {
    const Slacks swapped = invert_towards_plus(form.q, lb, ls, la, lt, {beta.log_abs, -beta.sign});
    out = {swapped.log_minus, swapped.log_plus};
  }
  return std::max(std::abs(out.log_plus), std::abs(out.log_minus)) < kNearStart ? refined_near_start(form, j, beta, out) : out;
}

double z_of(const Powers& form, Index j, Slacks s) {
  if (form.is_positive() || s.log_plus < s.log_minus) return -std::expm1(s.log_plus) * std::exp(-form.log_tau[j]);
  return std::expm1(s.log_minus) * std::exp(-form.log_sigma[j]);
}

// (a/τ) x'^{1-q} [ (ξ^{1-q} - 1)/(q-1) - 1 + ξ ], ξ = x/x'.
double power_part(double q, double log_factor, double log_x_at, double log_x) {
  const double l = log_x - log_x_at, factor = log_factor + (1.0 - q) * log_x_at;
  const double second = q > 1.0 ? scaled_tangent_gap(factor - std::log(q - 1.0), (1.0 - q) * l) : 0.0;
  return second + scaled_tangent_gap(factor, l);
}

double gap_between(const Powers& form, Index j, LogSize beta, Slacks here) {
  const Slacks at = slacks_at(form, j, beta);
  if (std::isnan(at.log_plus)) return kInfinity;
  if (at.log_plus == kInfinity) {  // β = 0: φ(0) + φ*(z) with P(x) -> -1/(q-1) as x grows; Burg has φ(0) = ∞
    if (form.q == 1.0) return kInfinity;
    return std::exp(form.log_a[j] - form.log_tau[j] + (1.0 - form.q) * here.log_plus) / (form.q - 1.0);
  }
  double out = power_part(form.q, form.log_a[j] - form.log_tau[j], at.log_plus, here.log_plus);
  if (!form.is_positive()) out += power_part(form.q, form.log_b[j] - form.log_sigma[j], at.log_minus, here.log_minus);
  return out;
}

// The other slack from the smaller one.
Slacks complete(const Powers& form, Index j, double log_slack, bool up) {
  if (form.is_positive()) return {log_slack, 0.0};
  const double ratio = std::exp(form.log_sigma[j] - form.log_tau[j]);  // σ/τ
  if (up) return {log_slack, std::log1p(-ratio * std::expm1(log_slack))};
  return {std::log1p(-std::expm1(log_slack) / ratio), log_slack};
}

}  // namespace

LogSize entry(const Predictor& beta, Index j) {
  if (beta.logs.size() > 0) return {beta.logs.log_abs[j], beta.logs.sign[j]};
  const double b = beta.values[j];
  return {std::log(std::abs(b)), b > 0.0 ? 1.0 : b < 0.0 ? -1.0 : 0.0};
}

// v' = asinh(β / 2√(ab)) + ½ log(b/a); log(β/a) where b = 0.
double dual_coordinate(const Exponentials& form, Index j, LogSize beta) {
  const double la = form.log_a[j], lb = form.log_b[j];
  if (lb == -kInfinity) return beta.sign > 0.0 ? beta.log_abs - la : beta.sign == 0.0 ? -kInfinity : kNan;
  const double middle = 0.5 * (lb - la);
  if (beta.sign == 0.0) return middle;
  const double log_ratio = beta.log_abs - std::log(2.0) - 0.5 * (la + lb);
  return middle + beta.sign * (log_ratio > 20.0 ? log_ratio + std::log(2.0) : std::asinh(std::exp(log_ratio)));
}

double gap(const Exponentials& form, Index j, LogSize beta, double v) {
  const double la = form.log_a[j], lb = form.log_b[j];
  const double at = dual_coordinate(form, j, beta);
  if (std::isnan(at)) return kInfinity;
  if (at == -kInfinity) return std::exp(la + v);  // β = 0 in an entropy
  return scaled_tangent_gap(la + at, v - at) + scaled_tangent_gap(lb - at, at - v);
}

double log_weight(const Exponentials& form, Index j, LogSize beta) {
  return 0.5 * log_add(2.0 * beta.log_abs, std::log(4.0) + form.log_a[j] + form.log_b[j]);
}

double dual_part(const Exponentials& form, Index j, double v) {
  return std::exp(form.log_a[j]) * std::expm1(v) + std::exp(form.log_b[j]) * std::expm1(-v);
}

double gap(const Powers& form, Index j, LogSize beta, double v) {
  const double plus = -std::exp(form.log_tau[j]) * v, minus = form.is_positive() ? 0.0 : std::exp(form.log_sigma[j]) * v;
  if (!(plus > -1.0) || !(minus > -1.0)) return kInfinity;
  return gap_between(form, j, beta, {std::log1p(plus), std::log1p(minus)});
}

double dual_coordinate(const Powers& form, Index j, LogSize beta) { return z_of(form, j, slacks_at(form, j, beta)); }

double log_weight(const Powers& form, Index j, LogSize beta) {
  const Slacks at = slacks_at(form, j, beta);
  double out = form.log_a[j] + form.log_tau[j] - (form.q + 1.0) * at.log_plus;
  if (!form.is_positive()) out = log_add(out, form.log_b[j] + form.log_sigma[j] - (form.q + 1.0) * at.log_minus);
  return out + std::log(form.q);
}

double dual_part(const Powers& form, Index j, double v) {
  const auto one = [&](double log_factor, double x) {
    if (!(x > 0.0)) return kInfinity;
    const double l = std::log(x);
    return std::exp(log_factor) * (form.q > 1.0 ? std::expm1((1.0 - form.q) * l) / (form.q - 1.0) : -l);
  };
  double out = one(form.log_a[j] - form.log_tau[j], 1.0 - std::exp(form.log_tau[j]) * v);
  if (!form.is_positive()) out += one(form.log_b[j] - form.log_sigma[j], 1.0 + std::exp(form.log_sigma[j]) * v);
  return out;
}

double tangent_gap(const Exponentials& form, Index j, double v) {
  return scaled_tangent_gap(form.log_a[j], v) + scaled_tangent_gap(form.log_b[j], -v);
}

double tangent_gap(const Powers& form, Index j, double v) {
  const double plus = -std::exp(form.log_tau[j]) * v, minus = form.is_positive() ? 0.0 : std::exp(form.log_sigma[j]) * v;
  if (!(plus > -1.0) || !(minus > -1.0)) return kInfinity;
  double out = power_part(form.q, form.log_a[j] - form.log_tau[j], 0.0, std::log1p(plus));
  if (!form.is_positive()) out += power_part(form.q, form.log_b[j] - form.log_sigma[j], 0.0, std::log1p(minus));
  return out;
}

double gap_with_slack(const Powers& form, Index j, LogSize beta, double log_slack, bool up) {
  return gap_between(form, j, beta, complete(form, j, log_slack, up));
}

// |x|^p [(1+t)^p - 1 - pt]/p at t = h/x: by the binomial series where the difference would lose digits.
double power_divergence(double p, double x, double h) {
  if (x == 0.0) return std::pow(std::abs(h), p) / p;
  const double t = h / x;
  if (std::abs(t) * (p + 1.0) > 0.5)
    return (std::pow(std::abs(x + h), p) - std::pow(std::abs(x), p) * (1.0 + p * t)) / p;
  double term = 0.5 * (p - 1.0) * t * t, sum = term;
  for (int k = 2; k < 80 && std::abs(term) > 1e-18 * sum; ++k) sum += term *= (p - k) / (k + 1.0) * t;
  return std::pow(std::abs(x), p) * sum;
}

// From λ = log|z| - (p-1) log|b| where the signs agree.
double young_gap(double p, double q, double b, double z) {
  if (b == 0.0) return std::pow(std::abs(z), q) / q;
  if (z == 0.0 || (b > 0.0) != (z > 0.0)) return std::pow(std::abs(b), p) / p + std::pow(std::abs(z), q) / q + std::abs(b * z);
  const double l = std::log(std::abs(z)) - (p - 1.0) * std::log(std::abs(b));
  return std::pow(std::abs(b), p) * (exp_minus_tangent(q * l) / q - exp_minus_tangent(l));
}

}  // namespace penchant
