// The reading half of StoreDatabase.
#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/store_database.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TrialOutcome outcome_of(std::string_view text) {
  for (const TrialOutcome outcome : {TrialOutcome::done, TrialOutcome::refused})
    if (name(outcome) == text) return outcome;
  return TrialOutcome::failed;
}

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

Value cell(const Statement& row, int column, bool boolean) {
  switch (row.type(column)) {
    case CellType::integer: return boolean ? Value(row.integer(column) != 0) : Value(row.integer(column));
    case CellType::real: return row.real(column);
    case CellType::text: return row.bytes(column);
    case CellType::blob: return from_json(row.bytes(column), "store.sqlite");
    case CellType::null: break;
  }
  return {};
}

// Rows as they come from the file, one call a cell.
struct ColumnFiller {
  StoreColumn column;
  std::map<std::string, std::int32_t, std::less<>> codes;
  bool integers = true, any_number = false;

  void take(const Statement& row, int at) {
    double number = kNaN;
    std::int32_t word = -1;
    switch (row.type(at)) {
      case CellType::integer: number = static_cast<double>(row.integer(at)); any_number = true; break;
      case CellType::real: number = row.real(at); any_number = true; integers = false; break;
      case CellType::text:
      case CellType::blob: word = code(row.bytes(at)); break;
      case CellType::null: break;
    }
    if (word >= 0 && column.words.empty()) column.words.assign(column.numbers.size(), -1);
    column.numbers.push_back(number);
    if (!column.words.empty() || word >= 0) column.words.push_back(word);
  }

  std::int32_t code(std::string_view word) {
    const auto found = codes.find(word);
    if (found != codes.end()) return found->second;
    const auto next = static_cast<std::int32_t>(column.dictionary.size());
    column.dictionary.emplace_back(word);
    codes.emplace(word, next);
    return next;
  }
};

template <class T>
void permute(std::vector<T>& items, const std::vector<std::size_t>& order) {
  if (items.empty()) return;
  std::vector<T> sorted(items.size());
  for (std::size_t k = 0; k < order.size(); ++k) sorted[k] = std::move(items[order[k]]);
  items = std::move(sorted);
}

// Rows lie in the order in which they were folded; sorting columns in memory is cheaper than fetching rows by index.
void sort_rows(StoreTable& table) {
  if (std::is_sorted(table.index.begin(), table.index.end())) return;
  std::vector<std::size_t> order(table.index.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return table.index[a] < table.index[b]; });
  permute(table.index, order);
  permute(table.keys, order);
  permute(table.outcomes, order);
  permute(table.texts, order);
  permute(table.seconds, order);
  for (StoreColumn& column : table.columns) {
    permute(column.numbers, order);
    permute(column.words, order);
  }
}

}  // namespace

StoreTable StoreDatabase::table(const TableOptions& options) {
  std::vector<ColumnFiller> fillers;
  std::string names;
  for (const bool axis : {true, false})
    for (const Column& column : columns_) {
      const auto& wanted = options.columns;
      if (column.axis != axis || (!wanted.empty() && std::find(wanted.begin(), wanted.end(), column.name) == wanted.end()))
        continue;
      fillers.push_back({{column.name, axis, column.boolean.value_or(false), false, {}, {}, {}}, {}});
      names += cat(", ", quoted(column.sql));
    }
  StoreTable table;
  Statement row(*database_, cat("SELECT idx, key, outcome, seconds, ",
                                options.texts ? "text" : "CASE outcome WHEN 'done' THEN '' ELSE text END", names, " FROM trials"));
  while (row.step()) {
    table.index.push_back(static_cast<std::uint64_t>(row.integer(0)));
    table.keys.push_back(TrialKey::from_bytes(row.bytes(1)));
    table.outcomes.push_back(outcome_of(row.bytes(2)));
    table.seconds.push_back(row.real(3));
    table.texts.emplace_back(row.bytes(4));
    for (std::size_t k = 0; k < fillers.size(); ++k) fillers[k].take(row, 5 + static_cast<int>(k));
  }
  for (ColumnFiller& filler : fillers) {
    filler.column.integer = filler.integers && filler.any_number && !filler.column.boolean;
    table.columns.push_back(std::move(filler.column));
  }
  sort_rows(table);
  return table;
}

std::uint64_t StoreDatabase::count(std::string_view condition) {
  return static_cast<std::uint64_t>(
      database_->integer(cat("SELECT count(*) FROM trials", condition.empty() ? "" : " WHERE ", condition)));
}

std::vector<std::string> StoreDatabase::integrity() {
  std::vector<std::string> complaints;
  Statement rows(*database_, "PRAGMA integrity_check(20)");
  while (rows.step())
    if (rows.bytes(0) != "ok") complaints.emplace_back(rows.bytes(0));
  return complaints;
}

std::optional<JournalEntry> StoreDatabase::find(std::uint64_t index) {
  TrialCursor cursor(*this, "idx = ?");
  cursor.bind(static_cast<std::int64_t>(index));
  JournalEntry entry;
  if (!cursor.next(entry)) return {};
  return entry;
}

TrialCursor::TrialCursor(StoreDatabase& store, std::string_view condition) : store_(store) {
  std::string names = "id, idx, key, outcome, text, seconds, host, attempt";
  for (const auto& column : store.columns()) names += cat(", ", quoted(column.sql));
  rows_ = Statement(store.database(),
                    cat("SELECT ", names, " FROM trials ", condition.empty() ? "" : "WHERE ", condition, " ORDER BY idx"));
  arrays_ = Statement(store.database(), "SELECT name, length, checksum FROM arrays WHERE trial = ? ORDER BY name");
}

void TrialCursor::bind(std::int64_t value) {
  rows_.reset();
  rows_.bind(1, value);
}

bool TrialCursor::next(JournalEntry& entry) {
  if (!rows_.step()) return false;
  TrialResult& result = entry.result;
  result.index = static_cast<std::uint64_t>(rows_.integer(1));
  result.key = TrialKey::from_bytes(rows_.bytes(2)).text();
  result.outcome = outcome_of(rows_.bytes(3));
  result.text = rows_.bytes(4);
  result.seconds = rows_.real(5);
  result.host = rows_.bytes(6);
  result.attempt = static_cast<int>(rows_.integer(7));
  Value::Object axes, values;
  for (std::size_t k = 0; k < store_.columns().size(); ++k) {
    const auto& column = store_.columns()[k];
    (column.axis ? axes : values).emplace_back(column.name, cell(rows_, 8 + static_cast<int>(k), column.boolean.value_or(false)));
  }
  result.assignments = std::move(axes);
  result.values = std::move(values);
  entry.arrays.clear();
  arrays_.bind(1, rows_.integer(0));
  while (arrays_.step())
    entry.arrays.push_back({std::string(arrays_.bytes(0)), static_cast<std::uint64_t>(arrays_.integer(1)),
                            static_cast<std::uint64_t>(arrays_.integer(2))});
  return true;
}

}  // namespace penchant
