// What real steps of weight normalisation at depth 2 do to its start (squared loss, no momentum).
// With h the gradient in beta that a step used,
// w = r v/|v|, P = 2 (w ⊙ h).v/|v|, a = η r P/|v|² and x = 2η (r²/|v|²) h / (1+a),
//   w_j <- w_j A (1 - x_j),   A = (r'/r) (|v|/|v'|) (1+a)
// so w² = w_0² rho^{-2} exp(-Σ q_+(x_k)) e^z with log rho = -Σ log|A_k|, q_+ of step_gain.h and z = -2 Σ x_k in row(X).
// The sums are taken from the gradients as they are used.
#pragma once

#include <optional>

#include "penchant/core/accurate.h"
#include "penchant/core/binary.h"
#include "penchant/dynamics/trajectory.h"
#include "penchant/problem.h"

namespace penchant {

class NormalisedGain {
 public:
  // Empty unless the theorem speaks of this problem.
  static std::optional<NormalisedGain> for_problem(const Problem& problem);

  // Adds the step made at theta (p) with `step_times_gradient` = η h (d).
  void add(VecIn theta, VecIn step_times_gradient);
  void save(Writer& out) const;
  void load(Reader& in);
  Measured measured() const;  // "log_magnification" (1), "sgd_gain_plus" (d)

 private:
  NormalisedGain(const WeightNormalised& model, Index features);

  WeightNormalised model_;
  double log_rho_ = 0.0, log_rho_error_ = 0.0;  // compensated, as the next two
  Vector gain_, gain_error_;
};

}  // namespace penchant
