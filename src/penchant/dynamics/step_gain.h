// What real steps add to the flow of a depth-2 diagonal network (Even, Pesme, Gunasekar, Flammarion 2023), squared loss,
// no momentum.
// With h_k (d) the gradient in beta that step k used, of all samples or of a batch, and
//   q±(x) = ∓2x - log((1∓x)^2),
//   product              u ⊙ v        x_k = eta_k h_k    w± = u ± v obey w±^2 = w±(0)^2 exp(-Σ q±(x_k) ∓ 2 Σ x_k)
//   difference_of_powers u^2 - v^2    x_k = 2 eta_k h_k  the same for u^2 (+) and v^2 (-)
//   power                w^2          x_k = 2 eta_k h_k  the same for w^2 (+), alone
// Noise on the targets changes none of it: it is part of h_k, and X_B^T of anything is in row(X). Σ x_k is in row(X), so the run
// ends at the mirror flow's limit from the smaller start alpha±^2 = alpha^2 exp(-Σ q±). The sums are taken from the gradients as
// they are used; no weight is read.
#pragma once

#include <optional>

#include "penchant/core/binary.h"
#include "penchant/dynamics/trajectory.h"
#include "penchant/problem.h"

namespace penchant {

// q+(x), to a few ulp for every x != 1; q-(x) = q+(-x).
double step_gain(double x);

// The sums under their names, "sgd_gain_plus" and "sgd_gain_minus", with their formula; x_k = factor eta_k h_k.
// An empty `minus` is left out.
Measured gain_arrays(double factor, Vector plus, Vector minus);

class StepGain {
 public:
  // Empty unless the theorem speaks of this problem.
  static std::optional<StepGain> for_problem(const Problem& problem);

  // Adds step k: `step_times_gradient` = eta_k h_k (d).
  void add(VecIn step_times_gradient);
  void save(Writer& out) const;
  void load(Reader& in);
  Measured measured() const;

 private:
  StepGain(Index dimension, double factor, bool both);

  bool both_;                              // of both signs
  double factor_;                          // x_k = factor eta_k h_k
  Vector plus_, plus_error_, minus_, minus_error_;  // compensated sums
};

}  // namespace penchant
