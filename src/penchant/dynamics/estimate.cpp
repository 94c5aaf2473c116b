#include "penchant/dynamics/estimate.h"

#include <cmath>

namespace penchant {

Vector outputs_on(const Matrix& x, const std::vector<Index>& rows, const Vector& beta) {
  Vector f(static_cast<Index>(rows.size()));
  for (std::size_t k = 0; k < rows.size(); ++k) f[static_cast<Index>(k)] = x.row(rows[k]).dot(beta);
  return f;
}

Estimate estimate_on(const Objective& objective, const std::vector<Index>& rows, const Vector& beta, const double* label_noise) {
  const Matrix& x = *objective.features().dense();
  const Vector& y = objective.targets();
  const Loss& loss = objective.loss();
  const auto b = static_cast<Index>(rows.size());
  Estimate e;
  e.targets.resize(b);
  for (Index k = 0; k < b; ++k) e.targets[k] = y[rows[static_cast<std::size_t>(k)]];
  if (label_noise)
    for (Index k = 0; k < b; ++k) e.targets[k] += label_noise[rows[static_cast<std::size_t>(k)]];
  e.outputs = outputs_on(x, rows, beta);
  e.output_slope.resize(b);
  // A mean over the batch is its own estimate of the mean over all; a sum is multiplied by n/b.
  const bool sums = reduction(objective.problem().loss) == Reduction::sum;
  const double weight = sums ? static_cast<double>(y.size()) / static_cast<double>(b) : 1.0;
  e.log_loss = loss.log_value(e.outputs, e.targets) + std::log(weight);
  if (objective.classifies()) {
    e.log_scale = e.log_loss;
    loss.log_weights(e.outputs, e.targets, e.output_slope);
    e.output_slope = -weight * (e.output_slope.array() - e.log_scale).exp() * e.targets.array();
  } else {
    loss.gradient(e.outputs, e.targets, e.output_slope);
    e.output_slope *= weight;
  }
  e.gradient = Vector::Zero(beta.size());
  for (Index k = 0; k < b; ++k) e.gradient += e.output_slope[k] * x.row(rows[static_cast<std::size_t>(k)]).transpose();
  return e;
}

}  // namespace penchant
