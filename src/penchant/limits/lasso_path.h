// The whole Lasso path β(λ) = argmin ½‖Xβ-y‖² + λ‖β‖₁, by its corners: between two of them β is linear in λ.
#pragma once

#include <vector>

#include "penchant/core/linear_map.h"

namespace penchant {

struct LassoKnot {
  double lambda = 0.0;
  Vector beta;            // (d)
  double residual = 0.0;  // ‖Xβ-y‖₂
};

// From λ_max, where β = 0, to its end near λ = 0 (1e-9 λ_max). Empty for y = 0 or X^T y = 0.
// Every knot is a solved `penalised` limit, so that the cost is quadratic in their number. Throws InvalidInput for an X without
// entries at hand, and as `solve` does.
std::vector<LassoKnot> lasso_path(const MapPtr& x, const Vector& y);

// The residual norm ‖Xβ-y‖₂ at which some |β_j| first falls (relative to the largest by more than 1e-9); 0: none does,
// the path is monotone.
double turning_residual(const std::vector<LassoKnot>& path);

}  // namespace penchant
