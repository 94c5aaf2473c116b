#include "penchant/limits/explicit_distance.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargeLog = 40.0;  // e^40 >> 1/eps: q^N beside p^N is no longer seen
constexpr double kSmallestLog = -745.0;  // of a double
constexpr int kMostNewton = 200;

// q of q + κ q^{N-1} = 1: the left side is convex and grows, so Newton from 1 comes down to it without overshooting.
double smaller_factor(double kappa, int depth) {
  double q = 1.0;
  for (int k = 0; k < kMostNewton; ++k) {
    const double power = std::pow(q, depth - 2);
    const double step = (q + kappa * power * q - 1.0) / (1.0 + kappa * (depth - 1) * power);
    q -= step;
    if (!(step > 2.0 * std::numeric_limits<double>::epsilon() * q)) break;
  }
  return q;
}

// All from a = p - 1 > 0, in units of α.
struct Factors {
  double a, q, c;
  double log_t;  // log (p^N - q^N)
  double slope;  // d log t / d log a
  double curvature;
};

Factors factors(double log_a, int depth) {
  Factors out{};
  const double n = depth;
  out.a = std::exp(log_a);
  const double log_p = std::log1p(out.a);
  const double kappa = std::exp(log_a - (n - 1.0) * log_p);
  out.q = smaller_factor(kappa, depth);
  out.c = kappa * std::pow(out.q, depth - 1);
  const double t = std::expm1(n * log_p) - std::expm1(n * std::log1p(-out.c));
  out.log_t = std::log(t);
  const double kappa_rate = (1.0 - (n - 2.0) * out.a) / (1.0 + out.a);  // d log κ / d log a
  const double c_rate = out.c * kappa_rate / (1.0 + (n - 1.0) * out.c / out.q);
  out.slope = n * (std::exp((n - 1.0) * log_p) * out.a + std::pow(out.q, depth - 1) * c_rate) / t;
  out.curvature = kappa_rate / out.slope;
  return out;
}

// Newton in log a, kept inside a bracket: log t grows with it, with a slope between 1 and N.
Factors at_log_t(double log_t, int depth) {
  const double n = depth;
  double low = log_t - std::log(2.0 * n) - 60.0, high = log_t / n + 60.0;
  if (low > high) std::swap(low, high);
  double x = log_t < 0.0 ? log_t - std::log(2.0 * n) : std::log(std::expm1(std::max(log_t / n, 1e-3)));
  for (int k = 0; k < kMostNewton; ++k) {
    const Factors here = factors(x, depth);
    const double miss = here.log_t - log_t;
    (miss > 0.0 ? high : low) = x;
    double next = x - miss / here.slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - x) <= std::numeric_limits<double>::epsilon() * std::max(1.0, std::abs(x))) return factors(next, depth);
    x = next;
  }
  return factors(x, depth);
}

ExplicitCoordinate at_zero(int depth, double log_alpha) {
  ExplicitCoordinate out;
  out.u = out.v = std::exp(log_alpha);
  out.log_slope = -kInfinity;
  out.log_weight = 2.0 * std::log(depth) + (2.0 * depth - 2.0) * log_alpha;
  return out;
}

}  // namespace

ExplicitCoordinate explicit_coordinate(int depth, double log_alpha, double beta) {
  PENCHANT_CHECK(depth >= 2);
  if (beta == 0.0) return at_zero(depth, log_alpha);
  const double n = depth, alpha = std::exp(log_alpha), log_beta = std::log(std::abs(beta));
  const double log_t = log_beta - n * log_alpha;
  ExplicitCoordinate out;
  if (log_t > kLargeLog) {
    const double log_p = log_t / n, log_u = log_beta / n;
    const double log_kappa = (2.0 - n) * log_p + std::log1p(-std::exp(-log_p));
    const double q = smaller_factor(std::exp(log_kappa), depth), c = std::exp(log_kappa) * std::pow(q, depth - 1);
    out.u = std::exp(log_u);
    out.v = alpha * q;
    const double move = -out.u * std::expm1(-log_p);
    out.value = move * move + alpha * c * (alpha * c);
    out.log_slope = std::log(2.0 / n) + (2.0 - n) * log_u + std::log1p(-std::exp(-log_p));
    out.curvature = (1.0 / -std::expm1(-log_p) - (n - 1.0)) / n;
  } else {
    const Factors at = at_log_t(log_t, depth);
    out.u = alpha * (1.0 + at.a);
    out.v = alpha * at.q;
    out.value = alpha * at.a * (alpha * at.a) + alpha * at.c * (alpha * at.c);
    out.log_slope = std::log(2.0 / n * at.a) - (n - 1.0) * std::log1p(at.a) + (2.0 - n) * log_alpha;
    out.curvature = at.curvature;
  }
  out.log_weight = log_beta - out.log_slope;
  if (beta < 0.0) std::swap(out.u, out.v);
  return out;
}

double explicit_distance(int depth, double log_alpha, VecIn beta) {
  CompensatedSum sum;
  for (double b : beta) sum.add(explicit_coordinate(depth, log_alpha, b).value);
  return sum.value();
}

double explicit_reach(int depth, double log_alpha, double value) {
  if (!(value > 0.0)) return 0.0;
  // R >= (u-α)² and β <= u^N: the reach is at most (α + √value)^N; from below R(β) <= β^{2/N} + α² would do, bisection is as good.
  double high = depth * std::log(std::exp(log_alpha) + std::sqrt(value)), low = high - 1.0;
  const auto beyond = [&](double log_beta) { return explicit_coordinate(depth, log_alpha, std::exp(log_beta)).value > value; };
  while (low > kSmallestLog && beyond(low)) low -= 2.0 * (high - low);
  for (int k = 0; k < kMostNewton && high - low > 1e-15 * std::abs(high); ++k) {
    const double middle = 0.5 * (low + high);
    (beyond(middle) ? high : low) = middle;
  }
  return std::exp(high);
}

double explicit_conjugate(int depth, double log_alpha, double z, double reach) {
  const double slope = std::abs(z);
  const auto height = [&](double beta) { return beta * slope - explicit_coordinate(depth, log_alpha, beta).value; };
  double best = std::max(0.0, height(reach));
  if (slope == 0.0) return best;
  // κ = N/2 α^{N-2} |z| = a (1+a)^{1-N} on 0 < a <= 1/(N-2), where it grows
  const double n = depth, log_kappa = std::log(0.5 * n * slope) + (n - 2.0) * log_alpha;
  const double log_most = depth == 2 ? kInfinity : -std::log(n - 2.0);
  const auto rises_above = [&](double log_a) { return log_a - (n - 1.0) * std::log1p(std::exp(log_a)) > log_kappa; };
  double low = log_kappa, high = std::min(log_most, std::max(log_kappa, 0.0) + 1.0);
  while (depth == 2 && !rises_above(high) && high < 40.0) high += 1.0;
  if (!rises_above(high)) return best;  // as steep as R gets, or steeper
  for (int k = 0; k < kMostNewton && high - low > 1e-15 * std::max(1.0, std::abs(low)); ++k) {
    const double middle = 0.5 * (low + high);
    (rises_above(middle) ? high : low) = middle;
  }
  const double log_beta = factors(0.5 * (low + high), depth).log_t + n * log_alpha;
  return std::max(best, height(std::min(std::exp(log_beta), reach)));
}

BregmanProjection explicit_projection(const ExplicitDistance& limit) {
  PENCHANT_CHECK(limit.depth == 2);
  const Vector start = Vector::Constant(limit.x->cols(), 0.5 * limit.log_scale);
  return {limit.x, limit.y, DeepDiagonal{4, start, limit.positive ? Vector() : start}, {}};
}

}  // namespace penchant
