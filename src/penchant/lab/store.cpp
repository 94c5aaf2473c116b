#include "penchant/lab/store.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr std::string_view kSchemaName = "penchant/sweep/";
constexpr int kSchemaVersion = 1;
constexpr std::uint64_t kMaxDescription = 100'000'000;
constexpr double kPatience = 10.0;  // seconds to wait for another process that makes the same store

// Where two descriptions part, as a path with both values; empty if they do not.
std::string first_difference(const Value& there, const Value& here, const std::string& path) {
  const Value::Object* a = there.as_object();
  const Value::Object* b = here.as_object();
  if (const Value::List *p = there.as_list(), *q = here.as_list(); p && q) {
    if (p->size() != q->size()) return cat(path, " has ", p->size(), " entries there, ", q->size(), " here");
    for (std::size_t k = 0; k < p->size(); ++k)
      if (std::string difference = first_difference((*p)[k], (*q)[k], cat(path, "[", k, "]")); !difference.empty())
        return difference;
    return {};
  }
  if (!a || !b) return same(there, here) ? "" : cat(path, " is ", to_json(there, -1), " there, ", to_json(here, -1), " here");
  const auto inner = [&](const std::string& key) { return path.empty() ? key : cat(path, ".", key); };
  for (const auto& [key, value] : *a) {
    const Value* other = here.find(key);
    if (!other) return cat(inner(key), " is only there");
    if (std::string difference = first_difference(value, *other, inner(key)); !difference.empty()) return difference;
  }
  for (const auto& [key, value] : *b)
    if (!there.find(key)) return cat(inner(key), " is only here");
  return same(there, here) ? "" : cat(path, " has another order of its keys");
}

int schema_version(const Value& description, const std::string& path) {
  const Value* schema = description.find("schema");
  const std::string text = schema && schema->as_string() ? *schema->as_string() : "";
  int version = 0;
  const char* const end = text.data() + text.size();
  if (!text.starts_with(kSchemaName) || std::from_chars(text.data() + kSchemaName.size(), end, version).ptr != end || version < 1)
    throw StoreError(
        cat(path, ": no sweep of Penchant: its schema is ", in_quotes(text), ", expected \"", kSchemaName, kSchemaVersion, "\""));
  return version;
}

SweepDescription read_description(const std::string& path) {
  const Value description = from_json(read_file(path, kMaxDescription), path);
  const int version = schema_version(description, path);
  if (version > kSchemaVersion)
    throw StoreError(cat(path, ": written by a newer Penchant (", kSchemaName, version, "); this one reads up to ", kSchemaName,
                         kSchemaVersion));
  const Value* sweep = description.find("sweep");
  const Value* trials = description.find("trials");
  const Value* made_by = description.find("provenance");
  if (!sweep || !sweep->as_object() || !trials || !trials->as_integer() || *trials->as_integer() < 0 || !made_by)
    throw StoreError(cat(path, ": broken: expected \"sweep\", \"trials\" and \"provenance\""));
  return {*sweep, static_cast<std::uint64_t>(*trials->as_integer()), *made_by};
}

// As it will be read back: what JSON cannot hold (NaN) must not make a sweep differ from itself.
Value as_written(const Value& value) { return from_json(to_json(value, -1), "sweep"); }

void write_description(const std::string& path, const SweepDescription& sweep) {
  const Value description = Value::object({{"schema", cat(kSchemaName, kSchemaVersion)},
                                           {"trials", sweep.trials},
                                           {"sweep", sweep.sweep},
                                           {"provenance", sweep.provenance}});
  write_durably(path, to_json(description) + "\n");
}

// Throws StoreError where a folder on the way is closed to us.
std::filesystem::file_type type_of(const std::string& path) {
  std::error_code code;
  const auto type = std::filesystem::status(path, code).type();
  if (type == std::filesystem::file_type::none) throw StoreError(cat(path, ": ", code.message()));
  return type;
}

// Only what a maker that was stopped half way may have left.
void require_empty(const std::string& folder) {
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    if (name != "store.lock" && name != "sweep.json.partial" && !is_partial_name(name))
      throw StoreError(
          cat(folder, ": no store (there is no sweep.json) and not empty (", in_quotes(name), "): choose another folder"));
  }
  if (code) throw StoreError(cat(folder, ": ", code.message()));
}

}  // namespace

std::string sweep_difference(const SweepDescription& there, const SweepDescription& here) {
  Value a = as_written(there.sweep), b = as_written(here.sweep);
  a.erase("name");  // a sweep stays the same when its file is renamed
  b.erase("name");
  if (const std::string difference = first_difference(a, b, ""); !difference.empty()) return difference;
  return there.trials == here.trials ? "" : cat(there.trials, " trials there, ", here.trials, " here");
}

Store Store::create_or_open(const std::string& folder, const SweepDescription& sweep) {
  const std::string path = folder + "/sweep.json";
  const auto type = type_of(folder);
  if (type != std::filesystem::file_type::not_found && type != std::filesystem::file_type::directory)
    throw StoreError(cat(folder, ": is a file, expected a folder"));
  if (type_of(path) == std::filesystem::file_type::not_found) {
    make_folder(folder);
    require_empty(folder);
    const FileLock lock(folder + "/store.lock", cat(folder, ": is being made"), kPatience);
    if (type_of(path) == std::filesystem::file_type::not_found) write_description(path, sweep);
    sync_folder(folder);
  }
  Store store = open(folder);
  if (const std::string difference = sweep_difference(store.sweep_, sweep); !difference.empty())
    throw StoreError(cat(folder, ": holds another sweep: ", difference, "; choose another folder"));
  return store;
}

Store Store::open(const std::string& folder) {
  const std::string path = folder + "/sweep.json";
  const auto type = type_of(folder);
  if (type == std::filesystem::file_type::not_found) throw StoreError(cat(folder, ": no such folder"));
  if (type != std::filesystem::file_type::directory) throw StoreError(cat(folder, ": is a file, expected the folder of a store"));
  if (type_of(path) == std::filesystem::file_type::not_found)
    throw StoreError(cat(folder, ": no store: there is no sweep.json in it"));
  return Store(folder, read_description(path));
}

std::string Store::array_path(std::string_view key, std::string_view name) const {
  return cat(folder_, "/arrays/", array_file_name(key, name));
}

std::vector<std::string> Store::journals() const {
  std::vector<std::string> out;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/journal", code))
    if (entry.path().extension() == ".journal") out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace penchant
