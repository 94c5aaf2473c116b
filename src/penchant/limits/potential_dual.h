// The potentials of core/potential.h as limits need them: β as a function of v = X^T s, with the start built in,
// so that v = 0 is β_0.
// Five forms cover all nine potentials; everything that can under- or overflow is a log.
#pragma once

#include <variant>

#include "penchant/core/potential.h"

namespace penchant {

// β_j = a_j e^{v_j} - b_j e^{-v_j};  φ* = Σ a e^v + b e^-v.  log_b = -inf where there is no negative part (β > 0).
// Entropy: a = β_0, b = 0. Hypentropy: a, b = (c/2) e^{±asinh(β_0/c)}. ShiftedHypentropy: a = u², b = v².
struct Exponentials {
  Vector log_a;
  Vector log_b;
};

// β_j = a_j (1 - τ_j v_j)^{-q} - b_j (1 + σ_j v_j)^{-q},  -1/σ_j < v_j < 1/τ_j;  empty log_b: only the first part (β > 0).
// φ* = Σ (a/τ) P(1-τv) + (b/σ) P(1+σv),  P(x) = (x^{1-q} - 1)/(q-1)  (-log x for q = 1).
// DeepDiagonal: a = u^N, τ = u^{N-2}, b = v^N, σ = v^{N-2}, q = N/(N-2). Burg: a = τ = β_0, q = 1.
// All τ and σ are divided by the largest of them, e^{-log_unit}: v, s and the objective are the unscaled ones times e^{-log_unit}
// (times α^{N-2} for a uniform start). So s stays of order 1 as α -> 0 and the objective tends to Σ|β_j| for a uniform start.
struct Powers {
  double q = 1.0;
  Vector log_a, log_tau;
  Vector log_b, log_sigma;
  double log_unit = 0.0;

  bool is_positive() const { return log_b.size() == 0; }
};

// β_j = |z_j|^{q-1} sign z_j, z = z_0 + v, 1/p + 1/q = 1;  φ* = Σ|z|^q/q. Euclidean is p = 2.
struct NormPower {
  double p = 2.0;
  Vector z0;
  double q() const { return p / (p - 1.0); }
};

// β_j = ‖z‖_q^{2-q} |z_j|^{q-1} sign z_j, z = z_0 + v;  φ* = ‖z‖_q²/2.
struct SquaredNormPower {
  double p = 2.0;
  Vector z0;
  double q() const { return p / (p - 1.0); }
};

// β = β_0 + K^{-1} v;  φ* = zᵀK^{-1}z/2, z = Kβ_0 + v.
struct QuadraticForm {
  Matrix k;
  Vector origin;
};

using DualForm = std::variant<Exponentials, Powers, NormPower, SquaredNormPower, QuadraticForm>;

// Throws InvalidInput for parameters outside their domain and for an origin outside the potential's.
DualForm dual_form(const Potential& potential, const SignedLog& origin, Index features);

// Every β has β_j > 0: there may be no solution at all.
bool is_positive(const DualForm& form);

}  // namespace penchant
