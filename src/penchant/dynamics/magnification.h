// What weight normalisation does to the start of its network. With w = r v/|v|, c = |v| and rate_r the rate of r,
// the flow keeps c and
//   N = 2   log(w/w_0) + log rho                 in row(X)
//   N > 2   (w rho)^{2-N} - w_0^{2-N}            in row(X)
//   log rho = log(r_0/r) + (r^2 - r_0^2) / (2 c^2 rate_r)
// so it ends where the plain network would end from w_0 / rho: rho > 1 makes the start smaller and magnifies its bias.
// Source: Chou, Rauhut, Ward 2024, there for c = 1; derived again here (a lecture slide of it lacks the 2).
#pragma once

#include "penchant/core/predictor.h"
#include "penchant/dynamics/alignment.h"
#include "penchant/models/weight_normalised.h"

namespace penchant {

// log rho by the formula above, c = |v_0|.
double log_magnification(const WeightNormalised& spec, const NormalisedLogs& start, const NormalisedLogs& now);

// log rho read off the weights alone: the multiple of w_0's part outside row(X) that w has there. No r, c or rate enters.
// NaN where w_0's dual (1 for N = 2, w_0^{2-N}) is in row(X), where the weights do not show it, and where a weight is 0.
double log_magnification_of_weights(const WeightNormalised& spec, const NormalisedLogs& start, const NormalisedLogs& now,
                                    const RowSpace& rows);

// What is in row(X) above, times a constant (d); empty where a weight is 0 or has changed its sign.
std::optional<Vector> normalised_displacement(const WeightNormalised& spec, const NormalisedLogs& start, const NormalisedLogs& now);

}  // namespace penchant
