// Facts::log_magnification: where weight normalisation will end, from its description alone.
#pragma once

#include <optional>

#include "penchant/problem.h"

namespace penchant {

// log rho(r) (theory/normalised_start.h) at the r > turning radius with
//   r = (sum_j x_j^{2/N})^{1/2},   x the Bregman projection from x_0 rho(r)^{-N}
// The right side falls as rho grows, so there is at most one. `least_l1` is min ‖β‖₁ over β >= 0 with Xβ = y,
// whose N-th root no fit's radius is below. Absent: another model, no such radius, a projection that was not solved.
std::optional<double> self_consistent_magnification(const Problem& problem, double least_l1);

}  // namespace penchant
