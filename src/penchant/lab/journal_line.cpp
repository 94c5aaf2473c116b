#include <array>
#include <charconv>

#include "penchant/core/hash.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/journal.h"
#include "penchant/lab/journal_line.h"

namespace penchant {

namespace {

std::string hexadecimal(std::uint64_t number, int digits) {
  std::string out(static_cast<std::size_t>(digits), '0');
  for (int i = digits - 1; i >= 0; --i, number >>= 4) out[static_cast<std::size_t>(i)] = "0123456789abcdef"[number & 15];
  return out;
}

std::optional<std::uint64_t> from_hexadecimal(std::string_view digits) {
  if (digits.find_first_of("ABCDEF") != std::string_view::npos) return {};  // never written so: a flipped bit
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (code != std::errc() || end != digits.data() + digits.size()) return {};
  return number;
}

const std::string& text_of(const Value& value, std::string_view key) {
  const Value* member = value.find(key);
  if (!member || !member->as_string()) throw InvalidInput(cat("\"", key, "\" is not text"));
  return *member->as_string();
}

const Value& member_of(const Value& value, std::string_view key) {
  const Value* member = value.find(key);
  if (!member) throw InvalidInput(cat("no \"", key, "\""));
  return *member;
}

std::uint64_t count_of(const Value& value, std::string_view key) {
  const std::int64_t* count = member_of(value, key).as_integer();
  if (!count || *count < 0) throw InvalidInput(cat("\"", key, "\" is not a count"));
  return static_cast<std::uint64_t>(*count);
}

TrialOutcome outcome_of(std::string_view text) {
  for (const TrialOutcome outcome : {TrialOutcome::done, TrialOutcome::refused, TrialOutcome::failed})
    if (name(outcome) == text) return outcome;
  throw InvalidInput(cat("outcome ", in_quotes(text)));
}

StoredArray array_of(const std::string& name, const Value& value) {
  const Value* digits = value.find("checksum");
  const auto checksum = digits && digits->as_string() ? from_hexadecimal(*digits->as_string()) : std::nullopt;
  if (!checksum) throw InvalidInput(cat("array \"", name, "\" has no checksum"));
  return {name, count_of(value, "length"), *checksum};
}

}  // namespace

std::string array_file_name(std::string_view key, std::string_view name) { return cat(key, ".", name, ".npy"); }

std::string journal_line(const TrialResult& result, std::span<const StoredArray> arrays) {
  Value::Object stored;
  for (const StoredArray& array : arrays)
    stored.emplace_back(array.name, Value::object({{"length", array.length}, {"checksum", hexadecimal(array.checksum, 16)}}));
  std::string json;
  char before = '{';
  const auto member = [&](std::string_view key, const Value& value) {
    json.append(1, before).append(1, '"').append(key).append("\":");
    append_json(json, value);
    before = ',';
  };
  member("key", result.key);
  member("index", result.index);
  member("outcome", name(result.outcome));
  member("text", result.text);
  member("assignments", result.assignments);
  member("values", result.values);
  member("arrays", stored);
  member("seconds", result.seconds);
  member("host", result.host);
  member("attempt", result.attempt);
  json += '}';
  PENCHANT_CHECK(json.size() <= kMaxLine);  // nobody could read it back
  return cat(kLineStart, hexadecimal(json.size(), 8), " ", hexadecimal(checksum(json), 16), " ", json, "\n");
}

std::optional<LineHead> read_head(std::string_view bytes) {
  if (bytes.size() < kHeadSize || !bytes.starts_with(kLineStart) || bytes[kLineStart.size() + 8] != ' ' ||
      bytes[kHeadSize - 1] != ' ')
    return {};
  const auto length = from_hexadecimal(bytes.substr(kLineStart.size(), 8));
  const auto sum = from_hexadecimal(bytes.substr(kLineStart.size() + 9, 16));
  if (!length || !sum || *length > kMaxLine) return {};
  return LineHead{*length, *sum};
}

namespace {

void fill(const Value& trial, JournalEntry& entry) {
  TrialResult& result = entry.result;
  result.key = text_of(trial, "key");
  result.index = count_of(trial, "index");
  result.outcome = outcome_of(text_of(trial, "outcome"));
  result.text = text_of(trial, "text");
  result.assignments = member_of(trial, "assignments");
  result.values = member_of(trial, "values");
  result.arrays.clear();
  entry.arrays.clear();
  if (const Value::Object* arrays = member_of(trial, "arrays").as_object())
    for (const auto& [name, array] : *arrays) entry.arrays.push_back(array_of(name, array));
  const Value& seconds = member_of(trial, "seconds");
  result.seconds = seconds.is_number() ? seconds.number() : 0.0;
  result.host = text_of(trial, "host");
  result.attempt = static_cast<int>(count_of(trial, "attempt"));
}

}  // namespace

void decode_trial(std::string_view json, std::string_view where, JournalEntry& entry) {
  const Value trial = from_json(json, where);
  try {
    fill(trial, entry);
  } catch (const InvalidInput& error) {
    throw InvalidInput(cat(where, ": ", error.what()));
  }
}

}  // namespace penchant
