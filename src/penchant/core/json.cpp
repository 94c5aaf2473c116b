#include "penchant/core/json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

using Json = nlohmann::ordered_json;

Json encode(const Value& value) {
  if (const auto* b = value.as_bool()) return *b;
  if (const auto* i = value.as_integer()) return *i;
  if (const auto* x = value.as_double()) return std::isfinite(*x) ? Json(*x) : Json(nullptr);
  if (const auto* s = value.as_string()) return *s;
  if (const auto* list = value.as_list()) {
    Json out = Json::array();
    for (const Value& item : *list) out.push_back(encode(item));
    return out;
  }
  if (const auto* object = value.as_object()) {
    Json out = Json::object();
    for (const auto& [key, item] : *object) out[key] = encode(item);
    return out;
  }
  return nullptr;
}

constexpr int kMaxDepth = 64;  // nothing in a record is nested deeper

Value decode(const Json& json, int depth) {
  if (depth > kMaxDepth) throw InvalidInput(cat("nested deeper than ", kMaxDepth, " levels"));
  if (json.is_boolean()) return json.get<bool>();
  const bool too_large = json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
  if (json.is_number_integer() && !too_large) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) {
    Value::List list;
    for (const Json& item : json) list.push_back(decode(item, depth + 1));
    return list;
  }
  if (json.is_object()) {
    Value::Object object;
    for (const auto& [key, item] : json.items()) object.emplace_back(key, decode(item, depth + 1));
    return object;
  }
  return {};
}

}  // namespace

std::string to_json(const Value& value, int indent) {
  return encode(value).dump(indent, ' ', false, Json::error_handler_t::replace);
}

Value from_json(std::string_view text, std::string_view where) {
  try {
    return decode(Json::parse(text), 0);
  } catch (const Json::exception& error) {
    throw InvalidInput(cat(where, ": not JSON: ", printable(error.what(), 400)));
  } catch (const InvalidInput& error) {
    throw InvalidInput(cat(where, ": ", error.what()));
  }
}

}  // namespace penchant
