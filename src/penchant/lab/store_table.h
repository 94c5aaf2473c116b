// The trials of a store by columns: what reports, figures and exports read.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penchant/core/value.h"
#include "penchant/lab/trial.h"

namespace penchant {

// 128 bits of TrialResult::key.
struct TrialKey {
  std::array<unsigned char, 16> bytes{};
  static TrialKey from_text(std::string_view hexadecimal);  // 32 digits; throws InvalidInput
  static TrialKey from_bytes(std::string_view bytes);        // 16, as store.sqlite holds them
  std::string text() const;
  bool operator==(const TrialKey&) const = default;
};
struct TrialKeyHash {
  std::size_t operator()(const TrialKey& key) const;  // its first bytes: a key is a hash already
};

struct StoreColumn {
  std::string name;                   // "init.scale", "distance"
  bool axis = false;                  // an axis of the sweep; otherwise one of the trial's values
  bool boolean = false;               // numbers are 0 and 1
  bool integer = false;               // every number was written without a point
  std::vector<double> numbers;        // a row each; NaN where there is none or a word
  std::vector<std::int32_t> words;    // a row each, into `dictionary`, -1 where there is none; empty if the column holds no word
  std::vector<std::string> dictionary;  // tables and lists as their JSON
  Value value(std::size_t row) const;
};

struct TableOptions {
  std::vector<std::string> columns;  // names of axes and values to read; empty: all
  bool texts = false;                // the sentence of every trial; without it only of those that are not done
};

// One row a trial, in order of its place in the grid.
struct StoreTable {
  std::vector<std::uint64_t> index;
  std::vector<TrialKey> keys;
  std::vector<TrialOutcome> outcomes;
  std::vector<std::string> texts;
  std::vector<double> seconds;
  std::vector<StoreColumn> columns;  // axes first, each in order of their first appearance
  std::uint64_t trials = 0;          // in the whole grid: index.size() of them are here

  std::size_t rows() const { return index.size(); }
  const StoreColumn* find(std::string_view name) const;
};

}  // namespace penchant
