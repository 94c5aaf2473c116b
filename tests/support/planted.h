// Small random problems with known parts, each a function of its seed.
#pragma once

#include "penchant/core/types.h"

namespace penchant::testing {

// Standard normal entries.
Matrix gaussian_matrix(Index rows, Index cols, std::uint64_t seed);
Vector gaussian_vector(Index size, std::uint64_t seed);

}  // namespace penchant::testing
