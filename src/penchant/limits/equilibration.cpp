#include "penchant/limits/equilibration.h"

#include <cmath>

namespace penchant {

namespace {

constexpr int kSweeps = 20;

Vector powers_of_two(const Vector& exponents) {
  return exponents.unaryExpr([](double e) { return std::exp2(std::round(e)); });
}

}  // namespace

Equilibration equilibration(const Matrix& x, ScaledSides sides) {
  Vector rows = Vector::Zero(x.rows()), columns = Vector::Zero(x.cols());
  const Matrix logs = x.cwiseAbs().array().log2();  // -inf where 0
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    Vector sums = Vector::Zero(x.cols()), counts = sums;
    for (Index i = 0; i < x.rows(); ++i)
      for (Index j = 0; j < x.cols(); ++j)
        if (std::isfinite(logs(i, j))) {
          sums[j] += logs(i, j) + rows[i];
          counts[j] += 1.0;
        }
    for (Index j = 0; j < x.cols(); ++j) columns[j] = counts[j] > 0 ? -sums[j] / counts[j] : 0.0;
    if (sides == ScaledSides::columns) break;
    for (Index i = 0; i < x.rows(); ++i) {
      double sum = 0.0, count = 0.0;
      for (Index j = 0; j < x.cols(); ++j)
        if (std::isfinite(logs(i, j))) {
          sum += logs(i, j) + columns[j];
          count += 1.0;
        }
      rows[i] = count > 0 ? -sum / count : 0.0;
    }
  }
  return {powers_of_two(rows), powers_of_two(columns)};
}

}  // namespace penchant
