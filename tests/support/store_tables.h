// Tables of trials made by hand.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "penchant/lab/store_table.h"

namespace penchant::testing {

inline StoreColumn number_column(std::string name, std::vector<double> numbers, bool axis = false, bool integer = false) {
  StoreColumn column;
  column.name = std::move(name);
  column.axis = axis;
  column.integer = integer;
  column.numbers = std::move(numbers);
  return column;
}

inline StoreColumn word_column(std::string name, const std::vector<std::string>& words, bool axis = false) {
  StoreColumn column;
  column.name = std::move(name);
  column.axis = axis;
  for (const std::string& word : words) {
    column.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    std::int32_t at = word.empty() ? -1 : static_cast<std::int32_t>(column.dictionary.size());
    for (std::size_t k = 0; k < column.dictionary.size(); ++k)
      if (column.dictionary[k] == word) at = static_cast<std::int32_t>(k);
    if (at == static_cast<std::int32_t>(column.dictionary.size())) column.dictionary.push_back(word);
    column.words.push_back(at);
  }
  return column;
}

// Every trial done, the grid as large as the table.
inline StoreTable table_of(std::vector<StoreColumn> columns) {
  StoreTable table;
  const std::size_t rows = columns.empty() ? 0 : columns.front().numbers.size();
  for (std::size_t row = 0; row < rows; ++row) table.index.push_back(row);
  table.keys.resize(rows);
  table.outcomes.assign(rows, TrialOutcome::done);
  table.texts.resize(rows);
  table.seconds.assign(rows, 0.01);
  table.columns = std::move(columns);
  table.trials = rows;
  return table;
}

}  // namespace penchant::testing
