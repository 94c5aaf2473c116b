// TOML text into a Value; every value remembers its line.
#pragma once

#include <string_view>

#include "penchant/core/value.h"

namespace penchant {

// Throws InvalidInput "WHERE:LINE: …" for text that is not UTF-8 or not TOML, for dates, strings of several lines,
// control characters,
// and nesting past 64 levels.
Value from_toml(std::string_view text, std::string_view where);

}  // namespace penchant
