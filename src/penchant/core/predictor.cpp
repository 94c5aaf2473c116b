#include "penchant/core/predictor.h"

#include <cmath>
#include <limits>

namespace penchant {

SignedLog SignedLog::from(const Vector& values) {
  return {values.array().abs().log().matrix(), values.array().sign().matrix()};
}

SignedLog SignedLog::constant(Index size, double log_abs, double sign) {
  return {Vector::Constant(size, log_abs), Vector::Constant(size, sign)};
}

Vector SignedLog::values() const {
  Vector out(size());
  for (Index j = 0; j < size(); ++j) out[j] = sign[j] == 0.0 ? 0.0 : sign[j] * std::exp(log_abs[j]);
  return out;
}

Predictor Predictor::vector(SignedLog beta) {
  Predictor out{"vector", beta.values(), {}};
  for (Index j = 0; j < beta.size(); ++j) {
    const double size = std::abs(out.values[j]);
    const bool lost = beta.sign[j] != 0.0 && !(size >= std::numeric_limits<double>::min() && std::isfinite(size));
    if (lost) {
      out.logs = std::move(beta);
      break;
    }
  }
  return out;
}

}  // namespace penchant
