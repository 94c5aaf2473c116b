// A tree of plain values: what a spec is read into and a record is written from. Keys keep their order.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "penchant/core/types.h"

namespace penchant {

class Value {
 public:
  using List = std::vector<Value>;
  using Object = std::vector<std::pair<std::string, Value>>;

  Value() = default;  // null: a number that means nothing, or an absent thing
  Value(bool b) : data_(b) {}
  Value(int i) : data_(std::int64_t{i}) {}
  Value(std::int64_t i) : data_(i) {}
  Value(std::uint64_t i);  // at most 2^63 - 1: what TOML holds
  Value(double x) : data_(x) {}
  Value(const char* s) : data_(std::string(s)) {}
  Value(std::string_view s) : data_(std::string(s)) {}
  Value(std::string s) : data_(std::move(s)) {}
  Value(List list) : data_(std::move(list)) {}
  Value(Object object) : data_(std::move(object)) {}
  Value(const Vector& v);
  static Value object(std::initializer_list<std::pair<std::string, Value>> members) { return Object(members); }

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data_); }
  const double* as_double() const { return std::get_if<double>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const List* as_list() const { return std::get_if<List>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  List* as_list() { return std::get_if<List>(&data_); }
  Object* as_object() { return std::get_if<Object>(&data_); }
  bool is_number() const { return as_integer() || as_double(); }
  double number() const;  // of an integer or a double

  const Value* find(std::string_view key) const;  // nullptr if absent or not an object
  Value* find(std::string_view key);
  Value& set(std::string_view key, Value value);  // appends or replaces; a null becomes an object first
  bool erase(std::string_view key);

  // As written in a spec, for messages: `"abc"`, `3`, `a table`, `a list of 3`.
  std::string describe() const;

  int line = 0;  // where it was read, 0 if unknown

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Object> data_;
};

// Equal contents; where they were read does not count.
bool same(const Value& a, const Value& b);

}  // namespace penchant
