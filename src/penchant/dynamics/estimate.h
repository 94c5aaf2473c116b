// What one step of a stochastic method sees of the loss of a model that is linear in its predictor.
#pragma once

#include <vector>

#include "penchant/dynamics/objective.h"

namespace penchant {

// On the b samples of a batch, an unbiased estimate of the loss on all n: n/b times their sum, or their mean.
// Derivatives are divided by exp(log_scale), as in Point.
struct Estimate {
  Vector targets, outputs, output_slope;  // (b)
  Vector gradient;                        // in the predictor (d)
  double log_loss = 0.0, log_scale = 0.0;
};

// F on `rows` of X (n, d) at the predictor β.
Vector outputs_on(const Matrix& x, const std::vector<Index>& rows, const Vector& beta);

// At the predictor β; the features must be dense. `label_noise` (n) is added to the targets; null: none.
Estimate estimate_on(const Objective& objective, const std::vector<Index>& rows, const Vector& beta,
                     const double* label_noise = nullptr);

}  // namespace penchant
