// JSON text of a Value and back. A number that is not finite is written null: JSON has no other word for it.
#pragma once

#include <string>
#include <string_view>

#include "penchant/core/value.h"

namespace penchant {

std::string to_json(const Value& value, int indent = 2);  // indent < 0: one line
void append_json(std::string& out, const Value& value);   // one line
// Throws InvalidInput, naming `where`, at the first byte that is not JSON, and for nesting past 64 levels.
Value from_json(std::string_view text, std::string_view where);

}  // namespace penchant
