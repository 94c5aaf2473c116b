// Feasible points near given ones, for upper bounds on a MinL1. Orthogonal factorisations only: no iteration, no solver.
#pragma once

#include <optional>
#include <vector>

#include "penchant/limits/l1_columns.h"
#include "penchant/limits/l1_problem.h"

namespace penchant {

struct L1Feasible {
  bool found = false;
  Vector beta;          // (d) feasible up to rounding
  double excess = 0.0;  // what is left of ‖Xβ-y‖ - δ, >= 0
};

struct L1Residual {
  Vector r;         // (n) y - Xβ, each entry accumulated without loss
  Vector sizes;     // (n) |y| + |X||β|
  double rounding;  // a few eps of ‖sizes‖: no residual below it can be told from 0
};
// Reads only the columns where β_j != 0.
L1Residual l1_residual(const L1Problem& problem, VecIn beta);

// β itself where ‖Xβ-y‖ <= δ up to rounding; else β corrected by the least-squares solution of the residual on its own support, and
// if that does not reach, on all of X. Where β >= 0 is asked, negative entries are cut first, its larger entries alone are tried
// too (a vertex has no small ones), and a correction that leaves the orthant fails.
// residual: that of β.
L1Feasible l1_feasible_near(const L1Problem& problem, VecIn beta, const L1Residual& residual);

// What it costs at most to move β, whose residual is r, to a point that fits exactly: as many independent columns T as independent
// rows, those of β first and then the cheapest, take Σ_T max(p_j, q_j) |X_T^{-1} r|_j, with the error of the inverse counted. Rows
// that depend on others are taken to be consistent with them (δ = 0). Empty where no such columns are found, where a correction may
// leave the orthant, and beyond kRepriced rows.
inline constexpr Index kRepriced = 64;
std::optional<double> l1_cost_of_fit(const L1Problem& problem, VecIn beta, const L1Residual& residual);

}  // namespace penchant
