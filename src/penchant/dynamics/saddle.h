// Has a run left the saddle it started at? A diagonal network from a small start stays near beta = 0 for a time of order
// log(1/scale) (depth 2) or scale^(2-N): everything is nearly at rest there, so no test of rest may count before this says true.
#pragma once

#include "penchant/problem.h"

namespace penchant {

// True once ‖beta‖ >= min(10 ‖s‖, size): s_j = max_k |theta_kj(0)|^N is what the factors' start makes of a predictor,
// and `size` half of what any fit needs, ‖X^T y‖ / (2 ‖X‖_F^2) (classification: 1/‖X‖_F, where margins count).
// Always true for a linear model.
bool left_saddle(const Problem& problem, const Predictor& predictor);

}  // namespace penchant
