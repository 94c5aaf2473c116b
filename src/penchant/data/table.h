// A table of a file: named columns of numbers or text, with what a message needs to point at a cell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// Cells of one column, back to back.
class TextColumn {
 public:
  void push_back(std::string_view cell);
  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t row) const;

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

struct Table {
  std::string where;               // the file, for messages
  std::vector<std::string> names;  // x1 … without a header
  bool header = false;
  Matrix numbers;                  // (rows, columns); NaN where a cell is no number
  std::vector<TextColumn> text;    // [column]: its cells if one of them is no number, else empty
  std::vector<std::int32_t> lines;  // (rows) line a row starts at; empty for formats without lines

  Index rows() const { return numbers.rows(); }
  Index columns() const { return numbers.cols(); }
  bool is_text(Index column) const { return text[static_cast<std::size_t>(column)].size() > 0; }
  std::string cell(Index row, Index column) const;      // as it was written, for messages
  std::string position(Index row, Index column) const;  // `FILE:7: column 3 ("bmi")`
  // Index of a column; throws InvalidInput with the nearest name. `what` says whose name it is.
  Index column(std::string_view name, std::string_view what) const;
  // The cells at `rows` × `columns`; throws InvalidInput at the first that is not a finite number.
  Matrix finite_numbers(const std::vector<Index>& rows, const std::vector<Index>& columns) const;
};

// By extension: .csv, .npy or .svm. Throws InvalidInput for anything that is not a table with at least one row and column,
// larger than max_bytes, or whose numbers would be.
Table read_table_file(const std::string& path, std::uint64_t max_bytes);

// Comma-separated, RFC 4180 quotes, LF or CRLF, with or without a byte-order mark.
// The first row is a header if a cell of it is neither empty nor a number. Memory: 8 bytes a cell,
// for columns with text 8 + its bytes more.
Table parse_csv(std::string_view bytes, std::string_view where);
// LIBSVM's `label index:value …` with indices from 1, increasing; columns label, x1 … Stored dense, so refused past max_bytes.
Table parse_svm(std::string_view bytes, std::string_view where, std::uint64_t max_bytes);
Table parse_npy(std::string_view bytes, std::string_view where);

// Whether a cell is a number (nan and inf count, more than a double holds does not), and which.
bool parse_number(std::string_view cell, double& out);

}  // namespace penchant
