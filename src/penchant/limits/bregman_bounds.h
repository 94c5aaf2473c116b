// What a Bregman bracket is made of, with every rounding counted against it: no lower bound above, no upper one below the number
// itself.
#pragma once

#include "penchant/limits/enclosure.h"
#include "penchant/limits/potential_dual.h"

namespace penchant {

// All points b with |b_j - β_j| <= spread_j: what is known of a point that fits exactly, where β fits up to rounding.
struct PointBox {
  const Predictor& beta;
  const Vector& spread;
};

struct Range {
  double low, high;
};

// β_0 (d) from its dual coordinates.
EnclosedVector start_of(const DualForm& form);

// D_φ(b, β_0) over the box. Of a convex f on [m - r, m + r]: f <= max of the ends, f >= 2f(m) - that.
Range divergence_over(const DualForm& form, const PointBox& box);

// φ(b) + φ*(z) - ⟨b, z⟩, z = z_0 + v: at most this over the box and the enclosure. It is convex in b and in v.
double fenchel_gap_over(const DualForm& form, const PointBox& box, const EnclosedVector& v);

// The same where z_j is given by its slack on the side of the larger part (log_slack_j, not NaN) or lies in v_j's enclosure (NaN).
double fenchel_gap_over_slacks(const Powers& form, const PointBox& box, const EnclosedVector& v, const Vector& log_slack);

// Coordinate j of either at one β and one z_0 + v, or at the z whose slack on the side `up` is given.
double coordinate_gap_over(const Powers& form, const Predictor& beta, Index j, double v);
double coordinate_gap_over_slack(const Powers& form, const Predictor& beta, Index j, double log_slack, bool up);

// φ*(z_0 + v) - φ*(z_0) - ⟨v, β_0⟩ >= 0: at most this. +inf where v may be outside the domain.
double conjugate_divergence_over(const DualForm& form, const EnclosedVector& v);

}  // namespace penchant
