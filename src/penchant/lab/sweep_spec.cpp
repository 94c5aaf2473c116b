#include "penchant/lab/sweep_spec.h"

#include <algorithm>
#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/core/toml.h"
#include "penchant/lab/layers.h"
#include "penchant/lab/sweep_axis.h"
#include "penchant/lab/trial.h"

namespace penchant {

namespace {

constexpr std::uint64_t kMaxSpecBytes = 10'000'000;
const std::vector<std::string> kVerbs = {"simulate", "predict", "solve"};

bool lies_within(const std::string& inner, const std::string& outer) {
  return inner.size() > outer.size() && inner.starts_with(outer) && inner[outer.size()] == '.';
}

SweepAxis* find_axis(std::vector<SweepAxis>& axes, const std::string& key) {
  for (SweepAxis& axis : axes)
    if (axis.key == key) return &axis;
  return nullptr;
}

void add_axis(std::vector<SweepAxis>& axes, SweepAxis axis) {
  for (const SweepAxis& other : axes)
    if (lies_within(axis.key, other.key) || lies_within(other.key, axis.key))
      throw InvalidInput(cat(axis.origin, ": ", axis.key, " and ", other.key, " (", other.origin,
                             ") cannot both be swept: one lies within the other"));
  const SweepAxis* present = find_axis(axes, axis.key);
  if (!present) {
    axes.push_back(std::move(axis));
    return;
  }
  if (!same_values(axis, *present))
    throw InvalidInput(cat(axis.origin, ": ", axis.key, " is swept over ", describe(axis), ", but over ", describe(*present),
                           " at ", present->origin));
}

// Every key that a spec sets, dotted, with its line.
void collect_keys(const Value& table, const std::string& prefix, std::vector<std::pair<std::string, int>>& out) {
  for (const auto& [key, value] : *table.as_object()) {
    const std::string dotted = prefix.empty() ? key : cat(prefix, ".", key);
    out.emplace_back(dotted, value.line);
    if (value.as_object()) collect_keys(value, dotted, out);
  }
}

// Reads the files and flags in order, so that each can be held against what came before.
class SweepReader {
 public:
  explicit SweepReader(SweepSpec& out) : out_(out) {}

  void file(const std::string& path) { layer(from_toml(read_file(path, kMaxSpecBytes), path), path); }

  void layer(Value spec, const std::string& path) {
    const Value sweep = spec.find("sweep") ? *spec.find("sweep") : Value(Value::Object{});
    spec.erase("sweep");
    refuse_fixing(spec, path);
    lay_over(out_.base, spec);
    const Where where{path, "sweep", sweep.line};
    if (!sweep.as_object()) where.fail(sweep, "a table");
    for (const auto& [key, value] : *sweep.as_object()) entry(key, value, where.key(key, value));
  }

  void setting(const std::string& text) {
    const std::string key = split_setting("--set", text).key, flag = "--set " + printable(text);
    refuse_fixed_key(key, flag);
    apply_setting(out_.base, text);
  }

  void sweep(const std::string& text) {
    SweepAxis axis = axis_from_flag(text);
    add_axis(out_.axes, std::move(axis));
  }

 private:
  void entry(const std::string& key, const Value& value, const Where& where) {
    if (key == "zip") read_value(value, out_.zip, where);
    else if (key == "keep") words(value, out_.keep, keepable_names(), where);
    else if (key == "verbs") words(value, out_.verbs, kVerbs, where);
    else if (key == "window") windows(value, where);
    else for (SweepAxis& axis : axes_from(key, value, where)) add_axis(out_.axes, std::move(axis));
  }

  static void words(const Value& value, std::vector<std::string>& out, const std::vector<std::string>& known, const Where& where) {
    read_value(value, out, where);
    for (const std::string& word : out)
      if (std::find(known.begin(), known.end(), word) == known.end()) where.unknown("name", word, known);
  }

  void windows(const Value& table, const Where& where) {
    if (!table.as_object()) where.fail(table, "a table such as { \"init.scale\" = [1e-8, 1e-4] }");
    for (const auto& [axis, ends] : *table.as_object()) {
      std::vector<double> numbers;
      const Where at = where.key(axis, ends);
      read_value(ends, numbers, at);
      if (numbers.size() != 2 || !(numbers[0] > 0.0) || !(numbers[1] > numbers[0])) at.fail(ends, "two numbers 0 < from < to");
      for (const SweepWindow& other : out_.windows)
        if (other.axis == axis && (other.from != numbers[0] || other.to != numbers[1]))
          at.fail(cat("the window of ", axis, " was [", other.from, ", ", other.to, "] before"));
      if (std::none_of(out_.windows.begin(), out_.windows.end(), [&](const SweepWindow& w) { return w.axis == axis; }))
        out_.windows.push_back({axis, numbers[0], numbers[1]});
    }
  }

  // A later file that sets one value for what an earlier one sweeps: which of the two is meant?
  void refuse_fixing(const Value& spec, const std::string& path) const {
    std::vector<std::pair<std::string, int>> keys;
    if (spec.as_object()) collect_keys(spec, "", keys);
    for (const auto& [key, line] : keys)
      if (!find_dotted(spec, key)->as_object()) refuse_fixed_key(key, line ? cat(path, ":", line) : path);
  }

  void refuse_fixed_key(const std::string& key, const std::string& where) const {
    for (const SweepAxis& axis : out_.axes)
      if (axis.key == key || lies_within(key, axis.key) || lies_within(axis.key, key))
        throw InvalidInput(
            cat(where, ": sets ", printable(key), ", but ", axis.key, " is swept at ", axis.origin, "; remove one of the two"));
  }

  SweepSpec& out_;
};

void check_windows(const SweepSpec& sweep) {
  std::vector<std::string> keys;
  for (const auto& axis : sweep.axes) keys.push_back(axis.key);
  for (const SweepWindow& window : sweep.windows)
    if (std::find(keys.begin(), keys.end(), window.axis) == keys.end())
      throw InvalidInput(
          cat(sweep.files, ": sweep.window: ", in_quotes(window.axis), " is no axis", suggestion(window.axis, keys)));
}

void check_zip(const SweepSpec& sweep) {
  std::vector<std::string> keys, seen;
  for (const SweepAxis& axis : sweep.axes) keys.push_back(axis.key);
  for (const auto& group : sweep.zip) {
    const SweepAxis* first = nullptr;
    for (const std::string& key : group) {
      const auto axis = std::find_if(sweep.axes.begin(), sweep.axes.end(), [&](const SweepAxis& a) { return a.key == key; });
      const std::string where = cat(sweep.files, ": sweep.zip: ");
      if (axis == sweep.axes.end()) throw InvalidInput(cat(where, in_quotes(key), " is no axis", suggestion(key, keys)));
      if (std::find(seen.begin(), seen.end(), key) != seen.end()) throw InvalidInput(cat(where, key, " occurs twice"));
      seen.push_back(key);
      if (!first) first = &*axis;
      if (axis->size() != first->size())
        throw InvalidInput(cat(where, first->key, " has ", first->size(), " values, ", key, " has ", axis->size(),
                               "; axes that advance together have as many"));
    }
  }
}

}  // namespace

SweepVerbs SweepSpec::wanted() const {
  if (verbs.empty()) return {};
  const auto has = [&](const char* verb) { return std::find(verbs.begin(), verbs.end(), verb) != verbs.end(); };
  return {has("simulate"), has("predict") || has("solve"), has("solve")};
}

namespace {

SweepSpec blank_sweep(const std::string& first_file, std::string files) {
  SweepSpec out;
  out.base = Value::Object{};
  out.files = std::move(files);
  const std::filesystem::path first(first_file);
  out.folder = first.has_parent_path() ? first.parent_path().string() : ".";
  return out;
}

void finish(SweepSpec& sweep, const std::string& first_file) {
  if (sweep.axes.empty())
    throw InvalidInput(
        cat(sweep.files,
            ": nothing is swept; expected [sweep] with an axis such as \"init.scale\" = [0.1, 1.0], or --sweep init.scale=0.1,1"));
  check_zip(sweep);
  check_windows(sweep);
  const Value* name = sweep.base.find("name");
  sweep.name = name && name->as_string() ? *name->as_string() : std::filesystem::path(first_file).stem().string();
}

}  // namespace

SweepSpec read_sweep(const std::vector<std::string>& files, const std::vector<std::string>& settings,
                     const std::vector<std::string>& sweeps, std::uint64_t seed) {
  PENCHANT_CHECK(!files.empty());
  SweepSpec out = blank_sweep(files.front(), join(files, ", "));
  out.seed = seed;
  SweepReader reader(out);
  for (const std::string& file : files) reader.file(file);
  for (const std::string& text : sweeps) reader.sweep(text);
  for (const std::string& text : settings) reader.setting(text);
  finish(out, files.front());
  return out;
}

SweepSpec sweep_from(const Value& spec, const std::string& file) {
  SweepSpec out = blank_sweep(file, file);
  SweepReader(out).layer(spec, file);
  finish(out, file);
  return out;
}

Value to_value(const SweepSpec& sweep) {
  Value::List axes;
  for (const SweepAxis& axis : sweep.axes) {
    Value entry = Value::object({{"key", axis.key}, {"count", axis.size()}});
    entry.set("values", values_value(axis));
    axes.push_back(std::move(entry));
  }
  Value out = Value::object({{"name", sweep.name},
                        {"spec", sweep.base},
                        {"axes", axes},
                        {"zip", write_value(sweep.zip)},
                        {"keep", write_value(sweep.keep)},
                        {"verbs", write_value(sweep.verbs.empty() ? kVerbs : sweep.verbs)},
                        {"seed", sweep.seed}});
  if (sweep.windows.empty()) return out;
  Value windows = Value::Object{};
  for (const SweepWindow& window : sweep.windows) windows.set(window.axis, Value::List{window.from, window.to});
  out.set("window", std::move(windows));
  return out;
}

}  // namespace penchant
