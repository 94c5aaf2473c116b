// How fast training turns to the maximal margin: by 1/log t where some dual is positive on every support vector.
#pragma once

#include <optional>

#include "penchant/limits/certificate.h"

namespace penchant {

// Strict complementarity of the margin, β̂ = Σ α_i z_i with min z_i·β̂ = 1: does some dual have α > 0 on every support vector?
struct Complementarity {
  std::optional<bool> degenerate;          // none has; absent where two ways to decide it differ
  std::optional<double> least_multiplier;  // not degenerate: the least α_i of a dual that is positive on all
  std::optional<double> slowness;          // degenerate: ‖b̂‖/‖β̂‖ of limits/margin_support.h
};
// solution: of `limit`, solved, without intercept. A dual that is positive already answers. Otherwise the support vectors without
// a multiplier are asked one by one (limits/margin_support.h), and beside that max τ s.t. Σ α_i z_i = β̂, α_i >= τ, is solved:
// both must say the same. With α = τ(1 + a) and κ = 1/τ that is min κ s.t. Σ a_i z_i - κβ̂ = -Σ z_i, a >= 0: a least ℓ1 norm, since
// along β̂ the constraint reads Σ a_i = κ‖β̂‖² - m. Infeasible: ν with z_i·ν >= 0, > 0 for some i, and β̂·ν = 0.
Complementarity complementarity(const MaxMargin& limit, const Solution& solution);

}  // namespace penchant
