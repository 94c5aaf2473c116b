// The minimisers of a Lasso are a polyhedron, {β : X_F β_F = f, s_j β_j >= 0 on F, β = 0 off F}: the fit f = Xβ* is unique, F are
// the features whose dual bound |x_j^T ν*| = λ w_j is tight, s their signs. A point of it near a given one, for comparisons with
// the set.
#pragma once

#include <optional>

#include "penchant/limits/certificate.h"

namespace penchant {

struct LassoMinimiser {
  Vector beta;            // (d) as optimal as `solved`, up to rounding
  double distance_bound;  // on ‖beta - b‖₂ for the minimiser b nearest to it
  double set_distance;    // every minimiser is at least this far from the given point
};

// `given` (d) is cut to the signs of the face and corrected on its own support until it fits f; an entry that the correction would
// turn is 0. Absent where that does not reach f, where the support that is left cannot take up the error of f, and where `solved`
// is not bracketed.
//   distance_bound = ‖X_T^+‖ √(2 gap),   T the entries that this moves by less than themselves, rank X_T = rank X_F:
// ‖Xβ - f‖ <= √(2 gap) at any β with that gap, and the minimum-norm correction on T keeps the signs.
//   set_distance = max(‖β off F‖, (‖Xβ-f‖ - √(2 gap)) / ‖X‖).
std::optional<LassoMinimiser> lasso_minimiser_near(const Penalised& limit, const Solution& solved, const Vector& given);

}  // namespace penchant
