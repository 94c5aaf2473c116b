// Numbers beyond the range of a double, and what a trained model computes.
#pragma once

#include <string>

#include "penchant/core/types.h"

namespace penchant {

// x_j = sign_j exp(log_abs_j); a zero has log_abs = -inf and sign 0.
struct SignedLog {
  Vector log_abs;
  Vector sign;

  static SignedLog from(const Vector& values);
  static SignedLog constant(Index size, double log_abs, double sign = 1.0);
  Vector values() const;  // under- or overflows where a double does
  Index size() const { return log_abs.size(); }
};

// The effective predictor. kind "vector": values is beta (d). Where a value under- or overflows, `logs` holds it.
struct Predictor {
  std::string kind = "vector";
  Vector values;
  SignedLog logs;  // empty unless doubles cannot hold the values

  static Predictor vector(Vector beta) { return {"vector", std::move(beta), {}}; }
  static Predictor vector(SignedLog beta);  // keeps logs only where a value is lost in double
};

}  // namespace penchant
