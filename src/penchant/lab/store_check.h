// Is everything in a store as it was written, and how much of the sweep is there?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "penchant/lab/store.h"

namespace penchant {

struct StoreCheck {
  std::uint64_t trials = 0;                         // in the grid
  std::uint64_t done = 0, refused = 0, failed = 0;  // in the store
  std::uint64_t missing = 0;
  std::uint64_t journals = 0, entries = 0, arrays = 0;
  std::vector<std::string> damage;                  // a sentence each: file, place, what is wrong
  std::vector<std::string> notes;                   // harmless: the unfinished last line of a journal
};

// Reads everything: every line of every journal against its checksum and against the table, the table's own structure,
// every array against its length and checksum. Folds first where it may.
StoreCheck check_store(const Store& store);

}  // namespace penchant
