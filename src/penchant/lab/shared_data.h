// Data sets, and the facts that follow from them alone, computed once for all trials that share them. Thread-safe:
// who needs data that another thread is loading waits for it. What was used longest ago is forgotten first.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "penchant/data/load.h"
#include "penchant/lab/facts.h"

namespace penchant {

class SharedData {
 public:
  // Keeps at most so many bytes of features, and always the data used last.
  explicit SharedData(std::uint64_t most_bytes = 64'000'000) : most_bytes_(most_bytes) {}

  DatasetPtr load(const DataSpec& spec, const std::string& folder);       // as load_dataset; throws as it does, every time
  Facts facts(const Problem& problem, const Dynamics& dynamics);          // as compute_facts

  std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    std::mutex busy;
    DatasetPtr data;
    std::map<std::vector<Fact>, Facts> facts;
    std::uint64_t bytes = 0;  // guarded by the whole's mutex
  };
  using EntryPtr = std::shared_ptr<Entry>;

  Facts shared_facts(const EntryPtr& e, const std::vector<Fact>& wanted, const Problem& problem);
  EntryPtr entry(const std::string& key);
  EntryPtr entry_of(const Dataset* data) const;
  void weigh(const EntryPtr& entry, std::uint64_t bytes);

  std::uint64_t most_bytes_;
  mutable std::mutex mutex_;
  std::list<EntryPtr> entries_;  // used last, first
};

}  // namespace penchant
