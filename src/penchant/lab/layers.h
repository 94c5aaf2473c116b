// Specs laid over one another: files, then --set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "penchant/core/value.h"

namespace penchant {

// Sets a dotted key ("init.scale"); tables on the way are made. Throws InvalidInput, naming `setting`,
// where one of them is not a table.
void set_dotted(Value& spec, std::string_view key, Value value, std::string_view setting);
const Value* find_dotted(const Value& spec, std::string_view key);

// The right side of key=value: TOML where it is TOML, else the text itself.
Value setting_value(const std::string& text, const std::string& setting);

struct Setting {
  std::string key, text;
};
// "init.scale=1e-3" of the flag ("--set", "--sweep"); throws InvalidInput for anything without a key or an equals sign.
Setting split_setting(std::string_view flag, const std::string& setting);
void apply_setting(Value& spec, const std::string& setting);

// Key by key: tables are merged, anything else of `upper` replaces what `lower` has.
void lay_over(Value& lower, const Value& upper);

}  // namespace penchant
