// What gradient flow in the factors keeps, whatever the data and the loss:
//   two factors p, q of one product (separate factors, form product)   p_j^2 - q_j^2, feature by feature
//   weight normalisation                                               |v|^2
#pragma once

#include <vector>

#include "penchant/problem.h"

namespace penchant {

// The largest relative change of these since the start, from the logs of the factors;
// a difference that started at 0 counts relative to the larger square now. NaN where the model has none (tied factors, linear).
double conserved_drift(const ModelSpec& model, const std::vector<SignedLog>& start, const std::vector<SignedLog>& now);
double conserved_drift(const Problem& problem, VecIn theta);

}  // namespace penchant
