// Double descent of the least-norm fit (theory A5).
#pragma once

namespace penchant {

// Expected excess risk E‖β̂-β*‖² of the least-norm least-squares fit on X (n, d) standard normal, y = Xβ* + e, e ~ N(0, noise):
//   signal (1 - n/d) + noise n/(d-n-1)   for d > n + 1
//   noise d/(n-d-1)                      for d < n - 1          signal = ‖β*‖², noise a variance
// Infinite for n-1 ≤ d ≤ n+1 with noise; NaN for sizes below 1. Source: Belkin, Hsu, Xu 2020, Theorem 1 and its classical half.
double least_norm_risk(double samples, double features, double signal, double noise);

}  // namespace penchant
