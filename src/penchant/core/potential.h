// Potentials phi of mirror descent and of reparametrised flows: descriptions only. The maps are written twice on purpose,
// in dynamics/ (grad phi, for training) and in limits/ (phi*, for solving); a test holds the two together.
//
// A Bregman limit started at beta_0 is   argmin D_phi(beta, beta_0)  s.t.  X beta = y,
// with solutions beta(s) = grad phi*( grad phi(beta_0) + X^T s ). Starts whose size leaves the range of a double are given as logs.
#pragma once

#include <variant>

#include "penchant/core/predictor.h"
#include "penchant/core/types.h"

namespace penchant {

// phi = |beta|^2 / 2 on R^d.
struct Euclidean {};

// phi = sum beta log beta - beta on beta > 0.
struct Entropy {};

// phi = sum beta asinh(beta/c) - sqrt(beta^2 + c^2), c > 0 the same for all coordinates; beta = c sinh(z).
// Woodworth et al. 2020 Thm 1: depth-2 diagonal network from u = v = alpha is c = 2 alpha^2.
struct Hypentropy {
  double log_c = 0.0;
};

// The potential of beta = u^2 - v^2 from any positive start, and of the real steps of C6: beta_j = u_j^2 e^{z_j} - v_j^2 e^{-z_j}.
// It is hypentropy with c_j = 2 u_j v_j, its origin shifted by beta_0 = u^2 - v^2. log_u, log_v (d).
struct ShiftedHypentropy {
  Vector log_u;
  Vector log_v;
};

// phi = (1/p) sum |beta|^p, p > 1.
struct PNorm {
  double p = 2.0;
};

// phi = |beta|_p^2 / 2, p > 1.
struct SquaredPNorm {
  double p = 2.0;
};

// phi = -sum log beta on beta > 0.
struct Burg {};

// phi = beta^T K beta / 2, K (d, d) symmetric positive definite.
struct Quadratic {
  Matrix k;
};

// Depth N > 2 of a diagonal network from positive starts u_j (and v_j; empty log_v: beta = u^N only, so beta > 0):
//   beta_j = u_j^N (1 - u_j^{N-2} z_j)^{-N/(N-2)} - v_j^N (1 + v_j^{N-2} z_j)^{-N/(N-2)},   -v_j^{2-N} < z_j < u_j^{2-N}.
// z is the unscaled dual: for u = v = alpha it is alpha^{2-N} times the z of h_N. log_u, log_v (d).
struct DeepDiagonal {
  int depth = 3;
  Vector log_u;
  Vector log_v;
};

using Potential =
    std::variant<Euclidean, Entropy, Hypentropy, ShiftedHypentropy, PNorm, SquaredPNorm, Burg, Quadratic, DeepDiagonal>;

}  // namespace penchant
