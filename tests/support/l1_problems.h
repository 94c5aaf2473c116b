// min-l1 problems whose optimal pair is known by construction.
#pragma once

#include "penchant/limits/limit.h"

namespace penchant::testing {

struct PlantedL1 {
  MinL1 limit;
  Vector beta;  // an optimal point
  Vector dual;  // an optimal dual
  double objective;
};

struct PlantedL1Options {
  Index rows = 12, cols = 30, nonzeros = 5;
  bool weighted = false;  // p, q uniform on (0.5, 2), different on the two sides
  bool positive = false;
  double delta = 0.0;
};

// Columns on the support are moved along ν until they meet their bound, the others kept strictly inside; y = Xβ + δ ν/‖ν‖.
PlantedL1 planted_l1(std::uint64_t seed, const PlantedL1Options& options = {});

// X and β of small integers, y = Xβ: ties, parallel and duplicate columns in plenty. Consistent by construction.
MinL1 integer_l1(std::uint64_t seed, Index rows, Index cols);

MinL1 min_l1(Matrix x, Vector y);

}  // namespace penchant::testing
