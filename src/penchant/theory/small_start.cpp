#include "penchant/theory/small_start.h"

#include <algorithm>
#include <cmath>

namespace penchant {

double rich_log_alpha(double epsilon, double l1_norm, double features) {
  return std::min(-(2.0 + epsilon) / (2.0 * epsilon) * std::log(2.0 * (1.0 + epsilon) * l1_norm), -features / (epsilon * l1_norm));
}

double kernel_log_alpha(double epsilon, double l2_norm) {
  return 0.5 * std::log(2.0 * (1.0 + epsilon) * (1.0 + 2.0 / epsilon) * l2_norm);
}

std::optional<double> rich_epsilon(double log_alpha, double l1_norm, double features) {
  // The threshold is not monotone in ε: the first point of a fine grid that passes is a valid ε, at most 1 % above the smallest.
  for (double epsilon = 1e-6; epsilon < features; epsilon *= 1.01)
    if (log_alpha <= rich_log_alpha(epsilon, l1_norm, features)) return epsilon;
  return std::nullopt;
}

std::optional<double> kernel_epsilon(double log_alpha, double l2_norm, double features) {
  // (1+ε)(1+2/ε) <= T is ε² - (T-3)ε + 2 <= 0; the smaller root as 2 over the larger, which does not cancel.
  const double log_t = 2.0 * log_alpha - std::log(2.0 * l2_norm);
  if (log_t > 300.0) return 2.0 * std::exp(-log_t);
  const double b = std::exp(log_t) - 3.0;
  if (!(b * b >= 8.0) || b < 0.0) return std::nullopt;
  const double epsilon = 4.0 / (b + std::sqrt(b * b - 8.0));
  return epsilon < features ? std::optional(epsilon) : std::nullopt;
}

std::optional<double> l1_excess(const DiagonalStart& start, double l1_norm) {
  const double log_q = std::log(l1_norm), log_sum = start.log_sum(), log_min = start.log_min();
  if (!(log_sum < log_q)) return std::nullopt;
  if (start.depth == 2) return (log_sum - log_min) / (log_q - log_sum);
  if (!start.uniform()) return std::nullopt;
  const double k = 1.0 - 2.0 / start.depth;
  const double sum = std::exp(k * (log_sum - log_q)), min = std::exp(k * (log_min - log_q));
  return 0.5 * start.depth * (sum - min) / -std::expm1(k * (log_sum - log_q));
}

}  // namespace penchant
