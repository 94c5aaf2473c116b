// Nearest least-squares solution and ridge without rounding, Lasso in 60 digits.
#pragma once

#include "referee/wide.h"

namespace penchant::referee {

struct Optimum {
  WideVector beta;
  Wide value;
};

// min ½‖β-β_0‖² over the minimisers of ‖Xβ-y‖.
Optimum nearest_fit(const Matrix& x, const Vector& y, const Vector& origin);
// min ½‖Xβ-y‖² + ½λ‖β-β_0‖².
Optimum ridge(const Matrix& x, const Vector& y, double lambda, const Vector& origin);
// min ½‖Xβ-y‖² + λ Σ w_j|β_j|, by trying supports until the optimality conditions hold, that of `guess` first;
// absent where none of independent columns passes.
std::optional<Optimum> lasso(const Matrix& x, const Vector& y, double lambda, const Vector& weights, const Vector& guess);

}  // namespace penchant::referee
