#include "penchant/core/value.h"

#include <limits>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

Value::Value(std::uint64_t i) : data_(static_cast<std::int64_t>(i)) {
  PENCHANT_CHECK(i <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

Value::Value(const Vector& v) {
  List list;
  list.reserve(static_cast<std::size_t>(v.size()));
  for (double x : v) list.emplace_back(x);
  data_ = std::move(list);
}

double Value::number() const {
  if (const auto* i = as_integer()) return static_cast<double>(*i);
  const double* x = as_double();
  PENCHANT_CHECK(x != nullptr);
  return *x;
}

const Value* Value::find(std::string_view key) const { return const_cast<Value*>(this)->find(key); }

Value* Value::find(std::string_view key) {
  Object* object = as_object();
  if (!object) return nullptr;
  for (auto& [name, value] : *object)
    if (name == key) return &value;
  return nullptr;
}

Value& Value::set(std::string_view key, Value value) {
  if (is_null()) data_ = Object{};
  Object* object = as_object();
  PENCHANT_CHECK(object != nullptr);
  if (Value* present = find(key)) return *present = std::move(value);
  return object->emplace_back(std::string(key), std::move(value)).second;
}

bool Value::erase(std::string_view key) {
  Object* object = as_object();
  return object && std::erase_if(*object, [&](const auto& member) { return member.first == key; }) > 0;
}

std::string Value::describe() const {
  if (const auto* b = as_bool()) return *b ? "true" : "false";
  if (const auto* i = as_integer()) return std::to_string(*i);
  if (const auto* x = as_double()) return number_text(*x);
  if (const auto* s = as_string()) return in_quotes(*s);
  if (const auto* l = as_list()) return cat("a list of ", l->size());
  return as_object() ? "a table" : "nothing";
}

bool same(const Value& a, const Value& b) {
  if (const auto* la = a.as_list()) {
    const auto* lb = b.as_list();
    return lb && std::equal(la->begin(), la->end(), lb->begin(), lb->end(), same);
  }
  if (const auto* oa = a.as_object()) {
    const auto* ob = b.as_object();
    return ob && std::equal(oa->begin(), oa->end(), ob->begin(), ob->end(), [](const auto& x, const auto& y) {
             return x.first == y.first && same(x.second, y.second);
           });
  }
  if (a.as_bool()) return b.as_bool() && *a.as_bool() == *b.as_bool();
  if (a.as_string()) return b.as_string() && *a.as_string() == *b.as_string();
  if (a.is_number()) return b.is_number() && a.number() == b.number();
  return a.is_null() && b.is_null();
}

}  // namespace penchant
