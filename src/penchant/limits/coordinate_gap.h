// One coordinate of a Bregman gap: the forms of potential_dual.h that are sums over coordinates, computed without cancellation.
#pragma once

#include "penchant/limits/potential_dual.h"

namespace penchant {

// A number whose size may be outside the range of a double.
struct LogSize {
  double log_abs, sign;
};

LogSize entry(const Predictor& beta, Index j);

// v' with β_j(v') = β: asinh(β / 2√(ab)) + ½ log(b/a) for exponentials, log(β/a) where b = 0. NaN where there is none.
double dual_coordinate(const Exponentials& form, Index j, LogSize beta);
double dual_coordinate(const Powers& form, Index j, LogSize beta);

// φ_j(β) + φ_j*(v) - βv >= 0; +inf outside the domain.
double gap(const Exponentials& form, Index j, LogSize beta, double v);
double gap(const Powers& form, Index j, LogSize beta, double v);
// The same at the v whose slack is given, 1 - τv if `up`, else 1 + σv.
double gap_with_slack(const Powers& form, Index j, LogSize beta, double log_slack, bool up);

// log dβ_j/dv at β.
double log_weight(const Exponentials& form, Index j, LogSize beta);
double log_weight(const Powers& form, Index j, LogSize beta);

// φ_j*(v) - φ_j*(0) = ∫_0^v β_j; +inf outside the domain.
double dual_part(const Exponentials& form, Index j, double v);
double dual_part(const Powers& form, Index j, double v);

// φ_j*(v) - φ_j*(0) - v β_j(0) >= 0: the same without its tangent at the start; +inf outside the domain.
double tangent_gap(const Exponentials& form, Index j, double v);
double tangent_gap(const Powers& form, Index j, double v);

// |x+h|^p/p - |x|^p/p - |x|^{p-1} sign(x) h >= 0, p > 1.
double power_divergence(double p, double x, double h);

// |b|^p/p + |z|^q/q - bz >= 0, 1/p + 1/q = 1.
double young_gap(double p, double q, double b, double z);

}  // namespace penchant
