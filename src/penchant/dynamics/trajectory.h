// The result of a simulation. It knows no limit.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "penchant/core/predictor.h"
#include "penchant/core/value.h"

namespace penchant {

// An array accumulated along a run from the gradients as they were used.
struct MeasuredArray {
  std::string formula;
  Vector values;
};
using Measured = std::map<std::string, MeasuredArray>;

enum class StopReason {
  residual, loss, time, steps, seconds, stationary, diverged, not_finite, left_domain, integrator, interrupted, checkpointed
};
std::string_view name(StopReason reason);

struct Snapshot {
  double log10_time = 0.0;          // discrete methods: of the sum of steps; -inf at the start
  double steps = 0.0;
  double log10_loss = 0.0;
  Predictor predictor;
  Vector loss_weights;              // (n) -l'(m_i) normalised to sum 1 (classification), else empty
  double residual = 0.0;            // ‖Xβ-y‖ / ‖y‖ (NaN for classification)
  // with weight decay: ‖∇L + λθ‖ / (‖∇L‖ + λ‖θ‖), 0 at the run's end; else NaN
  double rest = std::numeric_limits<double>::quiet_NaN();
  double alignment = 0.0;           // distance of the dual iterate from its start + row space, relative (NaN where not defined)
  // Largest eigenvalue and trace of the Hessian of L in the parameters; NaN unless asked for (dynamics.measure).
  double sharpness = std::numeric_limits<double>::quiet_NaN();
  double hessian_trace = std::numeric_limits<double>::quiet_NaN();
  // of what the flow keeps in the factors, conserved.h (NaN: nothing)
  double conserved_drift = std::numeric_limits<double>::quiet_NaN();
};

struct Trajectory {
  std::string coordinates;          // as computed: weights, log_weights, dual, spectral
  std::string clock;                // time, normalised
  StopReason reason = StopReason::steps;
  std::string text;                 // the sentence, with its numbers
  double steps = 0.0;
  double time = 0.0;                // +inf where only log10_time fits
  double log10_time = 0.0;
  double loss = 0.0;                // 0 only if exactly 0; NaN where it underflows
  double log10_loss = 0.0;
  Predictor predictor;              // at the end
  std::vector<Snapshot> snapshots;  // log-spaced in time, first and last included
  Measured measured;
  double step_size = 0.0;           // of the last step of a discrete method (NaN for a flow)
  bool left_saddle = true;          // false while the predictor is still within a factor 10 of its start at a saddle
  // How far the run is from its own end, in ‖·‖_2 of the predictor: |M X^T (X M X^T)^+ r| with M = (dβ/dθ)(dβ/dθ)^T,
  // the displacement the flow still owes at first order. NaN where the loss has no minimiser (classification).
  double remaining = 0.0;
  double conserved_drift = std::numeric_limits<double>::quiet_NaN();  // the largest of the snapshots'
  double seconds = 0.0;             // of computing, those before a checkpoint included
};

}  // namespace penchant
