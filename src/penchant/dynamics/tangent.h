// A model's outputs and predictor to first order in its parameters.
#pragma once

#include "penchant/core/decompositions.h"
#include "penchant/models/model.h"

namespace penchant {

Eigen::MatrixXd output_jacobian(const Model& model, const Vector& theta, Index samples);  // dF/dθ (n, p)
// dβ/dθ times a direction, by a central difference.
Vector predictor_derivative(const Model& model, const Vector& theta, const Vector& direction);

}  // namespace penchant
