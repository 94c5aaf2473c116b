// The law that a prediction states for its run, measured on the run.
#pragma once

#include "penchant/lab/compare.h"

namespace penchant {

// The window is fixed by the run's own reach: the last six tenths of the decades of the variable, at least three, all snapshots
// in it. Absent for laws that a sweep shows, and for runs that reach less. A constant C of quantity = C log log t / log t (1 +
// o(1)) is the slope of quantity · log t against log log t in the window: what is O(1/log t) beside it drops out.
std::optional<RateFit> fit_rate(const ExpectedRate& expected, const std::vector<CurvePoint>& curve,
                                const std::vector<Snapshot>& snapshots);

}  // namespace penchant
