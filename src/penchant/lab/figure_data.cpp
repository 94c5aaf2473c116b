#include "penchant/lab/figure_data.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/layers.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kArray = "array.";
constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();
const std::vector<std::string> kVerdicts = {"agrees", "disagrees", "undecided"};

bool is_verdict(std::string_view name) { return std::find(kVerdicts.begin(), kVerdicts.end(), name) != kVerdicts.end(); }

// "array.w.3" -> {"w", 3}; 0: all of the array, or none of one.
std::pair<std::string_view, Index> one_entry(std::string_view name) {
  if (!name.starts_with(kArray)) return {name, 0};
  name.remove_prefix(kArray.size());
  const std::size_t dot = name.rfind('.');
  Index entry = 0;
  if (dot == std::string_view::npos) return {name, 0};
  const auto [end, code] = std::from_chars(name.data() + dot + 1, name.data() + name.size(), entry);
  return code == std::errc() && end == name.data() + name.size() && entry > 0 ? std::pair{name.substr(0, dot), entry}
                                                                              : std::pair{name, Index(0)};
}

bool is_whole_array(std::string_view name) { return name.starts_with(kArray) && one_entry(name).second == 0; }

double as_number(const Value& value) {
  if (value.is_number()) return value.number();
  if (const bool* b = value.as_bool()) return *b ? 1.0 : 0.0;
  return kNaN;
}

bool sweeps(const FigurePart& part, const std::string& key) {
  return std::any_of(part.sweep.axes.begin(), part.sweep.axes.end(), [&](const SweepAxis& axis) { return axis.key == key; });
}

std::vector<std::string> shared_axes(const FigurePart& a, const FigurePart& b) {
  std::vector<std::string> keys;
  for (const SweepAxis& axis : a.sweep.axes)
    if (sweeps(b, axis.key)) keys.push_back(axis.key);
  return keys;
}

std::string values_of(const TrialResult& trial, const std::vector<std::string>& keys) {
  Value::List values;
  for (const std::string& key : keys) values.push_back(*trial.assignments.find(key));
  return to_json(Value(values), -1);
}

// The trials of each combination of shared values, in the order of the grid.
std::map<std::string, std::vector<std::size_t>> groups_by(const FigureRows& rows, const std::vector<std::string>& keys) {
  std::map<std::string, std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < rows.trials.size(); ++i) out[values_of(rows.trials[i], keys)].push_back(i);
  return out;
}

}  // namespace

FigureData::FigureData(const FigureSpec& figure, std::vector<FigureRows> parts) : figure_(figure), parts_(std::move(parts)) {
  add_distances();
}

std::size_t FigureData::place(const std::string& part) const {
  for (std::size_t i = 0; i < parts_.size(); ++i)
    if (parts_[i].part->name == part) return i;
  PENCHANT_CHECK(false);
  return 0;
}

const std::vector<std::size_t>& FigureData::partners(std::size_t part, std::size_t other, const Where& where) const {
  auto [at, is_new] = partners_.try_emplace({part, other});
  if (!is_new) return at->second;
  const std::vector<std::string> keys = shared_axes(*parts_[part].part, *parts_[other].part);
  const auto own = groups_by(parts_[part], keys), theirs = groups_by(parts_[other], keys);
  at->second.assign(parts_[part].trials.size(), kNobody);
  for (const auto& [values, members] : own) {
    const auto found = theirs.find(values);
    if (found == theirs.end()) continue;
    if (found->second.size() != 1 && found->second.size() != members.size())
      where.fail(cat("trials of ", parts_[part].part->name, " and ", parts_[other].part->name, " cannot be paired: ",
                     members.size(), " and ", found->second.size(), " of them have the same values on the axes that both sweep"));
    for (std::size_t i = 0; i < members.size(); ++i) at->second[members[i]] = found->second[found->second.size() == 1 ? 0 : i];
  }
  return at->second;
}

std::size_t FigureData::partner(std::size_t part, std::size_t trial, std::size_t other, const Where& where) const {
  return partners(part, other, where)[trial];
}

FigureData::Place FigureData::resolved(std::size_t part, std::size_t trial, std::string_view name, const Where& where) const {
  for (std::size_t other = 0; other < parts_.size(); ++other) {
    const std::string& prefix = parts_[other].part->name;
    if (name.size() > prefix.size() + 1 && name.starts_with(prefix) && name[prefix.size()] == '.')
      return {other, other == part ? trial : partner(part, trial, other, where), name.substr(prefix.size() + 1)};
  }
  return {part, trial, name};
}

const Vector* FigureData::array_of(const Place& at) const {
  if (at.trial == kNobody) return nullptr;
  for (const auto& [name, values] : parts_[at.part].trials[at.trial].arrays)
    if (name == at.name) return &values;
  return nullptr;
}

double FigureData::own_number(const Place& at, const Where& where) const {
  if (const auto [array, entry] = one_entry(at.name); entry > 0) {
    const Vector* values = array_of({at.part, at.trial, array});
    return values && entry <= values->size() ? (*values)[entry - 1] : kNaN;
  }
  const FigureRows& rows = parts_[at.part];
  const bool is_distance = rows.distances.count(std::string(at.name)) > 0;
  const Value* constant = find_dotted(rows.part->sweep.base, at.name);
  const auto& names = trial_value_names();
  const bool is_value = std::find(names.begin(), names.end(), at.name) != names.end();
  if (!is_distance && !is_value && !is_verdict(at.name) && !constant && !sweeps(*rows.part, std::string(at.name))) {
    std::vector<std::string> known = names;
    for (const SweepAxis& axis : rows.part->sweep.axes) known.push_back(axis.key);
    for (const auto& [name, values] : rows.distances) known.push_back(name);
    where.fail(cat("unknown name ", in_quotes(at.name), suggestion(at.name, known)));
  }
  if (at.trial == kNobody) return kNaN;
  const TrialResult& trial = rows.trials[at.trial];
  if (is_distance) return rows.distances.at(std::string(at.name))[static_cast<Index>(at.trial)];
  if (const Value* assigned = trial.assignments.find(at.name)) return as_number(*assigned);
  if (is_verdict(at.name)) {
    const Value* verdict = trial.values.find("verdict");
    const Value* trivial = trial.values.find("trivial");
    if (trivial && trivial->as_bool() && *trivial->as_bool()) return kNaN;
    return verdict && verdict->as_string() ? (*verdict->as_string() == at.name ? 1.0 : 0.0) : kNaN;
  }
  if (const Value* value = trial.values.find(at.name)) return as_number(*value);
  return constant ? as_number(*constant) : kNaN;
}

double FigureData::number(const std::string& part, std::size_t trial, std::string_view name, const Where& where) const {
  return own_number(resolved(place(part), trial, name, where), where);
}

Index FigureData::entries(const std::string& part, std::size_t trial, const std::vector<std::string>& names,
                          const Where& where) const {
  Index length = 0;
  for (const std::string& name : names) {
    Place at = resolved(place(part), trial, name, where);
    if (!is_whole_array(at.name)) continue;
    at.name.remove_prefix(kArray.size());
    if (const Vector* values = array_of(at)) length = std::max(length, values->size());
  }
  return length;
}

double FigureData::number_at(const std::string& part, std::size_t trial, Index entry, std::string_view name,
                             const Where& where) const {
  if (name == "entry") return static_cast<double>(entry + 1);
  Place at = resolved(place(part), trial, name, where);
  if (!is_whole_array(at.name)) return own_number(at, where);
  at.name.remove_prefix(kArray.size());
  const Vector* values = array_of(at);
  return values && entry < values->size() ? (*values)[entry] : kNaN;
}

bool FigureData::is_true(const Expression& formula, const std::string& part, std::size_t trial, const Where& where) const {
  const double value = formula([&](std::string_view name) { return number(part, trial, name, where); });
  return std::isfinite(value) && value != 0.0;
}

void FigureData::add_distances() {
  for (const FigureDistance& d : figure_.distances) {
    const Where where{figure_.name, cat("distances.", d.name), 0};
    const std::size_t part = place(d.part);
    Vector column = Vector::Constant(static_cast<Index>(parts_[part].trials.size()), kNaN);
    for (std::size_t trial = 0; trial < parts_[part].trials.size(); ++trial) {
      const Vector* a = array_of(resolved(part, trial, d.from, where));
      const Vector* b = array_of(resolved(part, trial, d.to, where));
      if (!a || !b) continue;
      if (a->size() != b->size()) where.fail(cat(d.from, " has ", a->size(), " entries, ", d.to, " has ", b->size()));
      column[static_cast<Index>(trial)] = (*a - *b).norm() / b->norm();
    }
    parts_[part].distances.emplace(d.name, std::move(column));
  }
}

}  // namespace penchant
