#include "penchant/lab/record_file.h"

#include <charconv>
#include <filesystem>
#include <limits>

#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/json.h"
#include "penchant/core/npy.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr std::uint64_t kMaxBytes = 1'000'000'000;
constexpr std::string_view kSchema = "penchant/record/";
constexpr int kNewestSchema = 1;

void check_schema(const Value& record, const std::string& path) {
  const std::string schema = text_of(record, "schema");
  if (!schema.starts_with(kSchema))
    throw InvalidInput(
        cat(path, ": is not a record: \"schema\" is ", member(record, "schema").describe(), ", expected \"penchant/record/1\""));
  int number = 0;
  const char* end = schema.data() + schema.size();
  const auto [last, error] = std::from_chars(schema.data() + kSchema.size(), end, number);
  if (error != std::errc() || last != end || number < 1)
    throw InvalidInput(cat(path, ": unknown schema ", in_quotes(schema), ", expected \"penchant/record/1\""));
  if (number > kNewestSchema)
    throw InvalidInput(
        cat(path, ": has the schema ", schema, ", newer than this program, which reads up to ", kSchema, kNewestSchema));
}

void read_arrays(Value& owner, const std::filesystem::path& folder) {
  constexpr std::uint64_t kMaxArrayBytes = 1'000'000'000;
  for (const char* key : {"w", "log_abs_w", "sign_w"}) {
    Value* array = owner.find(key);
    const std::string file = array ? text_of(*array, "npy") : std::string();
    // A name that leads elsewhere is not of this record.
    if (file.empty() || std::filesystem::path(file).has_parent_path() || !std::filesystem::exists(folder / file)) continue;
    const std::string path = (folder / file).string();
    *array = Value(Vector(from_npy(read_file(path, kMaxArrayBytes), path).col(0)));
  }
}

}  // namespace

const Value& member(const Value& table, std::string_view key) {
  static const Value nothing;
  const Value* value = table.find(key);
  return value ? *value : nothing;
}

std::string text_of(const Value& table, std::string_view key) {
  const std::string* text = member(table, key).as_string();
  return text ? *text : std::string();
}

double number_of(const Value& table, std::string_view key) {
  const Value& value = member(table, key);
  return value.is_number() ? value.number() : std::numeric_limits<double>::quiet_NaN();
}

const Value::List& list_of(const Value& table, std::string_view key) {
  static const Value::List nothing;
  const Value::List* list = member(table, key).as_list();
  return list ? *list : nothing;
}

std::vector<double> numbers_of(const Value& table, std::string_view key) {
  std::vector<double> out;
  for (const Value& item : list_of(table, key))
    out.push_back(item.is_number() ? item.number() : std::numeric_limits<double>::quiet_NaN());
  return out;
}

Value read_record_file(const std::string& path) {
  const std::string text = read_file(path, kMaxBytes);
  if (path.ends_with(".toml") && !text.starts_with('{'))
    throw InvalidInput(cat(path,
                           ": is a spec, expected a record (record.json or the folder it is in) or the store of a sweep; run it ",
                           "first: penchant run ", path));
  return from_json(text, path);
}

Value read_record(const std::string& given) {
  const std::filesystem::path path =
      std::filesystem::is_directory(given) ? std::filesystem::path(given) / "record.json" : std::filesystem::path(given);
  Value record = read_record_file(path.string());
  if (!record.as_object())
    throw InvalidInput(cat(path.string(), ": is not a record: ", record.describe(), ", expected a JSON object"));
  check_schema(record, path.string());
  const std::filesystem::path folder = path.parent_path();
  if (Value* run = record.find("trajectory"); run && run->as_object()) read_arrays(*run, folder);
  if (Value* solutions = record.find("solutions"); solutions && solutions->as_list())
    for (Value& solution : *solutions->as_list()) read_arrays(solution, folder);
  return record;
}

}  // namespace penchant
