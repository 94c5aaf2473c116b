// A vector somebody else wrote, .csv or .npy.
#pragma once

#include <string>

#include "penchant/core/types.h"

namespace penchant::app {

// One column or one row of `size` finite numbers; size 0 takes any length.
Vector read_point(const std::string& path, Index size, const std::string& what);
// Throws InvalidInput unless v, read from `path`, has `size` entries.
void require_length(const Vector& v, const std::string& path, Index size, const std::string& what);

}  // namespace penchant::app
