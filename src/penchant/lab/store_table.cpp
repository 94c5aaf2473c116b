#include "penchant/lab/store_table.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

TrialKey TrialKey::from_text(std::string_view hexadecimal) {
  TrialKey key;
  bool good = hexadecimal.size() == 2 * key.bytes.size();
  for (std::size_t k = 0; good && k < key.bytes.size(); ++k) {
    const char* const digits = hexadecimal.data() + 2 * k;
    const auto [stop, code] = std::from_chars(digits, digits + 2, key.bytes[k], 16);
    good = code == std::errc() && stop == digits + 2;
  }
  if (!good) throw InvalidInput(cat("trial key ", in_quotes(hexadecimal), ": expected 32 hexadecimal digits"));
  return key;
}

TrialKey TrialKey::from_bytes(std::string_view bytes) {
  TrialKey key;
  if (bytes.size() != key.bytes.size())
    throw InvalidInput(cat("trial key of ", bytes.size(), " bytes, expected ", key.bytes.size()));
  std::memcpy(key.bytes.data(), bytes.data(), bytes.size());
  return key;
}

std::string TrialKey::text() const {
  std::string out;
  for (const unsigned char byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::size_t TrialKeyHash::operator()(const TrialKey& key) const {
  std::size_t hash;
  static_assert(sizeof hash <= sizeof key.bytes);
  std::memcpy(&hash, key.bytes.data(), sizeof hash);
  return hash;
}

Value StoreColumn::value(std::size_t row) const {
  if (!words.empty() && words[row] >= 0) return dictionary[static_cast<std::size_t>(words[row])];
  const double number = numbers[row];
  if (std::isnan(number)) return {};
  if (boolean) return number != 0.0;
  return integer ? Value(static_cast<std::int64_t>(number)) : Value(number);
}

const StoreColumn* StoreTable::find(std::string_view name) const {
  for (const StoreColumn& column : columns)
    if (column.name == name) return &column;
  return nullptr;
}

}  // namespace penchant
