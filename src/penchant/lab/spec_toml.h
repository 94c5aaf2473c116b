// A spec as the TOML text that reads back to it.
#pragma once

#include <string>

#include "penchant/core/value.h"

namespace penchant {

// Members of the top level that are tables become [name]; whatever is inside them stands on one line each. Nulls are left out.
std::string spec_toml(const Value& spec);

}  // namespace penchant
