#include "penchant/lab/experiment.h"

#include <algorithm>
#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/core/toml.h"
#include "penchant/lab/layers.h"
#include "penchant/lab/spec_part.h"

namespace penchant {

namespace {

const std::vector<std::string> kTables = {"name", "data", "model", "init", "loss", "dynamics", "stop", "limit"};

void refuse_unknown_tables(const Value& spec, const Where& where) {
  if (!spec.as_object()) where.fail(spec, "a table");
  for (const auto& [key, value] : *spec.as_object()) {
    if (key == "sweep") where.key(key, value).fail("this spec has a [sweep] table: run it with penchant sweep");
    if (std::find(kTables.begin(), kTables.end(), key) == kTables.end())
      where.key(key, value).fail(cat("unknown key", suggestion(key, kTables)));
  }
}

// The name is that of the default output folder too.
void require_file_name(const std::string& name, const Where& where) {
  constexpr std::size_t kLongest = 200;
  const bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (name.empty() || name == "." || name == ".." || name.size() > kLongest || control || name.find('/') != std::string::npos)
    where.fail(cat("got ", in_quotes(name), ", expected a name that a folder can have: no /, no control characters, at most ",
                   kLongest, " bytes"));
}

void refuse_training_beside_limit(const Value& spec, const Where& where) {
  if (!spec.find("limit")) return;
  for (const char* key : {"model", "init", "loss", "dynamics", "stop"})
    if (const Value* other = spec.find(key))
      where.key(key, *other).fail(cat("[limit] solves a problem without training; it cannot be combined with [", key,
                                      "]: remove one of the two"));
}

}  // namespace

Experiment experiment_from(Value spec, const std::string& file, const std::string& folder, std::uint64_t seed) {
  const Where where{file, "", 0};
  refuse_unknown_tables(spec, where);
  Experiment experiment;
  experiment.folder = folder;
  experiment.seed = seed;
  experiment.name = std::filesystem::path(file).stem().string();
  if (const Value* name = spec.find("name")) {
    read_value(*name, experiment.name, where.key("name", *name));
    require_file_name(experiment.name, where.key("name", *name));
  }
  refuse_training_beside_limit(spec, where);
  experiment.spec = Value::object({{"name", experiment.name}});
  std::vector<ResolvedPart> parts;
  std::vector<std::pair<std::string_view, std::string_view>> identity;  // what it is called does not change what it computes
  const auto& tables = identity_tables(spec.find("limit") != nullptr);
  parts.reserve(tables.size());
  for (const std::string& table : tables) {
    const Value* given = spec.find(table);
    const ResolvedPart& resolved = parts.emplace_back(resolve_part(table, given ? *given : Value(), where, seed));
    assign(experiment, resolved.part);
    experiment.spec.set(table, resolved.value);
    identity.emplace_back(table, resolved.json);
  }
  experiment.hash = identity_hash(identity);
  return experiment;
}

Experiment read_experiment(const std::string& path, const std::vector<std::string>& settings, std::uint64_t seed) {
  constexpr std::uint64_t kMaxSpecBytes = 10'000'000;
  Value spec = from_toml(read_file(path, kMaxSpecBytes), path);
  for (const std::string& setting : settings) apply_setting(spec, setting);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return experiment_from(std::move(spec), path, folder.empty() ? "." : folder, seed);
}

}  // namespace penchant
