// Feasible points near given ones, for upper bounds on a MinL1. Orthogonal factorisations only: no iteration, no solver.
#pragma once

#include <vector>

#include "penchant/limits/l1_problem.h"

namespace penchant {

struct L1Feasible {
  bool found = false;
  Vector beta;          // (d) feasible up to rounding
  double excess = 0.0;  // what is left of ‖Xβ-y‖ - δ, >= 0
};

struct L1Residual {
  Vector r;         // (n) y - Xβ, each entry accumulated without loss
  double rounding;  // a few eps of ‖|y| + |X||β|‖: no residual below it can be told from 0
};
// Reads only the columns where β_j != 0.
L1Residual l1_residual(const L1Problem& problem, VecIn beta);

// Those columns of a row-major X, beside each other.
Eigen::MatrixXd columns_of(const Matrix& x, const std::vector<Index>& features);

// β itself where ‖Xβ-y‖ <= δ up to rounding; else β corrected by the least-squares solution of the residual on its own support, and
// if that does not reach, on all of X. Where β >= 0 is asked, negative entries are cut first, its larger entries alone are tried
// too (a vertex has no small ones), and a correction that leaves the orthant fails.
// residual: that of β.
L1Feasible l1_feasible_near(const L1Problem& problem, VecIn beta, const L1Residual& residual);

}  // namespace penchant
