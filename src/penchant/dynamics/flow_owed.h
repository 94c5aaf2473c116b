// How far a flow is from its own end.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// ‖M X^T (X M X^T)^+ r‖_2, the displacement of beta that a flow dbeta = -M X^T r still owes at first order; M (d) >= 0 is diagonal and only
// its ratios matter. What of r the features with the largest M cannot take to rounding is charged at ‖X^+ ·‖. X (n, d), r (n).
double owed_displacement(const Matrix& x, VecIn metric, VecIn residual);

}  // namespace penchant
