// How far a run is from its own end.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// ‖M X^T (X M X^T)^+ r‖_2, the displacement of beta that a flow dbeta = -M X^T r still owes at first order; M (d) >= 0 is diagonal and only
// its ratios matter. What of r the features with the largest M cannot take to rounding is charged at ‖X^+ ·‖. X (n, d), r (n). Plus unsettled().
double owed_displacement(const Matrix& x, VecIn metric, VecIn term_sizes, VecIn residual);

// What the first order `move` (d) leaves out. A feature that it moves by more than a tenth of the terms it is a sum of (term_sizes, (d)) has
// another M before it arrives; the small features of networks of depth N > 2 fade as powers of time, and an order of magnitude farther
// than that. Such features are charged at their whole size, and the larger ones for what makes up for them.
double unsettled(const Matrix& x, VecIn term_sizes, VecIn move);

// ‖X^+ rest‖_2: the charge for what of a residual the move, at first order, does not take; 0 where that is its rounding.
double untaken(const Matrix& x, VecIn rest, VecIn residual);

}  // namespace penchant
