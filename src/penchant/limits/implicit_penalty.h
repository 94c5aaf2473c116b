// The penalty that a flow minimises without being asked (C): one coordinate of Q_α, for the network β = u^N - v^N from u = v = α1.
#pragma once

namespace penchant {

struct ImplicitPenalty {
  // N = 2: α² q(β/α²), q(b) = 2 - √(4+b²) + b asinh(b/2);  N > 2: α^N q_N(β/α^N), q_N' the inverse of h_N, q_N(0) = 0
  double value = 0.0;
  double slope = 0.0;  // N = 2: asinh(β/(2α²));  N > 2: in (-1, 1)
};
// N >= 2, α > 0 given by its log: no scale under- or overflows.
ImplicitPenalty implicit_penalty(int depth, double log_alpha, double beta);

}  // namespace penchant
