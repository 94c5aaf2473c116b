#include "penchant/lab/experiment.h"

#include <algorithm>
#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/core/hash.h"
#include "penchant/core/json.h"
#include "penchant/core/random.h"
#include "penchant/core/toml.h"

namespace penchant {

namespace {

const std::vector<std::string> kTables = {"name", "data", "model", "init", "loss", "dynamics", "stop", "limit"};

void refuse_unknown_tables(const Value& spec, const Where& where) {
  if (!spec.as_object()) where.fail(spec, "a table");
  for (const auto& [key, value] : *spec.as_object())
    if (std::find(kTables.begin(), kTables.end(), key) == kTables.end())
      where.key(key, value).fail(cat("unknown key", suggestion(key, kTables)));
}

const Value& required(const Value& spec, const Where& where, std::string_view key) {
  const Value* table = spec.find(key);
  if (!table) where.fail(cat("[", key, "] is missing"));
  return *table;
}

// One word or number on the right of a "key=value" pair means itself; anything else is read as TOML.
Value setting_value(const std::string& text, const std::string& setting) {
  try {
    return *from_toml("v = " + text, setting).find("v");
  } catch (const InvalidInput&) {
    return Value(text);
  }
}

void apply_setting(Value& spec, const std::string& setting) {
  if (invalid_utf8_at(setting) != std::string::npos || setting.find('\n') != std::string::npos)
    throw InvalidInput(cat("--set ", printable(setting), ": expected one line of UTF-8 text"));
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0) throw InvalidInput(cat("--set ", setting, ": expected key=value, such as init.scale=1e-3"));
  const std::string key = setting.substr(0, equals);
  Value* table = &spec;
  std::size_t begin = 0;
  for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', begin)) {
    const std::string part = key.substr(begin, dot - begin);
    Value* inner = table->find(part);
    table = inner ? inner : &table->set(part, Value::Object{});
    if (!table->as_object()) throw InvalidInput(cat("--set ", setting, ": ", part, " is not a table"));
    begin = dot + 1;
  }
  table->set(key.substr(begin), setting_value(setting.substr(equals + 1), "--set " + setting));
}

// The name is that of the default output folder too.
void require_file_name(const std::string& name, const Where& where) {
  constexpr std::size_t kLongest = 200;
  const bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (name.empty() || name == "." || name == ".." || name.size() > kLongest || control || name.find('/') != std::string::npos)
    where.fail(cat("got ", in_quotes(name), ", expected a name that a folder can have: no /, no control characters, at most ", kLongest, " bytes"));
}

// Base seed and purpose give each part a seed of its own; one that is written in the spec stays.
std::uint64_t derived_seed(std::uint64_t base, std::string_view purpose) {
  return uniform_index(RandomKey(base, purpose), 0, 0, 0, std::uint64_t{1} << 53);
}

void derive_seeds(Experiment& experiment, std::uint64_t base) {
  if (!experiment.data.seed) experiment.data.seed = derived_seed(base, "data");
  if (!experiment.init.seed) experiment.init.seed = derived_seed(base, "init");
  std::visit(
      [&](auto& dynamics) {
        if constexpr (requires { dynamics.seed; })
          if (!dynamics.seed) dynamics.seed = derived_seed(base, "dynamics");
      },
      experiment.dynamics);
}

void read_training(Experiment& experiment, const Value& spec, const Where& where) {
  const auto at = [&](std::string_view key, const Value& table) { return where.key(key, table); };
  const Value& model = required(spec, where, "model");
  const Value& loss = required(spec, where, "loss");
  const Value& dynamics = required(spec, where, "dynamics");
  experiment.model = model_from(model, at("model", model));
  experiment.loss = loss_from(loss, at("loss", loss));
  experiment.dynamics = dynamics_from(dynamics, at("dynamics", dynamics));
  if (const Value* init = spec.find("init")) experiment.init = init_from(*init, at("init", *init));
  if (const Value* stop = spec.find("stop")) experiment.stop = stop_from(*stop, at("stop", *stop));
}

void read_limit(Experiment& experiment, const Value& spec, const Where& where) {
  const Value& limit = *spec.find("limit");
  for (const char* key : {"model", "init", "loss", "dynamics", "stop"})
    if (const Value* other = spec.find(key)) where.key(key, *other).fail("[limit] solves a problem with no training story: remove one of the two");
  experiment.limit = limit_from(limit, where.key("limit", limit));
}

Value resolved(const Experiment& e) {
  Value spec = Value::object({{"name", e.name}, {"data", to_value(e.data)}});
  if (e.limit) {
    spec.set("limit", to_value(*e.limit));
    return spec;
  }
  spec.set("model", to_value(e.model));
  spec.set("init", to_value(e.init));
  spec.set("loss", to_value(e.loss));
  spec.set("dynamics", to_value(e.dynamics));
  spec.set("stop", to_value(e.stop));
  return spec;
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
  const Value& data = required(spec, where, "data");
  experiment.data = data_from(data, where.key("data", data));
  if (spec.find("limit")) read_limit(experiment, spec, where);
  else read_training(experiment, spec, where);
  derive_seeds(experiment, seed);
  experiment.spec = resolved(experiment);
  Value identity = experiment.spec;  // what it is called does not change what it computes
  identity.erase("name");
  experiment.hash = content_hash(to_json(identity, -1));
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
