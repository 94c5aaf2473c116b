#include "penchant/theory/normalised_start.h"

#include <cmath>

#include "penchant/core/accurate.h"

namespace penchant {

std::optional<NormalisedStart> normalised_start(const WeightNormalised& model, const Start& start) {
  const SignedLog &radius = start.blocks.at(0), &v = start.blocks.at(1);
  if (!(radius.sign[0] > 0.0) || !(v.sign.array() > 0.0).all()) return std::nullopt;
  NormalisedStart out{
      model.depth, model.rate_r, radius.log_abs[0] + 0.5 * std::log(model.rate_r), 0.5 * log_sum_exp(2.0 * v.log_abs), {}};
  out.log_w = v.log_abs.array() + (out.log_r - out.log_norm);
  return out;
}

double NormalisedStart::log_magnification(double r) const {
  const double r0 = std::exp(log_r);
  return log_r - std::log(r) + (r - r0) * (r + r0) * std::exp(-2.0 * log_norm) / (2.0 * rate_r);
}

double NormalisedStart::turning_radius() const { return std::exp(log_norm) * std::sqrt(rate_r); }

DiagonalStart NormalisedStart::magnified(double log_rho) const { return {depth, log_w.array() - log_rho, {}}; }

bool NormalisedStart::uniform() const { return (log_w.array() == log_w[0]).all(); }

}  // namespace penchant
