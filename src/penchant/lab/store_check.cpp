#include "penchant/lab/store_check.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "penchant/core/file.h"
#include "penchant/core/hash.h"
#include "penchant/core/npy.h"
#include "penchant/core/text.h"
#include "penchant/lab/store_database.h"

namespace penchant {

namespace {

constexpr std::uint64_t kMaxArray = std::uint64_t{1} << 36;  // bytes

// Cells of `some` that `all` has otherwise; an absent cell is a null one.
std::string differing_cell(const Value& some, const Value& all) {
  if (const Value::Object* cells = some.as_object())
    for (const auto& [name, value] : *cells) {
      const Value* other = all.find(name);
      if (!same(value, other ? *other : Value())) return name;
    }
  return {};
}

// In what a row differs from the journal's entry of the same attempt; empty if in nothing.
std::string difference(const TrialResult& row, const TrialResult& entry) {
  if (row.outcome != entry.outcome) return "outcome";
  if (row.text != entry.text) return "text";
  for (const auto& [a, b] : {std::pair(&row.assignments, &entry.assignments), {&row.values, &entry.values}}) {
    if (std::string cell = differing_cell(*a, *b); !cell.empty()) return cell;
    if (std::string cell = differing_cell(*b, *a); !cell.empty()) return cell;
  }
  return {};
}

class Checker {
 public:
  explicit Checker(const Store& store) : store_(store), check_{.trials = store.sweep().trials} {}

  StoreCheck run() {
    StoreDatabase table = open_table();
    TrialCursor find(table, "idx = ?");
    find_ = &find;
    for (const std::string& path : store_.journals()) journal(path);
    count(table);
    return std::move(check_);
  }

 private:
  // The store's table or, if that is broken, one made from the journals for the moment.
  StoreDatabase open_table() {
    try {
      StoreDatabase table = store_.readable();
      const auto complaints = table.integrity();
      if (complaints.empty()) return table;
      for (const std::string& complaint : complaints) damage(cat(store_.database_path(), ": ", printable(complaint, 300)));
    } catch (const StoreDamaged& error) {
      damage(error.what());
    }
    return store_.refolded();
  }

  void damage(std::string text) { check_.damage.push_back(std::move(text)); }

  void journal(const std::string& path) {
    ++check_.journals;
    JournalReader reader(path);
    for (JournalEntry entry; reader.next(entry);) {
      ++check_.entries;
      const std::string where = cat(path, ", byte ", entry.offset, ", trial ", entry.result.index);
      trial(where, entry);
      for (const StoredArray& array : entry.arrays) this->array(where, entry.result.key, array);
    }
    for (const JournalDamage& lost : reader.damage()) (lost.torn ? check_.notes : check_.damage).push_back(lost.text());
  }

  void trial(const std::string& where, const JournalEntry& entry) {
    const TrialResult& written = entry.result;
    if (written.index >= check_.trials) damage(cat(where, ": the grid has ", check_.trials, " trials"));
    JournalEntry row;
    find_->bind(static_cast<std::int64_t>(written.index));
    if (!find_->next(row)) return damage(cat(where, ": missing in ", store_.database_path()));
    const TrialResult& kept = row.result;
    if (kept.key != written.key)
      return damage(cat(where, ": has key ", written.key, ", ", store_.database_path(), " has ", kept.key));
    // Another attempt of the same trial, which lost to the row or is its equal.
    if (kept.attempt != written.attempt || kept.seconds != written.seconds || kept.host != written.host) return;
    if (const std::string cell = difference(kept, written); !cell.empty())
      damage(cat(where, ": ", cell, " differs in ", store_.database_path()));
  }

  void array(const std::string& where, const std::string& key, const StoredArray& array) {
    ++check_.arrays;
    const std::string path = store_.array_path(key, array.name);
    try {
      const std::string bytes = read_file(path, kMaxArray);
      if (checksum(bytes) != array.checksum) return damage(cat(path, ": does not match the checksum in ", where));
      if (array.length == 0) return;  // from_npy refuses what has no entries
      const Index rows = from_npy(bytes, path).rows();
      if (static_cast<std::uint64_t>(rows) != array.length)
        damage(cat(path, ": ", rows, " entries, ", array.length, " in ", where));
    } catch (const InvalidInput& error) {
      damage(error.what());
    }
  }

  void count(StoreDatabase& table) {
    check_.done = table.count("outcome = 'done'");
    check_.refused = table.count("outcome = 'refused'");
    check_.failed = table.count("outcome = 'failed'");
    const std::uint64_t inside = table.count(cat("idx < ", check_.trials));
    check_.missing = check_.trials - std::min(check_.trials, inside);
  }

  const Store& store_;
  StoreCheck check_;
  TrialCursor* find_ = nullptr;
};

}  // namespace

StoreCheck check_store(const Store& store) { return Checker(store).run(); }

}  // namespace penchant
