// Bracket of min ½‖β-β_0‖² over the minimisers of ‖Xβ-y‖. They are the β with Xβ = y' where y' = XX⁺y is the reachable part
// of y, so
//   upper = ½(‖β'-β_0‖ + e)² at β' = β - X⁺(Xβ-y), e what rounding may have left between β' and the nearest such point,
//   lower = ⟨s, y'-Xβ_0⟩ - ½‖X^T s‖², each term with its rounding counted against it; or, where that is larger,
//           ½(‖β'-β_0‖ - e)² - ½(‖β'-β_0-X^T s‖ + e)², the same of the point that fits,
//   gap ≤ upper - lower and ≤ ½(‖β'-β_0-X^T s‖ + e)², which does not cancel.
// Where rows are dependent s is made a combination Xt: ⟨Xt, y'⟩ = ⟨Xt, y⟩ needs no y'. φ is 1-strongly convex: ‖β'-β*‖ ≤ √(2 gap).
#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/feasible.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();

constexpr double kDualRoundings = 16.0;  // of ‖s‖_∞: what rounding a dual to doubles may move

double relative(double part, double whole) { return whole > 0.0 ? part / whole : part; }

// Of ‖β‖: a distance that is smaller is one of numbers that are nearly equal, and has fewer digits than they have.
constexpr double kNear = 1e-3;

// What the bounds on ½‖β-β_0‖² differ by if the distance is known to a few roundings of β, β_0 and of the set itself, where that is
// worth more than a rounding of the bounds: below it there is no gap.
double gap_of_rounding(double length, const Vector& a, const Vector& b, double off_set) {
  const double unit = 16.0 * kEps, size = std::hypot(a.stableNorm(), b.stableNorm());
  if (!(length <= kNear * size)) return 0.0;
  const double known_to = unit * size + std::min(off_set, 1e3 * unit * size);
  return (2.0 * length + known_to) * known_to;
}

// The dual point that is judged and what X^T makes of it.
struct DualPoint {
  EnclosedVector s, image;
};

DualPoint as_given(const Vector& s, const EnclosedVector& image) { return {exactly(s), image}; }

// s' = Xt with t nearly X⁺s, t in two parts so that ‖X‖²-fold amplification of its rounding stays small.
DualPoint in_the_range(const Matrix& x, const Feasible& set, const Vector& s) {
  const Vector t = set.pseudo_inverse(s);
  const Vector high = x * t;
  const Vector rest = set.pseudo_inverse(s - high);
  const EnclosedVector low =
      sum(enclosed_residual(x, -high, exactly(-t)), enclosed_residual(x, Vector::Zero(s.size()), exactly(-rest)));
  return {sum(exactly(high), low), sum(enclosed_image(x, high), enclosed_image(x, low))};
}

// What X^T makes of the real s' next to s that explains `step` best: where rows of X cancel in X^T s, rounding s to doubles moves
// the image by more than the point is off. s itself where that would take more than a rounding.
EnclosedVector image_near(const Matrix& x, const Feasible& set, const Vector& s, const Vector& step) {
  EnclosedVector image = enclosed_image(x, s);
  const double size = s.size() > 0 ? s.cwiseAbs().maxCoeff() : 0.0;
  if (!(image.value.allFinite() && size > 0.0)) return image;
  const Vector more = set.transposed_pseudo_inverse(step - image.value);
  if (!(more.cwiseAbs().maxCoeff() <= kDualRoundings * kEps * size)) return image;
  EnclosedVector near = sum(image, enclosed_image(x, more));
  const double before = squared_norm_high(difference(exactly(step), image));
  return squared_norm_high(difference(exactly(step), near)) < before ? near : image;
}

// ⟨s, y-Xβ_0⟩ - ½‖X^T s‖² at least.
double dual_value(const Matrix& x, const Vector& origin, const Vector& y, const DualPoint& dual) {
  const EnclosedVector from_start = enclosed_residual(x, y, exactly(origin));
  const double moved = dual.s.error.dot(from_start.value.cwiseAbs() + from_start.error);
  const double linear =
      shrunk_difference(enclosed_dot(dual.s.value, from_start).low(), grown(moved, static_cast<double>(y.size())));
  const double value = shrunk_difference(linear, 0.5 * squared_norm_high(dual.image));
  return std::isfinite(value) ? value : -std::numeric_limits<double>::infinity();
}

}  // namespace

Certificate certify_min_distance(const MinDistance& limit, const Solution& point) {
  const Matrix& x = require_dense(*limit.x, "certify min_distance");
  require_point("min_distance", x, limit.y, point);
  const Vector& beta = point.predictor.values;
  const Vector origin = limit.origin.size() > 0 ? limit.origin : Vector::Zero(x.cols());
  const Feasible set(x);
  const Vector out_of_reach = set.unreachable(limit.y);
  const bool consistent = out_of_reach.norm() <= kInconsistent * limit.y.norm();
  const Vector target = consistent ? limit.y : Vector(limit.y - out_of_reach);
  const Vector repaired = set.project(beta, target);
  const Vector step = repaired - origin;
  const double off_set = set.distance(repaired, limit.y);

  Certificate out;
  out.kind = CertificateKind::bracket;
  // y = 0: against what the terms of Xβ are made of, the rounding of a start that is large beside β included.
  const double size_of_y = target.norm() > 0.0 ? target.norm() : (x.cwiseAbs() * (beta.cwiseAbs() + origin.cwiseAbs())).norm();
  out.feasibility = relative(accurate_residual(x, beta, target).norm(), size_of_y);
  const Vector s = point.dual.size() > 0 ? point.dual : set.transposed_pseudo_inverse(step);
  const EnclosedVector image = enclosed_image(x, s);
  const double length = std::sqrt(squared_norm_high(exactly(step)));
  const double least = shrunk(std::sqrt(squared_norm_low(exactly(step)))) - off_set;
  const EnclosedVector near = image_near(x, set, s, step);
  const double apart = grown(std::sqrt(squared_norm_high(difference(exactly(step), near))) + off_set);
  out.upper = grown(0.5 * (length + off_set) * (length + off_set));
  // The dual value itself, and the same from the point that fits: good where that is nearly optimal.
  const double direct = set.full_row_rank() ? dual_value(x, origin, limit.y, as_given(s, image))
                                            : dual_value(x, origin, limit.y, in_the_range(x, set, s));
  const double beside = shrunk(0.5 * std::max(0.0, least) * std::max(0.0, least)) - grown(0.5 * apart * apart);
  out.lower = std::fmax(0.0, std::fmax(direct, beside));
  if (!std::isfinite(out.upper)) {
    out.kind = CertificateKind::first_order_only;
    out.upper = out.gap = out.relative_gap = out.complementarity = out.distance_bound = std::numeric_limits<double>::quiet_NaN();
    out.text = std::isfinite(off_set)
                   ? "the square of the distance is beyond the range of a double"
                   : "rounding hides which points fit: projecting the point a second time brings it no nearer to them";
    return out;
  }
  const double size = std::max(std::abs(out.lower), std::abs(out.upper)), width = out.upper - out.lower;
  out.gap = std::fmin(width, grown(0.5 * apart * apart));
  out.relative_gap = width <= gap_of_rounding(length, repaired, origin, off_set) ? 0.0 : relative(width, size);
  out.complementarity = relative(std::abs(s.dot(accurate_residual(x, beta, target))), size);
  out.distance_bound = grown(std::sqrt(2.0 * out.gap)) + (repaired - beta).norm() + off_set;
  out.text = consistent
                 ? cat("y is consistent; bracket of the squared distance, gap ", out.gap)
                 : cat("y is out of reach by ", out_of_reach.norm(), "; the constraint is the normal equations, gap ", out.gap);
  return out;
}

}  // namespace penchant
