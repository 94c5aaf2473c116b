// How far a run is from its own end.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// ‖M X^T (X M X^T)^+ r‖_2, the displacement of beta that a flow dbeta = -M X^T r still owes at first order; M (d) >= 0 is diagonal
// and only its ratios matter. A residual that the fastest features cannot remove is counted at the size of its least-norm fit, ‖X^+
// ·‖. X (n, d), r (n). Plus unsettled().
double owed_displacement(const Matrix& x, VecIn metric, VecIn term_sizes, VecIn residual);

// What the first order `move` (d) leaves out. Where a feature moves by more than 10 % of the terms it is a sum of (term_sizes,
// (d)), the linear estimate is unreliable and its full size is counted; the small features of networks of depth N > 2 fade as
// powers of time, an order of magnitude farther than that. What the larger features must move to make up for them is counted too.
double unsettled(const Matrix& x, VecIn term_sizes, VecIn move);

// ‖X^+ rest‖_2: the size of the least-norm fit of what the move, at first order, leaves of a residual; 0 where that is its
// rounding.
double untaken(const Matrix& x, VecIn rest, VecIn residual);

}  // namespace penchant
