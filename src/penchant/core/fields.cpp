#include "penchant/core/fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace penchant {

Where Where::key(std::string_view name, const Value& value) const {
  return {file, path.empty() ? printable(name) : cat(path, ".", printable(name)), value.line ? value.line : line};
}

std::string Where::text() const {
  const std::string position = line ? cat(file, ":", line) : file;
  if (position.empty()) return path;
  return path.empty() ? position : cat(position, ": ", path);
}

void Where::fail(std::string_view what) const { throw InvalidInput(cat(text(), ": ", what)); }

void Where::fail(const Value& got, std::string_view expected) const { fail(cat("got ", got.describe(), ", expected ", expected)); }

void Where::unknown(std::string_view what, std::string_view name, const std::vector<std::string>& known) const {
  fail(cat("unknown ", what, " ", in_quotes(name), suggestion(name, known)));
}

void read_value(const Value& value, double& out, const Where& where) {
  if (!value.is_number()) where.fail(value, "a number");
  out = value.number();
  if (!std::isfinite(out)) where.fail(value, "a finite number");
}

void read_value(const Value& value, std::int64_t& out, const Where& where) {
  const double* x = value.as_double();
  const bool whole = x && std::abs(*x) < 0x1p62 && *x == std::floor(*x);  // 1e6 is how people write a million
  if (!value.as_integer() && !whole) where.fail(value, "an integer");
  out = value.as_integer() ? *value.as_integer() : static_cast<std::int64_t>(*x);
}

void read_value(const Value& value, int& out, const Where& where) {
  std::int64_t wide = 0;
  read_value(value, wide, where);
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) where.fail(value, "a smaller integer");
  out = static_cast<int>(wide);
}

void read_value(const Value& value, std::uint64_t& out, const Where& where) {
  std::int64_t wide = 0;
  read_value(value, wide, where);
  if (wide < 0) where.fail(value, "an integer >= 0");
  out = static_cast<std::uint64_t>(wide);
}

void read_value(const Value& value, bool& out, const Where& where) {
  if (!value.as_bool()) where.fail(value, "true or false");
  out = *value.as_bool();
}

void read_value(const Value& value, std::string& out, const Where& where) {
  if (!value.as_string()) where.fail(value, "a string");
  out = *value.as_string();
}

void read_value(const Value& value, Vector& out, const Where& where) {
  std::vector<double> items;
  read_value(value, items, where);
  out = Eigen::Map<const Vector>(items.data(), static_cast<Index>(items.size()));
}

Value write_value(const Vector& v) { return v; }

namespace fields_detail {

void require_table(const Value& value, const Where& where) {
  if (!value.as_object()) where.fail(value, "a table");
}

void refuse_unknown_keys(const Value& table, const Where& where, const std::vector<std::string>& known,
                         const std::vector<std::string>& also, std::string_view kind,
                         const std::vector<std::pair<std::string, std::vector<std::string>>>& elsewhere) {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& [key, value] : *table.as_object()) {
    if (has(known, key) || has(also, key)) continue;
    std::vector<std::string> owners;
    for (const auto& [other, keys] : elsewhere)
      if (has(keys, key)) owners.push_back(other);
    if (!owners.empty()) where.key(key, value).fail(cat("kind \"", kind, "\" has no such key; it belongs to ", join(owners, ", ")));
    std::vector<std::string> all = known;
    all.insert(all.end(), also.begin(), also.end());
    where.key(key, value).fail(cat("unknown key", suggestion(key, all)));
  }
}

}  // namespace fields_detail

}  // namespace penchant
