// The simplex method on min Σ p_j β_j^+ + q_j β_j^-  s.t. Xβ = y (β >= 0 if positive), on a dense tableau of 106-bit numbers: slow,
// and right where prices or corners lie too close together for a double. For equilibrated data (l1_scaling.h) and δ = 0.
// Source: Dantzig 1951; Bland 1977 (once the steepest price has not ended it).
#pragma once

#include "penchant/limits/l1_problem.h"

namespace penchant {

struct L1Vertex {
  enum class End { optimal, infeasible, budget } end = End::budget;
  Vector beta;  // (d) optimal: a vertex of the optimal face
  Vector dual;  // (n) optimal: |price of x_j| within its bounds;  infeasible: X^T ν = 0 (<= 0 if positive), ⟨ν,y⟩ > 0
  int pivots = 0;
};

L1Vertex l1_simplex(const L1Problem& problem, int max_pivots);

// Operations of one pivot; what a caller compares with its patience.
double l1_simplex_work(const L1Problem& problem);

}  // namespace penchant
