// The results of one sweep, on disk, as they come:
//   STORE/sweep.json        what is swept (schema penchant/sweep/1)      STORE/journal/NAME.journal   finished trials, see journal.h
//   STORE/store.sqlite      the journals folded into one table           STORE/arrays/KEY.NAME.npy    what [sweep] keep names
// Nothing is ever overwritten. Formats: docs/store.md.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "penchant/lab/journal.h"

namespace penchant {

// 128 bits of TrialResult::key.
struct TrialKey {
  std::array<std::uint64_t, 2> bits{};
  static TrialKey from_text(std::string_view hexadecimal);  // 32 digits; throws InvalidInput
  bool operator==(const TrialKey&) const = default;
};
struct TrialKeyHash {
  std::size_t operator()(const TrialKey& key) const { return key.bits[0]; }  // a key is a hash already
};
using TrialKeys = std::unordered_set<TrialKey, TrialKeyHash>;

struct SweepDescription {
  Value sweep;               // the layered spec, resolved, and its axes: the identity of the sweep
  std::uint64_t trials = 0;  // in the whole grid
  Value provenance;          // who made the store; no part of the identity
};

class Store {
 public:
  // Makes the store, or opens it if it is a store of the same sweep. Throws StoreError: a folder with something else in it, a store of
  // another sweep (naming the first difference), of a newer schema, no permission. Safe from several processes at once.
  static Store create_or_open(const std::string& folder, const SweepDescription& sweep);
  static Store open(const std::string& folder);

  const std::string& folder() const { return folder_; }
  const SweepDescription& sweep() const { return sweep_; }
  std::string array_path(std::string_view key, std::string_view name) const;

  JournalWriter writer(const std::string& name) const { return JournalWriter(folder_, name); }
  std::vector<std::string> journals() const;  // paths, sorted

  // What need not be computed again: done and refused, and failed unless `retry_failed`.
  TrialKeys done_keys(bool retry_failed = false) const;
  // The same by place in the grid, one bit a trial (`sweep().trials` of them): needs no spec to be resolved.
  std::vector<bool> done_indices(bool retry_failed = false) const;

 private:
  Store(std::string folder, SweepDescription sweep) : folder_(std::move(folder)), sweep_(std::move(sweep)) {}
  void each_finished(bool retry_failed, const std::function<void(const TrialResult&)>& take) const;

  std::string folder_;
  SweepDescription sweep_;
};

}  // namespace penchant
