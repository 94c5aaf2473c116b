#include <algorithm>
#include <charconv>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/data/table.h"

namespace penchant {

namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

struct Entry {
  Index row, column;  // column 0 is the label
  double value;
};

struct Reader {
  std::string_view where;
  std::vector<Entry> entries;
  std::vector<std::int32_t> lines;
  Index features = 0;

  [[noreturn]] void fail(int line, std::string_view word, std::string_view expected) const {
    throw InvalidInput(cat(where, ":", line, ": got ", in_quotes(word), ", expected ", expected));
  }

  double number(int line, std::string_view word, std::string_view text, std::string_view expected) const {
    double out = 0.0;
    if (!parse_number(text, out)) fail(line, word, expected);
    return out;
  }

  void read_line(std::string_view line, int at) {
    line = line.substr(0, line.find('#'));
    const std::string_view label = take_word(line);
    if (label.empty()) return;
    const auto row = static_cast<Index>(lines.size());
    lines.push_back(at);
    entries.push_back({row, 0, number(at, label, label, "a label (a number)")});
    Index last = 0;
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      constexpr std::string_view kExpected = "index:value with indices from 1, increasing";
      const std::size_t colon = word.find(':');
      if (colon == std::string_view::npos) fail(at, word, kExpected);
      Index index = 0;
      const auto [end, code] = std::from_chars(word.data(), word.data() + colon, index);
      if (code != std::errc() || end != word.data() + colon || index <= last) fail(at, word, kExpected);
      entries.push_back({row, index, number(at, word, word.substr(colon + 1), kExpected)});
      features = std::max(features, last = index);
    }
  }
};

}  // namespace

Table parse_svm(std::string_view bytes, std::string_view where, std::uint64_t max_bytes) {
  Reader reader{where, {}, {}, 0};
  int line = 1;
  for (std::size_t at = 0; at < bytes.size(); ++line) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    reader.read_line(bytes.substr(at, end - at), line);
    at = end + 1;
  }
  const auto rows = static_cast<Index>(reader.lines.size());
  if (rows == 0) throw InvalidInput(cat(where, ": is empty, expected lines of `label index:value …`"));
  const double stored = 8.0 * static_cast<double>(rows) * (static_cast<double>(reader.features) + 1.0);
  if (stored > static_cast<double>(max_bytes))
    throw InvalidInput(cat(where, ": ", rows, " x ", reader.features, " features take ", stored,
                           " bytes as stored here (dense), more than max_bytes = ", max_bytes));
  Table table;
  table.where = where;
  table.header = true;
  table.names = {"label"};
  for (Index j = 1; j <= reader.features; ++j) table.names.push_back(cat("x", j));
  table.text.resize(table.names.size());
  table.lines = std::move(reader.lines);
  table.numbers = Matrix::Zero(rows, reader.features + 1);
  for (const Entry& entry : reader.entries) table.numbers(entry.row, entry.column) = entry.value;
  return table;
}

}  // namespace penchant
