// The certificate of each limit, from any point and any dual. No file that implements these includes a solver.
#pragma once

#include "penchant/limits/certificate.h"

namespace penchant {

// Throws InvalidInput unless the point has an entry for each column of X and the dual, if there is one, one for each row, all of
// them numbers, and y one for each row. A solver that found no point (outcome infeasible or failed) may bring NaN in its place.
void require_point(const char* kind, const LinearMap& x, const Vector& y, const Solution& point);
void require_point(const char* kind, const Matrix& x, const Vector& y, const Solution& point);

Certificate certify_min_distance(const MinDistance& limit, const Solution& point);
Certificate certify_bregman_projection(const BregmanProjection& limit, const Solution& point);
Certificate certify_min_l1(const MinL1& limit, const Solution& point);
Certificate certify_max_margin(const MaxMargin& limit, const Solution& point);
Certificate certify_penalised(const Penalised& limit, const Solution& point);
Certificate certify_explicit_distance(const ExplicitDistance& limit, const Solution& point);
Certificate certify_min_lp(const MinLp& limit, const Solution& point);

}  // namespace penchant
