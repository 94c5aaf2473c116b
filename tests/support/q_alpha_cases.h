// Data sets of the projection tests: shapes and scales in which depth matters.
#pragma once

#include <string>
#include <vector>

#include "penchant/core/types.h"

namespace penchant::testing {

struct FitCase {
  std::string name;
  Matrix x;
  Vector y;            // reached by some β of both signs
  Vector y_positive;   // reached by some β > 0
};

// Sparse target, noisy target, n close to d, duplicated rows, features that differ by 10^6, and real data:
// rows 0:40 of the diabetes set with degree-2 features, standardised, target centred and divided by its size.
std::vector<FitCase> fit_cases();

Matrix polynomial_diabetes(Vector& target);

}  // namespace penchant::testing
