// Closed form: β = β_0 + X⁺(y - Xβ_0) by a rank-revealing factorisation, s = (X^T)⁺(β - β_0).
#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

Solution solve_min_distance(const MinDistance& limit, const SolveOptions&) {
  const Matrix& x = require_dense(*limit.x, "min_distance");
  const Vector origin = limit.origin.size() > 0 ? limit.origin : Vector::Zero(x.cols());
  const Feasible set(x);
  const Vector beta = set.project(origin, limit.y);
  Solution out;
  out.predictor = Predictor::vector(beta);
  out.dual = set.transposed_pseudo_inverse(beta - origin);
  out.objective = 0.5 * (beta - origin).squaredNorm();
  out.iterations = 1;
  out.outcome = {Status::solved, cat("closed form, rank ", set.rank(), " of ", x.rows(), " x ", x.cols())};
  return out;
}

}  // namespace penchant
