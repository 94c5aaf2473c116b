// The least ℓ1 norm over the fits and how sharply it pins its point down.
#pragma once

#include <optional>

#include "penchant/core/linear_map.h"
#include "penchant/theory/facts.h"

namespace penchant {

struct LeastL1 {
  std::optional<double> norm;              // absent: not settled, or no fit
  std::optional<bool> unique;
  std::optional<double> condition;         // Facts::l1_condition
  std::optional<double> rho;               // Facts::l1_rho
  std::optional<Vector> infeasible_proof;  // positive: ν with X^T ν >= 0, ⟨ν, y⟩ < 0, checked here
};

LeastL1 least_l1(const MapPtr& x, const Vector& y, bool positive);

// Facts::trace_l1: weights w_j = Σ_i x_ij². Absent where not settled, where a feature is 0, and where the point is not pinned down.
std::optional<WeightedL1> trace_l1(const MapPtr& x, const Vector& y, bool positive);

// Facts::l1_rho of a solution beta. Its problem min_ν max_j |x_jᵀν| s.t. X_Sᵀν = sign β_S has the dual
//   1/ρ = min ‖δ‖₁  s.t.  Pδ = 0,  ⟨X_S⁺ᵀ sign β_S, X_off δ⟩ = 1,   P = X_off less its part in the range of X_S   (δ >= 0 if
//                   positive)
// Absent where that is not solved, where nothing is off the support, and where beta is not pinned down.
std::optional<double> l1_rho(const Matrix& x, const Vector& beta, bool positive);

// Facts::l1_condition from a solution and its l1_rho, or, where that is not known, the ρ of some of its duals. Absent where the
// point is not pinned down.
std::optional<double> l1_condition(const Matrix& x, const Vector& beta, const Vector& dual, bool positive,
                                   std::optional<double> rho);

}  // namespace penchant
