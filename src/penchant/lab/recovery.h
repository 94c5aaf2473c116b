// How near a predictor is to the vector that a generator planted (theory C4, C5). Noise takes no part:
// for standard normal features truth_error is the excess of the population error over its noise.
#pragma once

#include "penchant/data/dataset.h"
#include "penchant/dynamics/trajectory.h"

namespace penchant {

// An entry counts as found where |β_j| > kSupportThreshold · max|β|.
inline constexpr double kSupportThreshold = 0.01;

// β* planted, S its non-zeros. All NaN where nothing was planted or β has another length.
struct Recovery {
  double truth_error = 0.0;     // ‖β-β*‖₂²
  double relative_error = 0.0;  // ‖β-β*‖₂ / ‖β*‖₂
  double error_l1 = 0.0;        // ‖β-β*‖₁
  double precision = 0.0;       // share of S among what was found; NaN where nothing was
  double recall = 0.0;          // share of S that was found
  double exact = 0.0;           // 1 if some threshold finds exactly S: the |S| largest entries of β; else 0
};
Recovery recovery_of(const Dataset& data, const Predictor& predictor);

// The snapshot nearest to β*: what stopping early could have given at best.
struct EarlyStop {
  double truth_error = 0.0;     // NaN where nothing was planted
  double log10_time = 0.0;
};
EarlyStop best_stop(const Dataset& data, const Trajectory& trajectory);

// Entry s-1 is σ_s(v)₁ = Σ of all |v_j| but the s largest: the ℓ1 error of the best approximation with s terms.
Vector best_term_errors(const Vector& v);

// record.json: the members of both, those of EarlyStop only with a trajectory; null where nothing was planted.
Value recovery_value(const Dataset& data, const Predictor& predictor, const Trajectory* trajectory = nullptr);

}  // namespace penchant
