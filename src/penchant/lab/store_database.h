// STORE/store.sqlite: the trials of all journals in one table, a column per axis and per value.
// Its schema is described in docs/store.md and numbered by PRAGMA user_version.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penchant/lab/journal.h"
#include "penchant/lab/sqlite.h"
#include "penchant/lab/store_table.h"

namespace penchant {

// How far a journal is folded: up to byte `folded`, where the entry at byte `last` ends,
// whose checksum says that it is the same file still.
struct FoldedJournal {
  std::uint64_t folded = 0, last = 0, checksum = 0;
};

class StoreDatabase {
 public:
  // Brings an older schema up to date; a newer one is refused.
  explicit StoreDatabase(Database database);
  static int schema_version();

  Database& database() { return *database_; }

  FoldedJournal folded(const std::string& journal);
  void set_folded(const std::string& journal, const FoldedJournal& folded);

  enum class Added { added, replaced, present, contradicts };
  // One trial. The first finished one of an index stays; a failed one gives way to a finished one, or to a later attempt.
  // contradicts: the index holds a trial with another key; it stays.
  Added add(const JournalEntry& entry);

  std::optional<JournalEntry> find(std::uint64_t index);
  StoreTable table(const TableOptions& options);
  std::uint64_t count(std::string_view condition = {});  // rows, of those that meet an SQL condition
  std::vector<std::string> integrity();                  // what PRAGMA integrity_check complains of

  struct Column {
    std::string name, sql;
    bool axis = false;
    std::optional<bool> boolean;  // unknown until its first value
  };
  const std::vector<Column>& columns() const { return columns_; }

 private:
  void migrate();
  void load_columns();
  std::size_t add_column(const std::string& name, bool axis);
  void prepare_insert();
  void locate(const Value& cells, bool axis, std::vector<std::size_t>& order);
  void bind_cells(const Value& cells, const std::vector<std::size_t>& order);
  void bind_cell(const Column& column, int parameter, const Value& value);
  bool insert(const JournalEntry& entry);
  Added resolve(const JournalEntry& entry);

  std::unique_ptr<Database> database_;  // statements point to it
  std::vector<Column> columns_;
  std::vector<std::size_t> axis_order_, value_order_;  // columns of the trial before
  Statement insert_, insert_array_;
  std::deque<std::string> scratch_;  // made for one row, bound to the statement
};

// All trials in order of their index, or one of them, decoded.
class TrialCursor {
 public:
  explicit TrialCursor(StoreDatabase& store, std::string_view condition = {});
  void bind(std::int64_t value);  // the condition's ?
  bool next(JournalEntry& entry);

 private:
  StoreDatabase& store_;
  Statement rows_, arrays_;
};

}  // namespace penchant
