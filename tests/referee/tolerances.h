// What counts as rounding of a sentence that is right.
#pragma once

namespace penchant::referee {

// Bounds are doubles computed from doubles; a point fits to 1e-9 at best where it is called feasible.
inline constexpr double kRounding = 1e-9;
// A margin is a minimum over samples of sums: rounding of the data's own size, which certify subtracts.
inline constexpr double kMarginRounding = 1e-15;
// An absolute floor, for optima of 0.
inline constexpr double kTiny = 1e-300;
// A point in doubles is this far from any real one, relative.
inline constexpr double kPointRounding = 1e-13;
// "solved" promises a relative gap of 1e-12: with the condition of these problems, this distance.
inline constexpr double kSolvedDistance = 1e-6;

}  // namespace penchant::referee
