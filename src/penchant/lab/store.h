// The results of one sweep, on disk, as they come:
//   STORE/sweep.json        what is swept (schema penchant/sweep/1)      STORE/journal/NAME.journal   finished trials,
//                           see journal.h
//   STORE/store.sqlite      the journals folded into one table           STORE/arrays/KEY.NAME.npy    what [sweep] keep names
// Nothing is ever overwritten. Formats: docs/store.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "penchant/lab/journal.h"
#include "penchant/lab/store_table.h"

namespace penchant {

using TrialKeys = std::unordered_set<TrialKey, TrialKeyHash>;

struct SweepDescription {
  Value sweep;               // the layered spec, resolved, and its axes: the identity of the sweep
  std::uint64_t trials = 0;  // in the whole grid
  Value provenance;          // who made the store; no part of the identity
};

// In what two sweeps differ first ("axes[0].values[1] is 1.0 there, 2.0 here"); empty if they are the same. Their name does not
// count.
std::string sweep_difference(const SweepDescription& there, const SweepDescription& here);

struct FoldSummary {
  std::uint64_t added = 0;                 // trials new to the table
  std::uint64_t replaced = 0;              // failed ones that a later attempt took the place of
  std::vector<JournalDamage> damage;       // bytes of journals that hold no trial, a torn end included
  std::vector<std::string> contradictions;  // one place in the grid, two specs: the first stays
};

class StoreDatabase;

class Store {
 public:
  // Makes the store, or opens it if it is a store of the same sweep. Throws StoreError: a folder with something else in it,
  // a store of another sweep (naming the first difference), of a newer schema, no permission. Safe from several processes at once.
  static Store create_or_open(const std::string& folder, const SweepDescription& sweep);
  static Store open(const std::string& folder);

  const std::string& folder() const { return folder_; }
  const SweepDescription& sweep() const { return sweep_; }
  std::string array_path(std::string_view key, std::string_view name) const;

  // For reading: folded first; where the store may not be written, a private copy.
  StoreDatabase readable() const;
  StoreDatabase refolded() const;  // a private table, from the journals alone

  JournalWriter writer(const std::string& name) const { return JournalWriter(folder_, name); }
  std::vector<std::string> journals() const;  // paths, sorted
  std::string database_path() const { return folder_ + "/store.sqlite"; }

  // Brings every finished trial of the journals into store.sqlite. One process at a time (another waits);
  // what has been folded is not read again; killed at any moment it loses nothing. Works while journals are being written.
  // Throws StoreError;
  // StoreBusy if another process still folds after `patience` seconds.
  FoldSummary fold(double patience = 60.0) const;

  // All trials that are finished now, whether folded or not. Where the store may not be written, a private copy is folded instead.
  StoreTable table(const TableOptions& options = {}) const;
  // In order of the grid, one at a time.
  void each_trial(const std::function<void(const JournalEntry&)>& take) const;

  // What need not be computed again: done and refused, and failed unless `retry_failed`.
  TrialKeys done_keys(bool retry_failed = false) const;
  // The same by place in the grid, one bit a trial (`sweep().trials` of them): needs no spec to be resolved.
  std::vector<bool> done_indices(bool retry_failed = false) const;

 private:
  Store(std::string folder, SweepDescription sweep) : folder_(std::move(folder)), sweep_(std::move(sweep)) {}

  std::string folder_;
  SweepDescription sweep_;
};

}  // namespace penchant
