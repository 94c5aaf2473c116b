// Data whose squares and products are numbers.
#pragma once

#include <string_view>

#include "penchant/core/types.h"

namespace penchant {

// Throws InvalidInput where the largest feature or target is beyond 1e70, or not 0 and below 1e-70:
// the square of a product of the two would not be a number, or be 0.
void check_sizes(const Matrix& x, const Vector& y, std::string_view where);

}  // namespace penchant
