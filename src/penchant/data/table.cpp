#include "penchant/data/table.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/npy.h"
#include "penchant/core/text.h"

namespace penchant {

void TextColumn::push_back(std::string_view cell) {
  bytes_ += cell;
  ends_.push_back(bytes_.size());
}

std::string_view TextColumn::operator[](std::size_t row) const {
  const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
  return std::string_view(bytes_).substr(begin, ends_[row] - begin);
}

std::string Table::cell(Index row, Index column) const {
  if (!is_text(column)) return number_text(numbers(row, column));
  const std::string_view cell = text[static_cast<std::size_t>(column)][static_cast<std::size_t>(row)];
  return cell.empty() ? "an empty cell" : in_quotes(cell);
}

std::string Table::position(Index row, Index column) const {
  const std::string name = printable(names[static_cast<std::size_t>(column)]);
  const std::string row_text = lines.empty() ? cat(": row ", row + 1) : cat(":", lines[static_cast<std::size_t>(row)]);
  return cat(where, row_text, lines.empty() ? ", " : ": ", "column ", column + 1, " (", name, ")");
}

Index Table::column(std::string_view name, std::string_view what) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return found - names.begin();
  constexpr std::size_t kMostListed = 40;
  const std::vector<std::string> listed(names.begin(),
                                        names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostListed)));
  const std::string nearest = nearest_name(name, names);
  std::string help = cat("; known: ", printable(join(listed, ", "), 400), names.size() > kMostListed ? ", ..." : "");
  if (!nearest.empty()) help = cat(" (did you mean ", in_quotes(nearest), "?)");
  throw InvalidInput(cat(where, ": no column ", in_quotes(name), " (", what, ")", header ? "" : " in a file without header", help));
}

Matrix Table::finite_numbers(const std::vector<Index>& rows_in, const std::vector<Index>& columns_in) const {
  Matrix out(static_cast<Index>(rows_in.size()), static_cast<Index>(columns_in.size()));
  for (Index i = 0; i < out.rows(); ++i) {
    const Index row = rows_in[static_cast<std::size_t>(i)];
    for (Index j = 0; j < out.cols(); ++j) {
      const Index column = columns_in[static_cast<std::size_t>(j)];
      out(i, j) = numbers(row, column);
      if (!std::isfinite(out(i, j)))
        throw InvalidInput(cat(position(row, column), ": got ", cell(row, column), ", expected a finite number"));
    }
  }
  return out;
}

Table parse_npy(std::string_view bytes, std::string_view where) {
  Table table;
  table.where = where;
  table.numbers = from_npy(bytes, where);
  for (Index j = 1; j <= table.columns(); ++j) table.names.push_back(cat("x", j));
  table.text.resize(table.names.size());
  return table;
}

Table read_table_file(const std::string& path, std::uint64_t max_bytes) {
  const std::string bytes = read_file(path, max_bytes);
  if (path.ends_with(".csv")) return parse_csv(bytes, path);
  if (path.ends_with(".npy")) return parse_npy(bytes, path);
  if (path.ends_with(".svm")) return parse_svm(bytes, path, max_bytes);
  throw InvalidInput(cat(path, ": unknown kind of table; known: .csv, .npy, .svm"));
}

}  // namespace penchant
