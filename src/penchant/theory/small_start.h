// How near a given start is to its two limits: least ℓ1 norm as the start goes to 0, least ℓ2 norm as it grows. All in logs.
#pragma once

#include <optional>

#include "penchant/theory/diagonal_start.h"

namespace penchant {

// Woodworth et al. 2020, Theorems 2 and 3, for u = v = α 1 at N = 2, 0 < ε < d, Q = min ‖β‖₁, R = min ‖β‖₂ over Xβ = y:
//   log α <= min{ -(2+ε)/(2ε) log(2(1+ε)Q), -d/(εQ) }   =>  ‖β_α‖₁ <= (1+ε) Q
//   log α >= ½ log(2(1+ε)(1+2/ε)R)                      =>  ‖β_α‖₂² <= (1+ε) R²
double rich_log_alpha(double epsilon, double l1_norm, double features);
double kernel_log_alpha(double epsilon, double l2_norm);
// The smallest ε for which the start at log α is small (large) enough; absent if there is none below d.
std::optional<double> rich_epsilon(double log_alpha, double l1_norm, double features);
std::optional<double> kernel_epsilon(double log_alpha, double l2_norm, double features);

// Chou, Maly, Rauhut 2023: β₁ = ‖x_0‖₁ < Q and β_min = min x_0 for the start x_0 = (u^N, v^N) give ‖β‖₁ <= (1+ε) Q with
//   ε = log(β₁/β_min) / log(Q/β₁)                                                            N = 2, any start
//   ε = (N/2) (β₁^{1-2/N} - β_min^{1-2/N}) / (Q^{1-2/N} - β₁^{1-2/N})                        N > 2, u = v = α 1
// (Both compare the potential at the limit and at the min-ℓ1 point by its values at given ‖·‖₁;
// for N > 2 and other starts the potential weighs the features and the bound does not hold.) Absent where it does not apply.
std::optional<double> l1_excess(const DiagonalStart& start, double l1_norm);

}  // namespace penchant
