#include "penchant/theory/label_noise.h"

#include <algorithm>
#include <cmath>

namespace penchant {

double label_noise_lambda(double step, double sigma, Index batch, Index samples, Reduction reduction) {
  const double b = static_cast<double>(batch == 0 ? samples : batch);
  return step * sigma * sigma * (reduction == Reduction::sum ? static_cast<double>(samples) / b : 1.0 / b);
}

Vector trace_weights(const Matrix& x) { return x.colwise().squaredNorm().transpose(); }

double trace_factor(const Diagonal& model) {
  return model.form == DiagonalForm::product || model.factors == Factors::separate ? 0.5 : 1.0;
}

std::optional<double> shrunk_start_error(const DiagonalStart& shrunk, const Vector& weights, const WeightedL1& least) {
  const Vector plus = (-2.0 * shrunk.log_u).cwiseQuotient(weights);
  const Vector minus = shrunk.positive() ? plus : Vector((-2.0 * shrunk.log_v).cwiseQuotient(weights));
  const double high = std::max(plus.maxCoeff(), minus.maxCoeff()), low = std::min(plus.minCoeff(), minus.minCoeff());
  const double kappa = 0.5 * (high + low), spread = 0.5 * (high - low) / kappa;
  if (!(kappa > 0.0)) return std::nullopt;
  const double g = least.growth, w = least.least_weight;
  const double exponent = 2.0 + w * (least.log_size * g - kappa * ((1.0 - least.rho) - spread * (1.0 + g)));
  if (!(exponent < 0.0)) return std::nullopt;
  const double pairs = shrunk.positive() ? 0.0 : 2.0 * (shrunk.log_u + shrunk.log_v).array().exp().sum();
  return least.distance * w * std::max(pairs, static_cast<double>(least.off_support) * std::exp(exponent));
}

}  // namespace penchant
