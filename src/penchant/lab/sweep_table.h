// Statistics over the trials of a sweep: which rows, grouped by which axes, summed up over the rest (seeds).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "penchant/lab/store_table.h"
#include "penchant/lab/summary.h"

namespace penchant {

// How much of a grid there is.
struct SweepCount {
  std::uint64_t trials = 0;  // in the grid
  std::uint64_t done = 0, refused = 0, failed = 0;

  std::uint64_t present() const { return done + refused + failed; }
  std::uint64_t missing() const { return trials - present(); }
  bool complete() const { return missing() == 0 && failed == 0; }  // what theory refuses is a result
  std::string text() const;  // "97 of 100 trials: 3 missing, 1 failed", or "all 100 trials, 2 of them refused"
};
SweepCount count_trials(const StoreTable& table);

// Throws InvalidInput, naming `where` and the numbers, unless the sweep is complete: missing trials are no random sample,
// and a mean over the rest misleads.
void require_complete(const StoreTable& table, const std::string& where);

using Rows = std::vector<std::uint32_t>;
Rows all_rows(const StoreTable& table);
// Rows in which every named axis or value has this value (numbers as numbers: 1 is 1.0).
// Throws InvalidInput for a name the table lacks.
Rows rows_where(const StoreTable& table, const std::vector<std::pair<std::string, Value>>& conditions);

// The different values of a column and which of them each row has.
struct Levels {
  std::string name;
  bool numeric = false;              // every value is a number; then they increase, otherwise they stand in order of appearance
  std::vector<Value> values;
  std::vector<std::int32_t> of_row;  // -1: none

  double number(std::size_t level) const { return values[level].number(); }
};
Levels levels_of(const StoreTable& table, const std::string& name);

// Rows that agree in every one of `by`; ordered by their levels, first name slowest.
struct RowGroup {
  std::vector<std::size_t> levels;
  Rows rows;
};
std::vector<RowGroup> group_rows(const Rows& rows, const std::vector<const Levels*>& by);

// Nothing else could have come out of this row's comparison (Comparison::trivial); `prefix` "ID." is of a weaker prediction.
bool is_trivial(const StoreTable& table, std::size_t row, const std::string& prefix = "");

// Of the numbers that are there; null and words are missing.
Summary summary_of(const StoreColumn& column, const Rows& rows);

}  // namespace penchant
