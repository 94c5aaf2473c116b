// Hypotheses that the data leave open, settled by the run or by the limit.
#pragma once

#include "penchant/dynamics/trajectory.h"
#include "penchant/limits/certificate.h"
#include "penchant/theory/prediction.h"

namespace penchant {

// The relative residual (under weight decay: the relative force, Snapshot::rest) at which a run counts as arrived: what it still
// owes is then known to first order, and its comparison charges it.
inline constexpr double kArrived = 1e-6;

// The predictions with those hypotheses checked that `trajectory` shows, by what it measured at its end; strength and order follow.
// One that it does not show stays not checked: a run that is not there yet may still get there.
std::vector<Prediction> settled(std::vector<Prediction> predictions, const Trajectory& trajectory);
// The same for what a bracket of the limit of prediction `id` shows: a feasible point inside the domain exists.
std::vector<Prediction> settled(std::vector<Prediction> predictions, const std::string& id, const Certificate& certificate);

}  // namespace penchant
