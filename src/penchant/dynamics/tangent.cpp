#include "penchant/dynamics/tangent.h"

#include <cmath>
#include <limits>

namespace penchant {

Eigen::MatrixXd output_jacobian(const Model& model, const Vector& theta, Index samples) {
  Eigen::MatrixXd jacobian(samples, theta.size());
  Vector unit = Vector::Zero(samples), row(theta.size());
  for (Index i = 0; i < samples; ++i) {
    unit[i] = 1.0;
    model.vjp(theta, unit, row);
    unit[i] = 0.0;
    jacobian.row(i) = row;
  }
  return jacobian;
}

Vector predictor_derivative(const Model& model, const Vector& theta, const Vector& direction) {
  const double size = direction.norm();
  if (size == 0.0) return Vector::Zero(model.predictor(theta).values.size());
  const double h = std::cbrt(std::numeric_limits<double>::epsilon()) * theta.norm() / size;
  return (model.predictor(theta + h * direction).values - model.predictor(theta - h * direction).values) / (2.0 * h);
}

}  // namespace penchant
