// Sums of two exponentials along a ray, vectorised with run-time dispatch. Arrays of `size` numbers, any size.
#pragma once

#include <cstddef>

namespace penchant {

// Slope of a dual objective along dv: value = Σ β_j dv_j, derivative = Σ w_j dv_j² at the end of a step.
struct RaySlope {
  double value = 0.0;
  double derivative = 0.0;
};

// With up = p + t dv, down = m - t dv:  β = e^up - e^down,  w = e^up + e^down.
RaySlope exponentials_slope(const double* p, const double* m, const double* dv, double t, std::size_t size);

// The same at t = 0, written out.
void exponentials_value(const double* p, const double* m, std::size_t size, double* beta, double* weight);

}  // namespace penchant
