#include "penchant/lab/spec_toml.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "penchant/core/json.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

bool bare(std::string_view key) {
  return !key.empty() &&
         std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

// JSON's escapes are TOML's.
std::string quoted(const std::string& text) { return to_json(Value(text), -1); }

std::string key_text(const std::string& key) { return bare(key) ? key : quoted(key); }

std::string number(double x) {
  const std::string text = number_text(x);
  return text.find_first_of(".einf") == std::string::npos ? text + ".0" : text;
}

std::string inline_text(const Value& value) {
  if (const auto* s = value.as_string()) return quoted(*s);
  if (const auto* b = value.as_bool()) return *b ? "true" : "false";
  if (const auto* i = value.as_integer()) return std::to_string(*i);
  if (const auto* x = value.as_double()) return number(*x);
  std::vector<std::string> parts;
  if (const auto* list = value.as_list()) {
    for (const Value& item : *list)
      if (!item.is_null()) parts.push_back(inline_text(item));
    return cat("[", join(parts, ", "), "]");
  }
  for (const auto& [key, item] : *value.as_object())
    if (!item.is_null()) parts.push_back(cat(key_text(key), " = ", inline_text(item)));
  return parts.empty() ? "{}" : cat("{ ", join(parts, ", "), " }");
}

}  // namespace

std::string spec_toml(const Value& spec) {
  std::string out;
  const auto* members = spec.as_object();
  if (!members) return out;
  for (const auto& [key, value] : *members)
    if (!value.as_object() && !value.is_null()) out += cat(key_text(key), " = ", inline_text(value), "\n");
  for (const auto& [key, table] : *members) {
    if (!table.as_object()) continue;
    out += cat(out.empty() ? "" : "\n", "[", key_text(key), "]\n");
    for (const auto& [name, value] : *table.as_object())
      if (!value.is_null()) out += cat(key_text(name), " = ", inline_text(value), "\n");
  }
  return out;
}

}  // namespace penchant
