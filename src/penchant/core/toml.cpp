#include "penchant/core/toml.h"

#include <toml++/toml.h>

#include <algorithm>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

Value convert(const toml::node& node, std::string_view where) {
  const int line = static_cast<int>(node.source().begin.line);
  Value out;
  if (const auto* b = node.as_boolean()) out = Value(b->get());
  else if (const auto* i = node.as_integer()) out = Value(static_cast<std::int64_t>(i->get()));
  else if (const auto* x = node.as_floating_point()) out = Value(x->get());
  else if (const auto* s = node.as_string()) out = Value(s->get());
  else if (const auto* array = node.as_array()) {
    Value::List list;
    for (const auto& item : *array) list.push_back(convert(item, where));
    out = Value(std::move(list));
  } else if (const auto* table = node.as_table()) {
    Value::Object object;
    for (const auto& [key, item] : *table) object.emplace_back(std::string(key.str()), convert(item, where));
    // toml++ sorts keys; the order of the file is the one a reader expects.
    std::stable_sort(object.begin(), object.end(),
                     [](const auto& left, const auto& right) { return left.second.line < right.second.line; });
    out = Value(std::move(object));
  } else {
    throw InvalidInput(cat(where, ":", line, ": dates and times mean nothing in a spec"));
  }
  out.line = line;
  return out;
}

}  // namespace

Value from_toml(std::string_view text, std::string_view where) {
  // Checked first: toml++ 3.3 has undefined behaviour on some malformed sequences.
  if (const std::size_t at = invalid_utf8_at(text); at != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw InvalidInput(cat(where, ":", line, ": not UTF-8 text (byte ", at, ")"));
  }
  try {
    return convert(toml::parse(text, where), where);
  } catch (const toml::parse_error& error) {
    throw InvalidInput(cat(where, ":", error.source().begin.line, ": ", error.description()));
  }
}

}  // namespace penchant
