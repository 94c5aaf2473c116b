// What hypotheses ask of the data. theory/ declares which it needs; lab/ computes them and passes them in; a missing one makes a
// hypothesis "not checked".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// The least weighted ℓ1 norm Σ_j w_j|β_j| over the fits and how a potential near it holds on to its point β* (support S,
// dual ν). w_j = Σ_i x_ij².
struct WeightedL1 {
  double norm = 0.0;      // at β*
  double rho = 0.0;       // least max off S of |x_jᵀν| / w_j (among β >= 0: of x_jᵀν / w_j); < 1
  // max off S of Σ_{i in S} w_i |X_S⁺ x_j|_i / w_j: what β* gives way, in the weighted norm, to one unit off S
  double growth = 0.0;
  double log_size = 0.0;  // max on S of |log |β*_j|| / w_j
  double distance = 0.0;  // ‖β-β*‖₂ / ‖β*‖₂ is at most this times the weighted norm of β off S
  double least_weight = 0.0;  // off S
  Index off_support = 0;
};

enum class Fact { rank, consistency, spectrum, separability, min_l1, min_l2, positive_feasibility, trace_l1, support_vectors,
                  potential_matrix, lasso_path, positive_kernel, magnification };

struct Facts {
  Index samples = 0;
  Index features = 0;
  std::optional<Index> rank;                  // of X at relative threshold max(n, d) eps
  std::optional<double> inconsistency;        // ‖(I-XX⁺)(y)‖ / ‖y‖
  std::optional<double> sigma_max, sigma_min; // extreme non-zero singular values of X
  std::optional<double> max_row_norm;         // max_i ‖x_i‖₂
  std::optional<bool> separable;
  std::optional<double> margin;               // ℓ2 margin, where separable
  std::optional<Vector> inseparable_weights;  // q >= 0, Σq = 1, Σ q_i y_i x_i = 0
  std::optional<double> l1_norm;              // min ‖β‖₁ s.t. Xβ=y
  std::optional<double> positive_l1_norm;     // the same with β >= 0
  std::optional<bool> l1_unique;
  // Relative ℓ2 distance of any fit β to the min-ℓ1 solution β* is at most l1_condition · (‖β‖₁/‖β*‖₁ - 1):
  // with S the support of β*, its dual ν and ρ = max off S of |x_jᵀν|, that is √(1+M²)/(1-ρ) · ‖β*‖₁/‖β*‖₂,
  // M = max off S of ‖X_S⁺ x_j‖₂.
  // Absent where ρ = 1 or X_S lacks rank.
  std::optional<double> l1_condition;
  std::optional<double> positive_l1_condition;  // the same among β >= 0
  // The least ρ = max off S |x_jᵀν| (among β >= 0: max x_jᵀν) that any dual ν of the min-ℓ1 solution has;
  // only where ρ < 1 and X_S has full rank.
  std::optional<double> l1_rho, positive_l1_rho;
  std::optional<WeightedL1> trace_l1, positive_trace_l1;  // only where β* is pinned down
  std::optional<double> lasso_turns_at;       // ‖Xβ-y‖ where a coefficient of the Lasso path first turns back; 0: none does
  std::optional<double> l2_norm;              // min ‖β‖₂ s.t. Xβ=y
  std::optional<bool> positive_feasible;      // some β >= 0 fits; if none does, positive_proof says why
  std::optional<Vector> positive_proof;       // ν with X^T ν >= 0, ⟨ν,y⟩ < 0
  // No dual of the margin is positive on every support vector (strict complementarity fails); absent where that was not decided.
  std::optional<bool> degenerate_margin;
  std::optional<double> least_multiplier;     // not degenerate: some dual is at least this on every support vector (least margin 1)
  std::optional<double> margin_slowness;      // degenerate: ‖b̂‖/‖β̂‖ of limits/margin_support.h
  std::optional<bool> positive_kernel;        // some v > 0 has Xv = 0
  // Weight normalisation: the log ρ whose projection has the radius that gives this ρ (theory/normalised_start.h),
  // beyond the turning radius.
  std::optional<double> log_magnification;
  std::optional<Matrix> potential_matrix;     // K of the quadratic potential, read from its file
};

}  // namespace penchant
