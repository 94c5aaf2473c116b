// From a [data] table to a data set.
#pragma once

#include <string>

#include "penchant/data/dataset.h"
#include "penchant/data/spec.h"

namespace penchant {

// Relative paths start at `folder`. Throws InvalidInput with file, line and column for anything that is not a table of finite numbers.
DatasetPtr load_dataset(const DataSpec& spec, const std::string& folder);

// A table of a file: column names (x1 … without a header) and cells as text or numbers.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> text;  // [column][row]; only columns that are not all numbers
  Matrix numbers;                              // (rows, columns); NaN in text columns
  bool is_text(std::size_t column) const { return column < text.size() && !text[column].empty(); }
};
Table read_table_file(const std::string& path, std::uint64_t max_bytes);
Table parse_csv(std::string_view bytes, std::string_view where);
Table parse_svm(std::string_view bytes, std::string_view where);

// Features of new rows under the transform of a data set (columns found by name, or by position where the file has no header).
Matrix features_of(const Table& table, const Transform& transform, std::string_view where);

}  // namespace penchant
