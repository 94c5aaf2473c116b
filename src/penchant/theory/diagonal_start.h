// What the start of a diagonal network fixes about its flow.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "penchant/core/potential.h"
#include "penchant/models/spec.h"
#include "penchant/models/start.h"

namespace penchant {

// The flow of every form is one of these two, with z in row(X):
//   N = 2   β_j = u_j² e^{z_j} - v_j² e^{-z_j}                                                (positive: without the second term)
//   N > 2   β_j = u_j^N (1-u_j^{N-2} z_j)^{-N/(N-2)} - v_j^N (1+v_j^{N-2} z_j)^{-N/(N-2)}
// Two factors p, q of a product conserve p² - q² and have pq = ¼(p+q)² - ¼(p-q)²,
// so with a pair of factors in each power N = 2 is exact from any start: u² = ¼(p+q)² + ¼(r-s)²,
// v² = ¼(r+s)² + ¼(p-q)² for β = pq - rs.
struct DiagonalStart {
  int depth = 2;
  Vector log_u;
  Vector log_v;  // empty: positive
  bool positive() const { return log_v.size() == 0; }
  // log α where u = v = α 1 (positive: u = α 1).
  std::optional<double> uniform() const;
  // log ‖x_0‖₁ and log of the smallest entry of the start x_0 = (u^N, v^N).
  double log_sum() const;
  double log_min() const;
};

struct NoDiagonalStart {
  std::string reason, nearest, source;
};

std::variant<DiagonalStart, NoDiagonalStart> diagonal_start(const Diagonal& model, const Start& start);

// argmin D_φ(β, β_0) s.t. Xβ = y: the potential and, for entropy, its origin.
Potential flow_potential(const DiagonalStart& start);
SignedLog flow_origin(const DiagonalStart& start);

}  // namespace penchant
