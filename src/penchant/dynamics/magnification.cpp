#include "penchant/dynamics/magnification.h"

#include <cmath>
#include <limits>

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;

// Of the start's dual: a part outside row(X) below this is rounding.
constexpr double kInside = 1e-8;

bool grew_from(const NormalisedLogs& start, const NormalisedLogs& now) {
  return (start.w.sign.array() != 0.0).all() && (start.w.sign.array() == now.w.sign.array()).all() && now.w.log_abs.allFinite();
}

}  // namespace

double log_magnification(const WeightNormalised& spec, const NormalisedLogs& start, const NormalisedLogs& now) {
  const double r0 = std::exp(start.log_r), r = std::exp(now.log_r);
  return start.log_r - now.log_r + (r - r0) * (r + r0) / (2.0 * std::exp(2.0 * start.log_norm) * spec.rate_r);
}

double log_magnification_of_weights(const WeightNormalised& spec, const NormalisedLogs& start, const NormalisedLogs& now,
                                    const RowSpace& rows) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (!grew_from(start, now)) return kNaN;
  const double power = 2.0 - spec.depth;
  const double start_size = (power * start.w.log_abs).maxCoeff(), now_size = (power * now.w.log_abs).maxCoeff();
  const Vector base = (power * start.w.log_abs.array() - start_size).exp();  // 1 for N = 2
  const Vector outside = rows.outside(base);
  if (!(outside.norm() > kInside * base.norm())) return kNaN;
  const Vector dual =
      spec.depth == 2 ? Vector(now.w.log_abs - start.w.log_abs) : Vector((power * now.w.log_abs.array() - now_size).exp());
  const double multiple = outside.dot(dual) / outside.dot(base);
  return spec.depth == 2 ? -multiple : (std::log(multiple) + now_size - start_size) / (spec.depth - 2.0);
}

std::optional<Vector> normalised_displacement(const WeightNormalised& spec, const NormalisedLogs& start,
                                              const NormalisedLogs& now) {
  if (!grew_from(start, now)) return {};
  const Array moved = now.w.log_abs.array() + log_magnification(spec, start, now);  // log(w rho)
  if (spec.depth == 2) return Vector(moved - start.w.log_abs.array());
  const double power = 2.0 - spec.depth;
  const double size = power * start.w.log_abs.maxCoeff();
  return Vector((power * moved - size).exp() - (power * start.w.log_abs.array() - size).exp());
}

}  // namespace penchant
