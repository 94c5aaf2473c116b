// η_k of a step size description.
#pragma once

#include <cmath>

#include "penchant/core/binary.h"
#include "penchant/dynamics/spec.h"

namespace penchant {

// A step and its log, which goes on where the step itself overflows (c / loss at a loss of 1e-400).
struct StepLength {
  double size = 0.0;
  double log = 0.0;

  void save(Writer& out) const {
    out.number(size);
    out.number(log);
  }
  void load(Reader& in) {
    size = in.number();
    log = in.number();
  }

  static StepLength of(double size) { return {size, std::log(size)}; }
  static StepLength of_log(double log) { return {std::exp(log), log}; }
};

// Step number k = 0, 1, … at a loss given by its natural log; `automatic` stands for "auto".
// Throws InvalidInput for a number that is not > 0.
StepLength step_length(const StepSize& step, double k, double log_loss, StepLength automatic);

// The largest η_k the rule can give, 0 for "auto" and for loss_proportional: what a stability bound is compared with.
double largest_step_size(const StepSize& step);

inline bool is_automatic(const StepSize& step) { return std::holds_alternative<AutoStep>(step.rule); }

}  // namespace penchant
