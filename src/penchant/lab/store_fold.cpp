// Journals into SQLite, and the table as readers see it.
#include <sys/stat.h>

#include <filesystem>

#include "penchant/core/text.h"
#include "penchant/lab/store.h"
#include "penchant/lab/store_database.h"

namespace penchant {

namespace {

constexpr std::uint64_t kTrialsPerTransaction = 50'000;  // bounds what a kill repeats; larger gains no speed
constexpr double kReadersPatience = 5.0;                 // seconds; then a reader folds for itself

// Where to go on; from the start if the file is not the one that was folded (cut, replaced): adding a trial twice changes nothing.
std::uint64_t resume_at(const std::string& path, const FoldedJournal& folded) {
  if (folded.folded == 0) return 0;
  JournalReader reader(path, folded.last);
  JournalEntry entry;
  const bool there =
      reader.next(entry) && entry.offset == folded.last && entry.end == folded.folded && entry.checksum == folded.checksum;
  return there ? folded.folded : 0;
}

void fold_journal(StoreDatabase& database, const std::string& path, FoldSummary& summary) {
  const std::string name = std::filesystem::path(path).filename().string();
  FoldedJournal progress = database.folded(name);
  JournalReader reader(path, resume_at(path, progress));
  JournalEntry entry;
  for (bool more = true; more;) {
    Transaction transaction(database.database());
    std::uint64_t count = 0;
    while (count < kTrialsPerTransaction && (more = reader.next(entry))) {
      ++count;
      progress = {entry.end, entry.offset, entry.checksum};
      switch (database.add(entry)) {
        case StoreDatabase::Added::added: ++summary.added; break;
        case StoreDatabase::Added::replaced: ++summary.replaced; break;
        case StoreDatabase::Added::present: break;
        case StoreDatabase::Added::contradicts:
          summary.contradictions.push_back(cat(path, ", byte ", entry.offset, ": trial ", entry.result.index, " has key ",
                                               entry.result.key, ", another one is kept"));
      }
    }
    if (count == 0) break;
    database.set_folded(name, progress);
    transaction.commit();
  }
  const auto& damage = reader.damage();
  summary.damage.insert(summary.damage.end(), damage.begin(), damage.end());
}

FoldSummary fold_all(StoreDatabase& database, const std::vector<std::string>& journals) {
  FoldSummary summary;
  for (const std::string& path : journals) fold_journal(database, path, summary);
  return summary;
}

}  // namespace

FoldSummary Store::fold(double patience) const {
  const FileLock lock(folder_ + "/store.lock", cat(folder_, ": is being folded"), patience);
  StoreDatabase database(Database::create_or_open(database_path()));
  return fold_all(database, journals());
}

StoreDatabase Store::readable() const {
  bool folded = true;
  try {
    fold(kReadersPatience);
  } catch (const StoreDamaged&) {
    throw;
  } catch (const StoreError&) {
    folded = false;  // no permission, no space, somebody else at it: reading must work all the same
  }
  if (folded) return StoreDatabase(Database::open_to_read(database_path()));
  std::error_code code;
  StoreDatabase copy(Database::private_copy(std::filesystem::exists(database_path(), code) ? database_path() : ""));
  fold_all(copy, journals());
  return copy;
}

StoreDatabase Store::refolded() const {
  StoreDatabase table(Database::private_copy(""));
  fold_all(table, journals());
  return table;
}

StoreTable Store::table(const TableOptions& options) const {
  StoreTable table = readable().table(options);
  table.trials = sweep_.trials;
  return table;
}

void Store::each_trial(const std::function<void(const JournalEntry&)>& take) const {
  StoreDatabase database = readable();
  TrialCursor cursor(database);
  for (JournalEntry entry; cursor.next(entry);) take(entry);
}

TrialKeys Store::done_keys(bool retry_failed) const {
  StoreDatabase database = readable();
  TrialKeys keys;
  Statement rows(database.database(), cat("SELECT key FROM trials", retry_failed ? " WHERE outcome <> 'failed'" : ""));
  while (rows.step()) keys.insert(TrialKey::from_bytes(rows.bytes(0)));
  return keys;
}

std::vector<bool> Store::done_indices(bool retry_failed) const {
  StoreDatabase database = readable();
  std::vector<bool> done(sweep_.trials);
  Statement rows(database.database(), cat("SELECT idx FROM trials", retry_failed ? " WHERE outcome <> 'failed'" : ""));
  while (rows.step())
    if (const auto index = static_cast<std::uint64_t>(rows.integer(0)); index < done.size()) done[index] = true;
  return done;
}

}  // namespace penchant
