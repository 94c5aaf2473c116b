// The charts of a record.
#pragma once

#include <vector>

#include "penchant/lab/chart.h"

namespace penchant {

std::vector<Chart> charts_of(const Value& record);

}  // namespace penchant
