// Variational problems, each with its formula and its dual. They know nothing of training. X (n, d), y (n).
#pragma once

#include <optional>
#include <variant>

#include "penchant/core/fields.h"
#include "penchant/core/linear_map.h"
#include "penchant/core/potential.h"

namespace penchant {

// min ½‖β-β_0‖²  over the minimisers of ‖Xβ-y‖  (s.t. Xβ = y where y is consistent).
// Dual (consistent): max_s ⟨s, y-Xβ_0⟩ - ½‖X^T s‖²,  β = β_0 + X^T s.
struct MinDistance {
  MapPtr x;
  Vector y;
  Vector origin;  // β_0 (d); empty: 0
};

// min D_φ(β, β_0) s.t. Xβ = y.
// Dual: max_s ⟨s, y⟩ - φ*(∇φ(β_0)+X^T s) + φ*(∇φ(β_0)),  β = ∇φ*(∇φ(β_0)+X^T s).
struct BregmanProjection {
  MapPtr x;
  Vector y;
  Potential potential;
  // β_0 (d) for potentials that do not carry their own (entropy, burg: > 0); empty: the potential's natural origin
  SignedLog origin;
};

// min Σ_j p_j β_j^+ + q_j β_j^-  s.t. ‖Xβ-y‖₂ ≤ δ  (β ≥ 0 if positive).
// Dual: max_ν ⟨ν, y⟩ - δ‖ν‖₂  s.t. -q ≤ X^T ν ≤ p  (only the right side if positive).
struct MinL1 {
  MapPtr x;
  Vector y;
  Vector weights;           // p (d) > 0; empty: 1
  Vector negative_weights;  // q (d) > 0; empty: p
  bool positive = false;
  double delta = 0.0;
};

enum class Intercept { none, free };

// max_β min_i y_i(x_i·β + b) / ‖β‖₂, b = 0 unless the intercept is free. Normalised: min ½‖β‖² s.t. y_i(x_i·β + b) ≥ 1.
// Dual: max_{α ≥ 0} Σα_i - ½‖Σα_i y_i x_i‖²  (Σα_i y_i = 0 if free);  upper bound on the margin: ‖Σq_i y_i x_i‖ for q ≥ 0,
//                                                                     Σq = 1 (Σq_i y_i = 0 if free).
// Not separable: a convex combination of the y_i x_i equal to 0 proves it.
struct MaxMargin {
  MapPtr x;
  Vector y;  // ±1
  Intercept intercept = Intercept::none;
};

enum class Penalty { l2, l1 };

// min ½‖Xβ-y‖² + λ c(β):  c = ½‖β-β_0‖² (ridge) or Σ w_j|β_j| (Lasso). The explicit side of the story: a path in λ,
//                         beside a path in time.
// Dual: max_ν ⟨ν, y-Xβ_0⟩ - ½‖ν‖² - ‖X^T ν‖²/(2λ)  (l2);  max_ν ⟨ν, y⟩ - ½‖ν‖²  s.t. |X^T ν| ≤ λw  (l1). At the optimum ν = y - Xβ.
struct Penalised {
  MapPtr x;
  Vector y;
  Penalty norm = Penalty::l2;
  double lambda = 1.0;  // > 0
  Vector weights;       // w (d) > 0, l1 only; empty: 1
  Vector origin;        // β_0 (d), l2 only; empty: 0
};

// min Σ_j R_α(β_j) s.t. Xβ = y: the weights nearest to α1 that fit, R_α(b) = min { |u-α|² + |v-α|² : u^N - v^N = b }
// (limits/explicit_distance.h).
// N = 2 is convex. Dual: max_s ⟨s, y⟩ - Σ 2α²z²/(1-z²), z = X^T s, |z| < 1. With `positive` (N = 2) the factors are w >= 0, β = w².
// N > 2 is not: only stationary points, R_α'(β) = X^T ν and Xβ = y.
struct ExplicitDistance {
  MapPtr x;
  Vector y;
  int depth = 2;
  double log_scale = 0.0;  // log α
  bool positive = false;
};

// min Σ_j w_j |β_j|^p s.t. Xβ = y, 0 < p < 1: what R_α tends to for N = 2/p > 2. Not convex. Every fit whose features are
// independent is a strict local minimum, so that stationarity alone says little:
// the solver answers with the best of those it reaches.
struct MinLp {
  MapPtr x;
  Vector y;
  double p = 0.5;
  Vector weights;  // w (d) > 0; empty: 1
};

using Limit = std::variant<MinDistance, BregmanProjection, MinL1, MaxMargin, Penalised, ExplicitDistance, MinLp>;

std::string_view kind_of(const Limit& limit);  // "min_distance" …, as in [limit] kind
Value to_value(const Limit& limit);            // description for records; the data are left out

// [limit]: which problem to solve on a data set, with no training story.
struct LimitSpec {
  std::string kind;                    // min_distance bregman_projection min_l1 max_margin penalised explicit_distance min_lp
  std::string potential;               // bregman_projection
  // start alpha of the diagonal potentials and of explicit_distance; also the origin of entropy, burg
  std::optional<double> scale;
  std::optional<double> c, p;
  std::optional<int> depth;
  std::string k;                       // quadratic: file with K
  std::vector<double> weights, negative_weights, origin;
  bool positive = false;
  double delta = 0.0;
  std::string intercept = "none";      // max_margin: "free"
  std::string norm;                    // penalised: "l2" or "l1"
  std::optional<double> lambda;        // penalised
};
LimitSpec limit_from(const Value& table, const Where& where);
Value to_value(const LimitSpec& limit);
// Throws InvalidInput for keys the kind does not read, and for data that do not suit it.
Limit make_limit(const LimitSpec& spec, MapPtr x, const Vector& y, const std::string& folder);

}  // namespace penchant
