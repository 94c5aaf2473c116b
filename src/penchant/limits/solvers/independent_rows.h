#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// Rows of X that are independent and span the others, in order.
std::vector<Index> independent_rows(const Matrix& x);

}  // namespace penchant
