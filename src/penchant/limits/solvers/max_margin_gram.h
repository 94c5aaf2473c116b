// The maximal margin on a working set, in terms of its Gram matrix: fast,
// and right as long as the active rows are well conditioned.
// What it returns is corrected and checked against the samples themselves by the caller.
#pragma once

#include <vector>

#include "penchant/limits/solvers/active_set.h"

namespace penchant {

// Rows a_i (D) of min ½‖w‖² s.t. a_i·w + s_i b ≥ 1 that are looked at, and their products. Rows are only appended.
struct MarginWorkingSet {
  Matrix rows;   // (capacity, D), count used
  Vector signs;  // (capacity), or empty without b
  Matrix gram;   // (capacity, capacity), symmetric, count used
  Index count = 0;

  bool has_intercept() const { return signs.size() != 0; }
  void reserve(Index capacity, Index features, bool intercept);
  // Products of rows [from, count) with all rows.
  void complete_gram(Index from);
};

// Goldfarb & Idnani's method on the Cholesky factor of the active Gram matrix.
// All rows are priced only when the most violated ones of the last pricing are met; in between,
// margins are sums over the active multipliers.
class GramActiveSet {
 public:
  explicit GramActiveSet(const MarginWorkingSet& set) : set_(set) {}

  // Rows in order of preference, with multipliers ≥ 0 (of all rows) to start from; dependent rows are skipped.
  void start(const std::vector<Index>& rows, const Vector& multipliers);
  // After rows were appended to the set.
  void grow();
  // optimal: to rounding of the rows themselves, on this working set. budget: steps spent, or the rows are too dependent for a Gram
  // matrix; the active set is then where a more careful method may start. Never infeasible.
  LeastNormPoint run(int max_steps);

 private:
  Index count() const { return static_cast<Index>(active_.size()); }
  void append(Index row, const Vector& c, double pivot, double multiplier);
  void remove(Index position);
  void solve_active();
  void price();
  double violation(Index row) const;  // 1 - a_i·w - s_i b, from the multipliers
  Index most_violated(double tolerance);
  // Solves for the active rows again, with residuals from the rows themselves; false if the correction does not contract.
  bool refine();
  bool add(Index row, int max_steps);
  bool factor_of(Index row, Vector& c, double& pivot) const;  // new row of L; false if the row depends on the active ones
  void forward(Vector& v) const;   // v <- L⁻¹v
  void backward(Vector& v) const;  // v <- L⁻ᵀv
  Vector signs_of_active() const;

  const MarginWorkingSet& set_;
  Matrix factor_;  // L, lower: G_AA = L Lᵀ
  std::vector<Index> active_;
  std::vector<char> is_active_;
  Vector multipliers_;  // (capacity)
  Vector margins_;      // (count) a_i·w + s_i b at the last pricing
  std::vector<Index> candidates_;
  bool priced_ = false;  // margins_ are those of the present point
  Vector w_;            // (D) of the last refinement
  double b_ = 0.0;
  int steps_ = 0;
};

}  // namespace penchant
