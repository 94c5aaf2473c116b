#include "penchant/lab/grid.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "penchant/core/hash.h"
#include "penchant/core/json.h"
#include "penchant/lab/layers.h"

namespace penchant {

namespace {

constexpr std::size_t kMostParts = 4096;         // kept by a reader, of each table
constexpr std::uint64_t kMostChecked = 10'000;   // values of an axis that are tried before anything runs

std::string_view table_of(std::string_view key) { return key.substr(0, key.find('.')); }

bool contains(const std::vector<std::size_t>& items, std::size_t item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

// "12 x 10 x 7 = 840"; the count itself where an integer holds it.
std::string count_text(const std::vector<std::uint64_t>& sizes) {
  std::uint64_t exact = 1;
  bool overflows = false;
  double rough = 1.0;
  std::vector<std::string> factors;
  for (std::uint64_t size : sizes) {
    rough *= static_cast<double>(size);
    overflows = __builtin_mul_overflow(exact, size, &exact) || overflows;
    factors.push_back(std::to_string(size));
  }
  const std::string count = overflows ? cat("about ", rough) : std::to_string(exact);
  return sizes.size() > 1 ? cat(count, " trials (", join(factors, " x "), ")") : cat(count, " trials");
}

// The message of an unreadable trial, led by the axis that it is about.
std::string with_axis(const SweepSpec& sweep, const std::string& message) {
  for (const SweepAxis& axis : sweep.axes)
    if (message.find(cat(" ", axis.key, ": ")) != std::string::npos && !message.starts_with(axis.origin))
      return cat(axis.origin, ": ", message);
  return message;
}

}  // namespace

Grid::Grid(SweepSpec sweep) : sweep_(std::move(sweep)) {
  make_groups();
  make_tables();
  check_values();
}

void Grid::make_groups() {
  std::vector<std::uint64_t> sizes;
  group_of_.assign(sweep_.axes.size(), 0);
  std::vector<bool> placed(sweep_.axes.size(), false);
  for (std::size_t a = 0; a < sweep_.axes.size(); ++a) {
    if (placed[a]) continue;
    Group group{{a}, sweep_.axes[a].size(), 1};
    for (const auto& zip : sweep_.zip)
      if (std::find(zip.begin(), zip.end(), sweep_.axes[a].key) != zip.end())
        for (std::size_t b = 0; b < sweep_.axes.size(); ++b)
          if (b != a && std::find(zip.begin(), zip.end(), sweep_.axes[b].key) != zip.end()) group.axes.push_back(b);
    for (std::size_t member : group.axes) {
      placed[member] = true;
      group_of_[member] = groups_.size();
    }
    sizes.push_back(group.size);
    groups_.push_back(std::move(group));
  }
  double rough = 1.0;
  for (std::uint64_t size : sizes) rough *= static_cast<double>(size);
  if (rough > static_cast<double>(kMostTrials))
    throw InvalidInput(cat(sweep_.files, ": sweep: ", count_text(sizes), ", more than ", kMostTrials,
                           "; make the axes shorter or sweep one part at a time"));
  for (std::size_t g = groups_.size(); g-- > 0;) {
    groups_[g].stride = size_;
    size_ *= groups_[g].size;
  }
}

void Grid::make_tables() {
  const Value& base = sweep_.base;
  const auto& training = identity_tables(false);
  bool limit = base.find("limit") != nullptr;
  for (const SweepAxis& axis : sweep_.axes) limit = limit || table_of(axis.key) == "limit";
  const auto& names = identity_tables(limit);
  for (const std::string& name : names) {
    Table table{name, base.find(name) ? *base.find(name) : Value(), {}, {}};
    for (std::size_t a = 0; a < sweep_.axes.size(); ++a)
      if (table_of(sweep_.axes[a].key) == name) {
        table.axes.push_back(a);
        if (!contains(table.groups, group_of_[a])) table.groups.push_back(group_of_[a]);
      }
    std::sort(table.groups.begin(), table.groups.end());
    tables_.push_back(std::move(table));
  }
  for (const SweepAxis& axis : sweep_.axes) {
    std::vector<std::string> known = names;
    for (const std::string& name : training)
      if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
    if (std::find(known.begin(), known.end(), table_of(axis.key)) == known.end())
      throw InvalidInput(
          cat(axis.origin, ": ", in_quotes(axis.key), " is no key of a spec", suggestion(table_of(axis.key), known)));
  }
  const std::vector<std::size_t>& of_data = tables_.front().groups;
  work_ = of_data;
  for (std::size_t g = 0; g < groups_.size(); ++g)
    if (!contains(work_, g)) work_.push_back(g);
}

// The trial of first values goes the long way, through the same function as `run`: an unknown key, a missing table,
// a wrong value say so before anything runs. Then every value of every axis, the others at their first.
void Grid::check_values() const {
  Value first = sweep_.base;
  try {
    for (const SweepAxis& axis : sweep_.axes) set_dotted(first, axis.key, axis.at(0), axis.origin);
    experiment_from(first, sweep_.files, sweep_.folder, sweep_.seed);
  } catch (const InvalidInput& error) {
    throw InvalidInput(with_axis(sweep_, error.what()));
  }
  TrialReader reader(*this);
  for (const Group& group : groups_) {
    std::unordered_map<std::string, std::uint64_t> keys;
    for (std::uint64_t i = 0; i < std::min(group.size, kMostChecked); ++i) {
      const TrialSpec trial = reader.trial(i * group.stride);
      const SweepAxis& axis = sweep_.axes[group.axes.front()];
      if (!trial.refusal.empty()) throw InvalidInput(with_axis(sweep_, trial.refusal));
      const auto [same, is_new] = keys.emplace(trial.key, i);
      if (!is_new)
        throw InvalidInput(cat(axis.origin, ": ", axis.key, ": values ", same->second + 1, " (", axis.at(same->second).describe(),
                               ") and ", i + 1, " (", axis.at(i).describe(), ") describe the same trial"));
    }
  }
}

std::uint64_t Grid::index_at(std::uint64_t place) const {
  std::uint64_t index = 0;
  for (std::size_t w = work_.size(); w-- > 0;) {
    const Group& group = groups_[work_[w]];
    index += place % group.size * group.stride;
    place /= group.size;
  }
  return index;
}

TrialSpec Grid::trial(std::uint64_t index) const { return TrialReader(*this).trial(index); }

std::vector<const SweepAxis*> Grid::axes_of(std::size_t group) const {
  std::vector<const SweepAxis*> out;
  for (std::size_t axis : groups_[group].axes) out.push_back(&sweep_.axes[axis]);
  return out;
}

std::uint64_t Grid::with_position(std::uint64_t index, std::size_t group, std::uint64_t place) const {
  return index + (place - position(index, group)) * groups_[group].stride;
}

std::uint64_t Grid::nth_with_position(std::uint64_t n, std::size_t group, std::uint64_t place) const {
  const auto [slower, faster] = std::pair{n / groups_[group].stride, n % groups_[group].stride};
  return (slower * groups_[group].size + place) * groups_[group].stride + faster;
}

TrialReader::TrialReader(const Grid& grid) : grid_(grid), cache_(grid.tables_.size()) {
  blank_.name = grid.sweep_.name;
  blank_.folder = grid.sweep_.folder;
  blank_.seed = grid.sweep_.seed;
}

std::uint64_t TrialReader::place_in(const Grid::Table& table, std::uint64_t index) const {
  std::uint64_t place = 0;
  for (std::size_t group : table.groups) place = place * grid_.groups_[group].size + grid_.position(index, group);
  return place;
}

std::uint64_t TrialReader::data_group(std::uint64_t index) const { return place_in(grid_.tables_.front(), index); }

TrialReader::PartPtr TrialReader::read(const Grid::Table& table, std::uint64_t index) const {
  Value spec = Value::Object{};
  if (!table.given.is_null()) spec.set(table.name, table.given);
  auto part = std::make_shared<Part>();
  try {
    for (std::size_t a : table.axes) {
      const SweepAxis& axis = grid_.sweep_.axes[a];
      set_dotted(spec, axis.key, axis.at(grid_.position(index, grid_.group_of_[a])), axis.origin);
    }
    const Value* given = spec.find(table.name);
    part->resolved = resolve_part(table.name, given ? *given : Value(), Where{grid_.sweep_.files, "", 0}, grid_.sweep_.seed);
  } catch (const InvalidInput& error) {
    part->refusal = error.what();
    part->resolved.json = cat("unreadable ", to_json(spec, -1));
  }
  return part;
}

const TrialReader::Part& TrialReader::part(std::size_t table, std::uint64_t index) {
  auto& cache = cache_[table];
  const std::uint64_t place = place_in(grid_.tables_[table], index);
  const auto found = cache.find(place);
  if (found != cache.end()) return *found->second;
  if (cache.size() >= kMostParts) cache.clear();
  return *cache.emplace(place, read(grid_.tables_[table], index)).first->second;
}

std::string TrialReader::key(std::uint64_t index) {
  std::vector<std::pair<std::string_view, std::string_view>> identity;
  for (std::size_t t = 0; t < cache_.size(); ++t) identity.emplace_back(grid_.tables_[t].name, part(t, index).resolved.json);
  return identity_hash(identity);
}

TrialSpec TrialReader::trial(std::uint64_t index) {
  PENCHANT_CHECK(index < grid_.size());
  TrialSpec out{index, key(index), Value::Object{}, blank_, {}};
  for (std::size_t t = 0; t < cache_.size(); ++t) {
    const Part& part = this->part(t, index);
    if (part.refusal.empty()) assign(out.experiment, part.resolved.part);
    else if (out.refusal.empty()) out.refusal = part.refusal;
  }
  out.experiment.hash = out.key;
  for (std::size_t a = 0; a < grid_.sweep_.axes.size(); ++a)
    out.assignments.set(grid_.sweep_.axes[a].key, grid_.sweep_.axes[a].at(grid_.position(index, grid_.group_of_[a])));
  return out;
}

}  // namespace penchant
