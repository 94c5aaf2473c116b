#include "penchant/lab/store_database.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>

#include "penchant/core/json.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr std::int64_t kApplication = 0x50636e74;  // "Pcnt": whose file it is

// Entry v brings schema v to v + 1. A new schema appends; none is ever changed.
constexpr const char* kMigrations[] = {
    R"(CREATE TABLE trials (id INTEGER PRIMARY KEY, idx INTEGER NOT NULL, key BLOB NOT NULL, outcome TEXT NOT NULL, text TEXT
                            NOT NULL, seconds REAL NOT NULL, host TEXT NOT NULL, attempt INTEGER NOT NULL) STRICT;
       CREATE UNIQUE INDEX trials_by_idx ON trials (idx);
       CREATE INDEX trials_not_done ON trials (outcome) WHERE outcome <> 'done';
       CREATE TABLE columns (position INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('axis', 'value')), name TEXT NOT NULL,
                             sql TEXT NOT NULL UNIQUE, boolean INTEGER, UNIQUE (kind, name)) STRICT;
       CREATE TABLE arrays (trial INTEGER NOT NULL REFERENCES trials (id) ON DELETE CASCADE, name TEXT NOT NULL, length INTEGER
                            NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (trial, name)) STRICT, WITHOUT ROWID;
       CREATE TABLE journals (name TEXT PRIMARY KEY, folded INTEGER NOT NULL, last INTEGER NOT NULL,
                              checksum INTEGER NOT NULL) STRICT;)"};
constexpr int kSchema = static_cast<int>(std::size(kMigrations));

// Columns of `trials` before the first axis, as the insert statement numbers them.
constexpr int kFixed = 7;
constexpr const char* kFixedNames[] = {"id", "idx", "key", "outcome", "text", "seconds", "host", "attempt"};
constexpr std::size_t kMaxColumns = 1900;  // SQLite's own limit is 2000

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view key_bytes(const TrialKey& key) { return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()}; }

}  // namespace

int StoreDatabase::schema_version() { return kSchema; }

StoreDatabase::StoreDatabase(Database database) : database_(std::make_unique<Database>(std::move(database))) {
  migrate();
  load_columns();
  insert_array_ = Statement(*database_, "INSERT INTO arrays VALUES (?, ?, ?, ?)");
}

void StoreDatabase::migrate() {
  const std::int64_t version = database_->integer("PRAGMA user_version");
  const std::int64_t application = database_->integer("PRAGMA application_id");
  const bool foreign =
      application != kApplication && (application != 0 || database_->integer("SELECT count(*) FROM sqlite_master") > 0);
  if (foreign) throw StoreError(cat(database_->path(), ": an SQLite file of another program"));
  if (version > kSchema)
    throw StoreError(
        cat(database_->path(), ": written by a newer Penchant (schema ", version, "); this one reads up to ", kSchema));
  if (version == kSchema) return;
  Transaction transaction(*database_);
  for (std::int64_t v = database_->integer("PRAGMA user_version"); v < kSchema; ++v) database_->execute(kMigrations[v]);
  database_->execute(cat("PRAGMA user_version = ", kSchema, "; PRAGMA application_id = ", kApplication));
  transaction.commit();
}

void StoreDatabase::load_columns() {
  columns_.clear();
  Statement rows(*database_, "SELECT kind, name, sql, boolean FROM columns ORDER BY position");
  while (rows.step()) {
    Column column{std::string(rows.bytes(1)), std::string(rows.bytes(2)), rows.bytes(0) == "axis", {}};
    if (rows.type(3) == CellType::integer) column.boolean = rows.integer(3) != 0;
    columns_.push_back(std::move(column));
  }
  prepare_insert();
}

void StoreDatabase::prepare_insert() {
  std::string names = "idx, key, outcome, text, seconds, host, attempt", marks = "?, ?, ?, ?, ?, ?, ?";
  for (const Column& column : columns_) {
    names += cat(", ", quoted(column.sql));
    marks += ", ?";
  }
  insert_ = Statement(*database_, cat("INSERT INTO trials (", names, ") VALUES (", marks, ") ON CONFLICT (idx) DO NOTHING"));
}

std::size_t StoreDatabase::add_column(const std::string& name, bool axis) {
  if (columns_.size() >= kMaxColumns)
    throw StoreError(cat(database_->path(), ": more than ", kMaxColumns, " different axes and values"));
  // SQL names are told apart without their case, and share one table with our own.
  std::string sql = name;
  const auto taken = [&](const std::string& candidate) {
    return std::any_of(columns_.begin(), columns_.end(), [&](const Column& c) { return same_letters(c.sql, candidate); }) ||
           std::any_of(std::begin(kFixedNames), std::end(kFixedNames),
                       [&](const char* fixed) { return same_letters(fixed, candidate); });
  };
  for (int k = 2; taken(sql); ++k) sql = cat(name, "_", k);
  database_->execute(cat("ALTER TABLE trials ADD COLUMN ", quoted(sql), " ANY"));
  Statement add(*database_, "INSERT INTO columns (kind, name, sql) VALUES (?, ?, ?)");
  add.bind(1, std::string_view(axis ? "axis" : "value"));
  add.bind(2, std::string_view(name));
  add.bind(3, std::string_view(sql));
  add.step();
  columns_.push_back({name, sql, axis, {}});
  return columns_.size() - 1;
}

// order[k] becomes the column of the k-th cell. Trials name their cells in one order,
// so that one comparison a cell is the usual price.
void StoreDatabase::locate(const Value& cells, bool axis, std::vector<std::size_t>& order) {
  const Value::Object* object = cells.as_object();
  if (!object) return order.clear();
  order.resize(object->size());
  for (std::size_t k = 0; k < object->size(); ++k) {
    const auto& [name, value] = (*object)[k];
    const auto fits = [&](const Column& column) { return column.axis == axis && column.name == name; };
    std::size_t at = order[k];
    if (at >= columns_.size() || !fits(columns_[at]))
      at = static_cast<std::size_t>(std::find_if(columns_.begin(), columns_.end(), fits) - columns_.begin());
    if (at == columns_.size()) at = add_column(name, axis);
    order[k] = at;
    Column& column = columns_[at];
    if (column.boolean || value.is_null()) continue;
    column.boolean = value.as_bool() != nullptr;
    database_->execute(cat("UPDATE columns SET boolean = ", *column.boolean ? 1 : 0, " WHERE position = ", at + 1));
  }
}

// A cell reads back as what it was: INTEGER in a boolean column is a bool, a BLOB is the JSON of what SQLite has no type for.
void StoreDatabase::bind_cell(const Column& column, int parameter, const Value& value) {
  const bool boolean = column.boolean.value_or(false);
  if (value.is_null()) return insert_.bind_null(parameter);
  if (const auto* x = value.as_double()) return std::isfinite(*x) ? insert_.bind(parameter, *x) : insert_.bind_null(parameter);
  if (const auto* text = value.as_string()) return insert_.bind(parameter, std::string_view(*text));
  if (const auto* i = value.as_integer(); i && !boolean) return insert_.bind(parameter, *i);
  if (const auto* b = value.as_bool(); b && boolean) return insert_.bind(parameter, std::int64_t{*b});
  insert_.bind_blob(parameter, scratch_.emplace_back(to_json(value, -1)));
}

void StoreDatabase::bind_cells(const Value& cells, const std::vector<std::size_t>& order) {
  for (std::size_t k = 0; k < order.size(); ++k)
    bind_cell(columns_[order[k]], kFixed + 1 + static_cast<int>(order[k]), (*cells.as_object())[k].second);
}

bool StoreDatabase::insert(const JournalEntry& entry) {
  const TrialResult& result = entry.result;
  const TrialKey key = TrialKey::from_text(result.key);
  const std::size_t known = columns_.size();
  locate(result.assignments, true, axis_order_);
  locate(result.values, false, value_order_);
  if (columns_.size() != known) prepare_insert();
  insert_.clear();
  scratch_.clear();
  bind_cells(result.assignments, axis_order_);
  bind_cells(result.values, value_order_);
  insert_.bind(1, static_cast<std::int64_t>(result.index));
  insert_.bind_blob(2, key_bytes(key));
  insert_.bind(3, name(result.outcome));
  insert_.bind(4, std::string_view(result.text));
  insert_.bind(5, std::isfinite(result.seconds) ? result.seconds : 0.0);
  insert_.bind(6, std::string_view(result.host));
  insert_.bind(7, std::int64_t{result.attempt});
  insert_.step();
  if (database_->changes() == 0) return false;
  if (entry.arrays.empty()) return true;
  const std::int64_t id = database_->last_id();
  for (const StoredArray& array : entry.arrays) {
    insert_array_.bind(1, id);
    insert_array_.bind(2, std::string_view(array.name));
    insert_array_.bind(3, static_cast<std::int64_t>(array.length));
    insert_array_.bind(4, static_cast<std::int64_t>(array.checksum));
    insert_array_.step();
  }
  return true;
}

StoreDatabase::Added StoreDatabase::add(const JournalEntry& entry) { return insert(entry) ? Added::added : resolve(entry); }

StoreDatabase::Added StoreDatabase::resolve(const JournalEntry& entry) {
  const auto index = static_cast<std::int64_t>(entry.result.index);
  Statement present(*database_, "SELECT key, outcome, attempt FROM trials WHERE idx = ?");
  present.bind(1, index);
  PENCHANT_CHECK(present.step());
  if (present.bytes(0) != key_bytes(TrialKey::from_text(entry.result.key))) return Added::contradicts;
  const bool gives_way = present.bytes(1) == name(TrialOutcome::failed) &&
                         (entry.result.outcome != TrialOutcome::failed || entry.result.attempt > present.integer(2));
  present.reset();
  if (!gives_way) return Added::present;
  Statement remove(*database_, "DELETE FROM trials WHERE idx = ?");
  remove.bind(1, index);
  remove.step();
  PENCHANT_CHECK(insert(entry));
  return Added::replaced;
}

FoldedJournal StoreDatabase::folded(const std::string& journal) {
  Statement row(*database_, "SELECT folded, last, checksum FROM journals WHERE name = ?");
  row.bind(1, std::string_view(journal));
  if (!row.step()) return {};
  return {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1)),
          static_cast<std::uint64_t>(row.integer(2))};
}

void StoreDatabase::set_folded(const std::string& journal, const FoldedJournal& folded) {
  Statement row(*database_, "INSERT OR REPLACE INTO journals VALUES (?, ?, ?, ?)");
  row.bind(1, std::string_view(journal));
  row.bind(2, static_cast<std::int64_t>(folded.folded));
  row.bind(3, static_cast<std::int64_t>(folded.last));
  row.bind(4, static_cast<std::int64_t>(folded.checksum));
  row.step();
}

}  // namespace penchant
