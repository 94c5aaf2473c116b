// One table of fields per description struct; TOML, JSON, the command line, the content hash and the vocabulary test all read it.
//
//   template <> struct Fields<Diagonal> {
//     static constexpr std::string_view kind = "diagonal";
//     static constexpr auto table = std::make_tuple(
//         Field{"depth", &Diagonal::depth, "number N of factors", at_least<2>, "an integer >= 2"}, …);
//   };
//
// An unknown key, a missing kind, a value of the wrong type or outside its domain throws InvalidInput: where, what was there,
// what was expected, nearest valid name. A family (ModelSpec, …) is a std::variant of such structs, told apart by the key `kind`.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/core/value.h"

namespace penchant {

// Position in a spec, for messages: `spec.toml:12: init.scale`.
struct Where {
  std::string file;
  std::string path;
  int line = 0;

  Where key(std::string_view name, const Value& value) const;
  std::string text() const;
  [[noreturn]] void fail(std::string_view what) const;                                       // "WHERE: what"
  [[noreturn]] void fail(const Value& got, std::string_view expected) const;                 // "WHERE: got …, expected …"
  [[noreturn]] void unknown(std::string_view what, std::string_view name, const std::vector<std::string>& known) const;
};

template <class T>
struct EnumNames;  // static constexpr auto table = std::array{std::pair{std::string_view{"tied"}, Factors::tied}, …};

template <class S, class M>
struct Field {
  std::string_view name;
  M S::*member;
  std::string_view doc;
  bool (*valid)(const M&) = nullptr;
  std::string_view expected = {};
};
template <class S, class M>
Field(const char*, M S::*, const char*) -> Field<S, M>;
template <class S, class M, class F>
Field(const char*, M S::*, const char*, F, const char*) -> Field<S, M>;

template <class S>
struct Fields;

// Domains used by the tables. Optional members are checked only where given.
inline bool is_positive(const double& x) { return x > 0.0; }
inline bool is_non_negative(const double& x) { return x >= 0.0; }
inline bool is_positive_if_given(const std::optional<double>& x) { return !x || *x > 0.0; }
inline bool is_non_negative_if_given(const std::optional<double>& x) { return !x || *x >= 0.0; }
template <long Low>
bool at_least(const int& x) {
  return x >= Low;
}

void read_value(const Value& value, double& out, const Where& where);  // finite; "1e400" is refused
void read_value(const Value& value, int& out, const Where& where);
void read_value(const Value& value, std::int64_t& out, const Where& where);
void read_value(const Value& value, std::uint64_t& out, const Where& where);
void read_value(const Value& value, bool& out, const Where& where);
void read_value(const Value& value, std::string& out, const Where& where);
void read_value(const Value& value, Vector& out, const Where& where);
Value write_value(const Vector& v);
inline Value write_value(double x) { return x; }
inline Value write_value(int x) { return x; }
inline Value write_value(std::int64_t x) { return x; }
inline Value write_value(std::uint64_t x) { return x; }
inline Value write_value(bool x) { return x; }
inline Value write_value(const std::string& x) { return x; }

template <class E>
  requires std::is_enum_v<E>
std::string_view enum_name(E value) {
  for (const auto& [name, candidate] : EnumNames<E>::table)
    if (candidate == value) return name;
  PENCHANT_CHECK(false);
  return {};
}

template <class E>
  requires std::is_enum_v<E>
void read_value(const Value& value, E& out, const Where& where) {
  std::vector<std::string> names;
  for (const auto& [name, candidate] : EnumNames<E>::table) {
    if (value.as_string() && *value.as_string() == name) {
      out = candidate;
      return;
    }
    names.emplace_back(name);
  }
  if (value.as_string()) where.unknown("value", *value.as_string(), names);
  where.fail(value, "one of " + join(names, ", "));
}
template <class E>
  requires std::is_enum_v<E>
Value write_value(E value) {
  return enum_name(value);
}

template <class T>
void read_value(const Value& value, std::vector<T>& out, const Where& where) {
  const auto* list = value.as_list();
  if (!list) where.fail(value, "a list");
  out.clear();
  for (std::size_t i = 0; i < list->size(); ++i)
    read_value((*list)[i], out.emplace_back(), where.key(std::to_string(i), (*list)[i]));
}
template <class T>
Value write_value(const std::vector<T>& items) {
  Value::List list;
  for (const T& item : items) list.push_back(write_value(item));
  return list;
}

template <class T>
void read_value(const Value& value, std::optional<T>& out, const Where& where) {
  read_value(value, out.emplace(), where);
}

// Keys of one struct, in the order of its table.
template <class S>
std::vector<std::string> field_names() {
  std::vector<std::string> names;
  std::apply([&](const auto&... field) { (names.emplace_back(field.name), ...); }, Fields<S>::table);
  return names;
}

namespace fields_detail {

template <class S, class M>
void read_field(const Field<S, M>& field, S& out, const Value& table, const Where& where) {
  const Value* value = table.find(field.name);
  if (!value) return;
  const Where at = where.key(field.name, *value);
  read_value(*value, out.*(field.member), at);
  if (field.valid && !field.valid(out.*(field.member))) at.fail(*value, field.expected);
}

template <class S, class M>
void write_field(const Field<S, M>& field, const S& in, Value& table) {
  if constexpr (requires { (in.*(field.member)).has_value(); }) {
    if ((in.*(field.member)).has_value()) table.set(field.name, write_value(*(in.*(field.member))));
  } else {
    table.set(field.name, write_value(in.*(field.member)));
  }
}

void require_table(const Value& value, const Where& where);
// Throws for the first key of `table` that is neither in `known` nor in `also`; `elsewhere` tells which kinds own the key, if any.
void refuse_unknown_keys(const Value& table, const Where& where, const std::vector<std::string>& known,
                         const std::vector<std::string>& also, std::string_view kind,
                         const std::vector<std::pair<std::string, std::vector<std::string>>>& elsewhere);

}  // namespace fields_detail

// Reads every field that is present over the defaults of S.
template <class S>
S read_table(const Value& table, const Where& where, const std::vector<std::string>& also = {}, std::string_view kind = {},
             const std::vector<std::pair<std::string, std::vector<std::string>>>& elsewhere = {}) {
  fields_detail::require_table(table, where);
  fields_detail::refuse_unknown_keys(table, where, field_names<S>(), also, kind, elsewhere);
  S out;
  std::apply([&](const auto&... field) { (fields_detail::read_field(field, out, table, where), ...); }, Fields<S>::table);
  return out;
}

template <class S>
Value write_table(const S& in) {
  Value table = Value::Object{};
  std::apply([&](const auto&... field) { (fields_detail::write_field(field, in, table), ...); }, Fields<S>::table);
  return table;
}

// Kind -> keys for every alternative of a family.
template <class Family>
std::vector<std::pair<std::string, std::vector<std::string>>> family_vocabulary() {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (out.emplace_back(std::string(Fields<std::variant_alternative_t<I, Family>>::kind),
                      field_names<std::variant_alternative_t<I, Family>>()),
     ...);
  }(std::make_index_sequence<std::variant_size_v<Family>>{});
  return out;
}

namespace fields_detail {

using Vocabulary = std::vector<std::pair<std::string, std::vector<std::string>>>;

template <class S, class Family>
void read_if_kind(std::string_view kind, std::optional<Family>& out, const Value& table, const Where& where,
                  const std::vector<std::string>& also, const Vocabulary& vocabulary) {
  if (Fields<S>::kind == kind) out = read_table<S>(table, where, also, Fields<S>::kind, vocabulary);
}

}  // namespace fields_detail

// `also`: keys of the same table that somebody else reads.
template <class Family>
Family read_family(const Value& table, const Where& where, const std::vector<std::string>& also = {}) {
  fields_detail::require_table(table, where);
  const auto vocabulary = family_vocabulary<Family>();
  std::vector<std::string> kinds;
  for (const auto& [kind, keys] : vocabulary) kinds.push_back(kind);
  const Value* kind = table.find("kind");
  if (!kind) where.fail("kind is missing; known: " + join(kinds, ", "));
  const Where at = where.key("kind", *kind);
  if (!kind->as_string()) at.fail(*kind, "one of " + join(kinds, ", "));
  std::vector<std::string> with_kind = also;
  with_kind.emplace_back("kind");
  std::optional<Family> out;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (fields_detail::read_if_kind<std::variant_alternative_t<I, Family>>(*kind->as_string(), out, table, where, with_kind,
                                                                        vocabulary),
     ...);
  }(std::make_index_sequence<std::variant_size_v<Family>>{});
  if (!out) at.unknown("kind", *kind->as_string(), kinds);
  return *out;
}

template <class Family>
Value write_family(const Family& in) {
  return std::visit(
      []<class S>(const S& s) {
        Value table = Value::object({{"kind", Fields<S>::kind}});
        const Value members = write_table(s);
        for (const auto& [key, value] : *members.as_object()) table.set(key, value);
        return table;
      },
      in);
}

template <class Family>
std::string_view kind_name(const Family& in) {
  return std::visit([]<class S>(const S&) { return Fields<S>::kind; }, in);
}

}  // namespace penchant
