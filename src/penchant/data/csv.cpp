#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/data/table.h"

namespace penchant {

bool parse_number(std::string_view cell, double& out) {
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);  // from_chars knows no plus sign
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), out);
  return code == std::errc() && end == cell.data() + cell.size();
}

namespace {

// 1e400: a number for whoever wrote it, whatever a double makes of it.
bool is_beyond_range(std::string_view cell) {
  double ignored = 0.0;
  if (!cell.empty() && cell[0] == '+') cell.remove_prefix(1);
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), ignored);
  return end == cell.data() + cell.size() && code == std::errc::result_out_of_range;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Walks over the cells of a file in order.
class CsvCursor {
 public:
  CsvCursor(std::string_view bytes, std::string_view where)
      : p_(bytes.data()), end_(bytes.data() + bytes.size()), where_(where) {
    // trailing lines with nothing in them
    while (end_ > p_ && (is_blank(end_[-1]) || end_[-1] == '\n' || end_[-1] == '\r')) --end_;
  }

  bool at_end() const { return p_ == end_ && !row_open_; }
  int line() const { return line_; }

  // Starts a row, which has at least one cell.
  void begin_row() {
    row_open_ = true;
    const char* q = p_;
    while (q < end_ && is_blank(*q)) ++q;
    if (at_line_end(q)) throw InvalidInput(cat(where_, ":", line_, ": an empty line between rows"));
  }
  bool row_open() const { return row_open_; }

  // The next cell if it is a number written without quotes: nearly all of them. Otherwise nothing is consumed.
  bool take_number(double& out) {
    const char* q = p_;
    while (q < end_ && is_blank(*q)) ++q;
    const auto [stop, code] = std::from_chars(q, end_, out);
    if (code != std::errc()) return false;
    q = stop;
    while (q < end_ && is_blank(*q)) ++q;
    if (q < end_ && *q != ',' && !at_line_end(q)) return false;
    leave_cell(q);
    return true;
  }

  // The next cell without its quotes; valid until the next call.
  std::string_view take_text() {
    const char* q = p_;
    while (q < end_ && is_blank(*q)) ++q;
    if (q < end_ && *q == '"') return take_quoted(q);
    q = p_;
    while (q < end_ && *q != ',' && !at_line_end(q)) ++q;
    const std::string_view cell = trimmed({p_, static_cast<std::size_t>(q - p_)});
    leave_cell(q);
    return cell;
  }

 private:
  bool at_line_end(const char* q) const { return q == end_ || *q == '\n' || (*q == '\r' && (q + 1 == end_ || q[1] == '\n')); }

  // q: the separator after a cell.
  void leave_cell(const char* q) {
    if (q < end_ && *q == ',') {
      p_ = q + 1;
      return;
    }
    row_open_ = false;
    if (q < end_ && *q == '\r') ++q;
    if (q < end_) ++q;
    p_ = q;
    ++line_;
  }

  std::string_view take_quoted(const char* q) {
    const int first_line = line_;
    scratch_.clear();
    for (++q;; ++q) {
      const char* const quote = static_cast<const char*>(std::memchr(q, '"', static_cast<std::size_t>(end_ - q)));
      if (!quote) throw InvalidInput(cat(where_, ":", first_line, ": a quote is never closed"));
      line_ += static_cast<int>(std::count(q, quote, '\n'));
      scratch_.append(q, quote);
      q = quote + 1;
      if (q == end_ || *q != '"') break;
      scratch_ += '"';
    }
    while (q < end_ && is_blank(*q)) ++q;
    if (q < end_ && *q != ',' && !at_line_end(q))
      throw InvalidInput(cat(where_, ":", line_, ": text after a closing quote, expected a comma"));
    leave_cell(q);
    return scratch_;
  }

  const char* p_;
  const char* end_;
  std::string_view where_;
  std::string scratch_;
  int line_ = 1;
  bool row_open_ = false;
};

void check_text(std::string_view bytes, std::string_view where) {
  const auto line_of = [&](std::size_t at) {
    return 1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  };
  if (const std::size_t at = bytes.find('\0'); at != std::string_view::npos)
    throw InvalidInput(cat(where, ":", line_of(at), ": a binary file (byte ", at, " is 0), expected text"));
  if (const std::size_t at = invalid_utf8_at(bytes); at != std::string_view::npos)
    throw InvalidInput(
        cat(where, ":", line_of(at), ": not UTF-8 text (byte ", at, " is \"", printable(bytes.substr(at, 1)), "\")"));
}

std::vector<std::string> column_names(std::vector<std::string> first_row, bool header, std::string_view where) {
  std::vector<std::string> names = std::move(first_row);
  for (std::size_t j = 0; j < names.size(); ++j)
    if (!header || names[j].empty()) names[j] = cat("x", j + 1);
  std::vector<std::size_t> order(names.size());
  for (std::size_t j = 0; j < order.size(); ++j) order[j] = j;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
  for (std::size_t k = 1; k < order.size(); ++k)
    if (names[order[k]] == names[order[k - 1]])
      throw InvalidInput(
          cat(where, ":1: columns ", order[k - 1] + 1, " and ", order[k] + 1, " are both called ", in_quotes(names[order[k]])));
  return names;
}

// Reads the cells of one row into `row`; `on_text(column, cell)` gets those that are no plain number,
// after NaN or their value is stored.
template <class OnText>
void read_row(CsvCursor& cursor, double* row, Index columns, std::string_view where, OnText on_text) {
  const int line = cursor.line();
  cursor.begin_row();
  Index count = 0;
  for (; cursor.row_open(); ++count) {
    double number = std::numeric_limits<double>::quiet_NaN();
    if (!cursor.take_number(number)) {
      const std::string_view cell = cursor.take_text();
      const bool is_number = parse_number(cell, number);
      if (!is_number) number = std::numeric_limits<double>::quiet_NaN();
      if (count < columns && !is_number) on_text(count);
    }
    if (count < columns) row[count] = number;
  }
  if (count != columns)
    throw InvalidInput(
        cat(where, ":", line, ": ", count, count == 1 ? " column" : " columns", ", expected ", columns, " as in line 1"));
}

// The cells of the columns that hold text, from a second walk: most files have one or none.
void collect_text(CsvCursor cursor, Table& table, const std::vector<Index>& text_columns) {
  while (!cursor.at_end()) {
    cursor.begin_row();
    auto next = text_columns.begin();
    for (Index j = 0; cursor.row_open(); ++j) {
      const std::string_view cell = cursor.take_text();
      if (next == text_columns.end() || *next != j) continue;
      table.text[static_cast<std::size_t>(j)].push_back(cell);
      ++next;
    }
  }
}

}  // namespace

Table parse_csv(std::string_view bytes, std::string_view where) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  check_text(bytes, where);
  CsvCursor cursor(bytes, where);
  if (cursor.at_end()) throw InvalidInput(cat(where, ": is empty, expected a table"));

  CsvCursor body = cursor;
  std::vector<std::string> first_row;
  body.begin_row();
  while (body.row_open()) first_row.emplace_back(body.take_text());
  double ignored = 0.0;
  Table table;
  table.where = where;
  table.header = std::any_of(first_row.begin(), first_row.end(), [&](const std::string& cell) {
    return !cell.empty() && !parse_number(cell, ignored) && !is_beyond_range(cell);
  });
  table.names = column_names(std::move(first_row), table.header, where);
  if (!table.header) body = cursor;
  if (body.at_end()) throw InvalidInput(cat(where, ": a header but no rows"));

  // A row of k cells takes at least k bytes with its line end, so a ragged file cannot ask for more than 8 bytes a byte.
  const auto columns = static_cast<Index>(table.names.size());
  const auto lines = 1 + std::count(bytes.begin(), bytes.end(), '\n');
  const Index most_rows = std::min<Index>(lines, static_cast<Index>(bytes.size() + 1) / columns);
  table.numbers.resize(most_rows, columns);
  std::vector<char> has_text(table.names.size());
  CsvCursor walk = body;
  Index rows = 0;
  for (; !walk.at_end(); ++rows) {
    table.lines.push_back(walk.line());
    // Every row up to here was complete, so only a short last one can be past the bound; it is refused while being read.
    std::vector<double> spill;
    double* row = rows < most_rows ? table.numbers.row(rows).data() : (spill.resize(table.names.size()), spill.data());
    read_row(walk, row, columns, where, [&](Index j) { has_text[static_cast<std::size_t>(j)] = 1; });
  }
  table.numbers.conservativeResize(rows, columns);
  table.text.resize(table.names.size());
  std::vector<Index> text_columns;
  for (Index j = 0; j < columns; ++j)
    if (has_text[static_cast<std::size_t>(j)]) text_columns.push_back(j);
  if (!text_columns.empty()) collect_text(body, table, text_columns);
  return table;
}

}  // namespace penchant
