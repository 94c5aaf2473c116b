// What hypotheses ask of the data. theory/ declares which it needs; lab/ computes them and passes them in; a missing one makes a
// hypothesis "not checked".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penchant/core/types.h"

namespace penchant {

enum class Fact { rank, consistency, spectrum, separability, min_l1, min_l2, positive_feasibility, support_vectors };

struct Facts {
  Index samples = 0;
  Index features = 0;
  std::optional<Index> rank;                  // of X at relative threshold max(n, d) eps
  std::optional<double> inconsistency;        // ‖(I-XX⁺)(y)‖ / ‖y‖
  std::optional<double> sigma_max, sigma_min; // extreme non-zero singular values of X
  std::optional<bool> separable;
  std::optional<double> margin;               // ℓ2 margin, where separable
  std::optional<Vector> inseparable_weights;  // q >= 0, Σq = 1, Σ q_i y_i x_i = 0
  std::optional<double> l1_norm;              // min ‖β‖₁ s.t. Xβ=y
  std::optional<double> positive_l1_norm;     // the same with β >= 0
  std::optional<bool> l1_unique;
  std::optional<double> l2_norm;              // min ‖β‖₂ s.t. Xβ=y
  std::optional<bool> positive_feasible;      // some β > 0 fits; inseparable_weights-like proof in positive_proof
  std::optional<Vector> positive_proof;       // ν with X^T ν >= 0, ⟨ν,y⟩ < 0
  std::optional<bool> degenerate_margin;      // a support vector with zero multiplier
};

}  // namespace penchant
