// Choosing rows of a table and turning their labels into targets.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "penchant/data/table.h"

namespace penchant {

// Rows of "a:b", all of them for ""; throws InvalidInput where the file has fewer.
std::vector<Index> slice_rows(const Table& table, const std::string& rows);

struct Labelled {
  std::vector<Index> rows;         // those in one of the two groups, in order
  Vector targets;                  // -1 or +1
  std::vector<std::string> names;  // of the two groups: "setosa", "versicolor+virginica"
};
// `groups` as in DataSpec::classes. A label matches a cell of the same text or, if both are numbers, the same value.
// Throws InvalidInput for a label that no row has, and where one class only is left.
Labelled label_rows(const Table& table, Index column, const std::vector<Index>& rows,
                    const std::vector<std::vector<std::string>>& groups);

}  // namespace penchant
