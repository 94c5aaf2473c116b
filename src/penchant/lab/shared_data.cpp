#include "penchant/lab/shared_data.h"

#include <algorithm>

#include "penchant/core/json.h"
#include "penchant/lab/facts_magnification.h"
#include "penchant/theory/prediction.h"

namespace penchant {

namespace {

constexpr std::size_t kMostEntries = 64;

std::uint64_t bytes_of(const Dataset& data) {
  const Index test = data.test_features ? data.test_features->rows() : 0;
  return 8 * static_cast<std::uint64_t>((data.samples() + test + 2) * (data.dimension() + 1));
}

}  // namespace

std::size_t SharedData::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

SharedData::EntryPtr SharedData::entry(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const EntryPtr& e) { return e->key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
  } else {
    entries_.push_front(std::make_shared<Entry>());
    entries_.front()->key = key;
  }
  return entries_.front();
}

SharedData::EntryPtr SharedData::entry_of(const Dataset* data) const {
  const std::lock_guard lock(mutex_);
  for (const EntryPtr& e : entries_)
    if (e->bytes > 0 && e->data.get() == data) return e;
  return nullptr;
}

void SharedData::weigh(const EntryPtr& entry, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  entry->bytes = bytes;
  std::uint64_t total = 0;
  for (const EntryPtr& e : entries_) total += e->bytes;
  while (entries_.size() > 1 && (total > most_bytes_ || entries_.size() > kMostEntries)) {
    total -= entries_.back()->bytes;
    entries_.pop_back();  // who uses it keeps it
  }
}

DatasetPtr SharedData::load(const DataSpec& spec, const std::string& folder) {
  const EntryPtr e = entry(cat(folder, "\n", to_json(to_value(spec), -1)));
  const std::lock_guard lock(e->busy);
  if (!e->data) {
    e->data = load_dataset(spec, folder);
    weigh(e, bytes_of(*e->data));
  }
  return e->data;
}

Facts SharedData::facts(const Problem& problem, const Dynamics& dynamics) {
  const EntryPtr e = entry_of(problem.data.get());
  std::vector<Fact> wanted = facts_needed(problem, dynamics);
  // the two facts that are not of the data
  const bool of_data = std::find(wanted.begin(), wanted.end(), Fact::potential_matrix) == wanted.end();
  if (!e || !of_data) return compute_facts(problem, dynamics);
  const bool of_start = std::erase(wanted, Fact::magnification) > 0;
  Facts out = shared_facts(e, wanted, problem);
  if (of_start && out.positive_l1_norm) out.log_magnification = self_consistent_magnification(problem, *out.positive_l1_norm);
  return out;
}

Facts SharedData::shared_facts(const EntryPtr& e, const std::vector<Fact>& wanted, const Problem& problem) {
  const std::lock_guard lock(e->busy);
  const auto found = e->facts.find(wanted);
  if (found != e->facts.end()) return found->second;
  return e->facts.emplace(wanted, compute_facts(problem, wanted)).first->second;
}

}  // namespace penchant
