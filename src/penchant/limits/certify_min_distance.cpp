// Bracket of min ½‖β-β_0‖² over the minimisers of ‖Xβ-y‖. They are the β with Xβ = y' where y' = XX⁺y is the reachable part of y,
// so
//   upper = ½‖β'-β_0‖² at β' = β - X⁺(Xβ-y),      upper - lower = ½‖β'-β_0-X^T s‖² (+ |⟨s, Xβ'-y'⟩| left by rounding)
// where lower is the dual value ⟨s, y'-Xβ_0⟩ - ½‖X^T s‖². φ is 1-strongly convex: ‖β'-β*‖ ≤ √(2 gap).
#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/feasible.h"

namespace penchant {

namespace {

double relative(double part, double whole) { return whole > 0.0 ? part / whole : part; }

// Squares of rounding errors of β and β_0: a gap below this is none.
double rounding_floor(const Vector& a, const Vector& b) {
  const double unit = 16.0 * std::numeric_limits<double>::epsilon();
  return unit * unit * (a.squaredNorm() + b.squaredNorm());
}

}  // namespace

Certificate certify_min_distance(const MinDistance& limit, const Solution& point) {
  const Matrix& x = require_dense(*limit.x, "certify min_distance");
  const Vector& beta = point.predictor.values;
  if (beta.size() != x.cols())
    throw InvalidInput(cat("certify min_distance: β has ", beta.size(), " entries, X has ", x.cols(), " columns"));
  if (point.dual.size() > 0 && point.dual.size() != x.rows())
    throw InvalidInput(cat("certify min_distance: the dual has ", point.dual.size(), " entries, X has ", x.rows(), " rows"));

  if (!beta.allFinite() || !point.dual.allFinite()) throw InvalidInput("certify: the point or its dual is not finite");
  const Vector origin = limit.origin.size() > 0 ? limit.origin : Vector::Zero(x.cols());
  const Feasible set(x);
  const Vector out_of_reach = set.unreachable(limit.y);
  const bool consistent = out_of_reach.norm() <= kInconsistent * limit.y.norm();
  const Vector target = consistent ? limit.y : Vector(limit.y - out_of_reach);
  const Vector repaired = set.project(beta, target);
  const Vector step = repaired - origin;
  const Vector dual = point.dual.size() > 0 ? point.dual : set.transposed_pseudo_inverse(step);

  Certificate out;
  out.kind = CertificateKind::bracket;
  const Vector left = accurate_residual(x, repaired, target);
  out.upper = 0.5 * step.squaredNorm();
  out.gap = 0.5 * (step - x.transpose() * dual).squaredNorm() + std::abs(dual.dot(left));
  if (!std::isfinite(out.upper) || !std::isfinite(out.gap)) {
    out.kind = CertificateKind::first_order_only;
    out.lower = out.upper = out.gap = out.relative_gap = out.feasibility = out.complementarity = out.distance_bound =
        std::numeric_limits<double>::quiet_NaN();
    out.text = "the square of the distance is beyond the range of a double";
    return out;
  }
  out.lower = out.upper - out.gap;
  const double size = std::max(std::abs(out.lower), std::abs(out.upper));
  out.relative_gap = out.gap <= rounding_floor(repaired, origin) ? 0.0 : relative(out.gap, size);
  const Vector residual = accurate_residual(x, beta, target);
  out.feasibility = relative(residual.norm(), target.norm());
  out.complementarity = relative(std::abs(dual.dot(residual)), size);
  out.distance_bound = std::sqrt(2.0 * out.gap) + (repaired - beta).norm();
  out.text = consistent
                 ? cat("y is consistent; bracket of the squared distance, gap ", out.gap)
                 : cat("y is out of reach by ", out_of_reach.norm(), "; the constraint is the normal equations, gap ", out.gap);
  return out;
}

}  // namespace penchant
