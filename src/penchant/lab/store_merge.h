// Stores of one sweep into one: shards that ran apart.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "penchant/lab/store.h"

namespace penchant {

struct MergeSummary {
  std::uint64_t trials = 0;                 // in the new store
  std::uint64_t missing = 0;                // of the grid
  std::vector<std::string> contradictions;  // see FoldSummary
};

// Makes `out` from all trials of `sources`, in their order; of a trial that several of them have,
// what Store::fold would keep. Throws StoreError: `out` exists, sources of different sweeps (with the first difference), a broken
// array. The sources stay as they are.
MergeSummary merge_stores(const std::vector<Store>& sources, const std::string& out);

}  // namespace penchant
