// Where a Lasso path ended, solved once more with refined residuals on the active set it ended with.
#pragma once

#include <memory>

#include "penchant/limits/solvers/homotopy.h"

namespace penchant::l1 {

struct FollowedPath {
  std::unique_ptr<Homotopy> path;
  Homotopy::End end;
};
// Without screening, once more, where the screened path broke down or ran out of its budget.
FollowedPath follow_path(const L1Problem& problem, const Vector& y, HomotopyOptions options);

struct EndPoint {
  Vector beta;  // β_A, for ‖y‖ = 1
  Vector dual;  // (n) ν with X_A^T ν = s, the prices
};

// λ = 0: least squares on the active set, less the coordinates that came back to 0. ν has the least norm.
EndPoint at_zero(Homotopy& path, const Vector& y);
// ‖Xβ-y‖ = δ.
EndPoint at_delta(const Homotopy& path, const Vector& y, double delta);
// β(λ), λ > 0. λν is the residual.
EndPoint at_lambda(const Homotopy& path, const Vector& y, double lambda);

// β (size) from β_A.
Vector scattered(const Homotopy& path, const Vector& values, double scale, Index size);

}  // namespace penchant::l1
