// One solver per limit; each file says its algorithm and its source. They claim an outcome; solve() has it certified.
#pragma once

#include <optional>

#include "penchant/limits/solve.h"

namespace penchant {

Solution solve_min_distance(const MinDistance& limit, const SolveOptions& options);
Solution solve_bregman_projection(const BregmanProjection& limit, const SolveOptions& options);
Solution solve_min_l1(const MinL1& limit, const SolveOptions& options);
// Where solve_min_l1 ended without an answer that its certificate confirms: by the simplex method in twice the precision. Empty for
// δ > 0 and for data too large for it.
std::optional<Solution> solve_min_l1_carefully(const MinL1& limit, const SolveOptions& options);
Solution solve_max_margin(const MaxMargin& limit, const SolveOptions& options);
Solution solve_penalised(const Penalised& limit, const SolveOptions& options);
Solution solve_explicit_distance(const ExplicitDistance& limit, const SolveOptions& options);
Solution solve_min_lp(const MinLp& limit, const SolveOptions& options);

}  // namespace penchant
