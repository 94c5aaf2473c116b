// JSON as this program writes it, read at the speed of journals: about a third of a general parser's time.
#pragma once

#include <string_view>

#include "penchant/core/value.h"

namespace penchant {

// False, with `out` in any state, for text that is not JSON and for JSON with more in it than we write (\u escapes,
// numbers out of range,
// nesting past 32 levels): a general parser must decide.
bool read_plain_json(std::string_view text, Value& out);

}  // namespace penchant
