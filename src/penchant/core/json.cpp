#include "penchant/core/json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "penchant/core/error.h"
#include "penchant/core/json_plain.h"
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

// One line, without a tree of another kind in between: journals are written and read a million lines at a time.
void append(std::string& out, std::string_view text) {
  const auto plain = [](char c) { return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f; };  // and ASCII: the rest are negative
  if (!std::all_of(text.begin(), text.end(), plain)) {
    out += Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void append(std::string& out, const Value& value) {
  if (const auto* b = value.as_bool()) {
    out += *b ? "true" : "false";
  } else if (const auto* i = value.as_integer()) {
    out += std::to_string(*i);
  } else if (const auto* x = value.as_double()) {
    const std::string digits = std::isfinite(*x) ? number_text(*x) : "null";
    out += digits;
    if (digits.find_first_not_of("-0123456789") == std::string::npos) out += ".0";  // reads back as a double
  } else if (const auto* s = value.as_string()) {
    append(out, std::string_view(*s));
  } else if (const auto* list = value.as_list()) {
    char before = '[';
    for (const Value& item : *list) {
      out += std::exchange(before, ',');
      append(out, item);
    }
    out += list->empty() ? "[]" : "]";
  } else if (const auto* object = value.as_object()) {
    char before = '{';
    for (const auto& [key, item] : *object) {
      out += std::exchange(before, ',');
      append(out, std::string_view(key));
      out += ':';
      append(out, item);
    }
    out += object->empty() ? "{}" : "}";
  } else {
    out += "null";
  }
}

constexpr std::size_t kMaxDepth = 64;  // nothing in a record is nested deeper

// Takes the parser's events straight into a Value.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Value result;

  bool null() override { return put({}); }
  bool boolean(bool b) override { return put(b); }
  bool number_integer(number_integer_t i) override { return put(std::int64_t{i}); }
  bool number_unsigned(number_unsigned_t i) override {
    const bool fits = i <= static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return put(fits ? Value(static_cast<std::int64_t>(i)) : Value(static_cast<double>(i)));
  }
  bool number_float(number_float_t x, const string_t&) override { return put(x); }
  bool string(string_t& text) override { return put(std::move(text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Value::Object()); }
  bool start_array(std::size_t) override { return open(Value::List()); }
  bool key(string_t& text) override {
    open_.back()->as_object()->emplace_back(std::move(text), Value());
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …": from the place on
    constexpr std::string_view kPlace = "parse error at ";
    const std::string_view text = error.what();
    const std::size_t at = text.find(kPlace);
    throw InvalidInput(cat("not JSON: ", printable(at == text.npos ? text : text.substr(at + kPlace.size()), 400)));
  }

 private:
  // Where the next value goes. Its container does not move while it is filled: only the innermost one grows.
  Value* place() {
    if (open_.empty()) return &result;
    if (Value::List* list = open_.back()->as_list()) return &list->emplace_back();
    return &open_.back()->as_object()->back().second;
  }
  bool put(Value value) {
    *place() = std::move(value);
    return true;
  }
  bool open(Value container) {
    if (open_.size() > kMaxDepth) throw InvalidInput(cat("nested deeper than ", kMaxDepth, " levels"));
    Value* at = place();
    *at = std::move(container);
    open_.push_back(at);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<Value*> open_;
};

}  // namespace

std::string to_json(const Value& value, int indent) {
  if (indent >= 0) return encode(value).dump(indent, ' ', false, Json::error_handler_t::replace);
  std::string out;
  append(out, value);
  return out;
}

void append_json(std::string& out, const Value& value) { append(out, value); }

Value from_json(std::string_view text, std::string_view where) {
  if (Value plain; read_plain_json(text, plain)) return plain;
  try {
    Builder builder;
    Json::sax_parse(text, &builder);
    return std::move(builder.result);
  } catch (const InvalidInput& error) {
    throw InvalidInput(cat(where, ": ", error.what()));
  }
}

}  // namespace penchant
