// X written out.
#pragma once

#include "penchant/core/linear_map.h"

namespace penchant {

// X (n, d); a map without a stored matrix is asked for its rows one by one.
Matrix dense_copy(const LinearMap& x);

}  // namespace penchant
