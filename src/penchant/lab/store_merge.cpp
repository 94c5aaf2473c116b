#include "penchant/lab/store_merge.h"

#include <algorithm>
#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/core/hash.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr std::size_t kBatch = 10'000;                       // trials a write
constexpr std::uint64_t kMaxArray = std::uint64_t{1} << 36;  // bytes

void require_one_sweep(const std::vector<Store>& sources) {
  if (sources.empty()) throw InvalidInput("merge: no store, expected one or more");
  for (const Store& source : sources)
    if (const std::string difference = sweep_difference(sources[0].sweep(), source.sweep()); !difference.empty())
      throw StoreError(cat(source.folder(), ": another sweep than ", sources[0].folder(), ": ", difference));
}

void copy_array(const Store& from, const Store& to, const std::string& key, const StoredArray& array) {
  const std::string source = from.array_path(key, array.name), target = to.array_path(key, array.name);
  const std::string bytes = read_file(source, kMaxArray);
  if (checksum(bytes) != array.checksum)
    throw StoreDamaged(cat(source, ": does not match its checksum; its trial must be run again"));
  write_durably(target, bytes);
}

void copy_trials(const Store& from, const Store& to, JournalWriter& writer) {
  std::vector<JournalEntry> batch;
  from.each_trial([&](const JournalEntry& entry) {
    if (!entry.arrays.empty()) make_folder(to.folder() + "/arrays");
    for (const StoredArray& array : entry.arrays) copy_array(from, to, entry.result.key, array);
    batch.push_back(entry);
    if (batch.size() < kBatch) return;
    writer.append(batch);
    batch.clear();
  });
  writer.append(batch);
}

}  // namespace

MergeSummary merge_stores(const std::vector<Store>& sources, const std::string& out) {
  require_one_sweep(sources);
  std::error_code code;
  if (std::filesystem::exists(out + "/sweep.json", code)) throw StoreError(cat(out, ": is a store already; choose another folder"));
  const Store merged = Store::create_or_open(out, sources[0].sweep());
  {
    JournalWriter writer = merged.writer("merged");
    for (const Store& source : sources) copy_trials(source, merged, writer);
  }
  const FoldSummary folded = merged.fold();
  return {folded.added, merged.sweep().trials - std::min(merged.sweep().trials, folded.added), folded.contradictions};
}

}  // namespace penchant
