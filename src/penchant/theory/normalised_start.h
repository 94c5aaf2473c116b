// What the start of a weight-normalised network, w = r v/|v|, beta = w^N, fixes about its flow.
#pragma once

#include <optional>

#include "penchant/problem.h"
#include "penchant/theory/diagonal_start.h"

namespace penchant {

struct NormalisedStart {
  int depth = 2;
  double rate_r = 1.0;
  double log_r = 0.0;     // r_0
  double log_norm = 0.0;  // |v_0|
  Vector log_w;           // w_0 (d)

  // log of rho(r) = (r_0/r) exp((r^2 - r_0^2) / (2 |v_0|^2 rate_r)):
  // from w_0/rho the plain network of depth N ends where this flow ends with |w| = r. Chou, Rauhut, Ward 2024, there for |v_0| = 1.
  double log_magnification(double r) const;
  // It grows with r from here on; below it falls.
  double turning_radius() const;  // |v_0| sqrt(rate_r)
  // The plain positive network from w_0 / rho.
  DiagonalStart magnified(double log_rho) const;
  bool uniform() const;
};

// Empty where v_0 or r_0 is not positive.
std::optional<NormalisedStart> normalised_start(const WeightNormalised& model, const Start& start);

}  // namespace penchant
