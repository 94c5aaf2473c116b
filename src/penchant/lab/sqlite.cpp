#include "penchant/lab/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr int kBusyMilliseconds = 30'000;  // another process commits within seconds

bool is_damage(int code) { return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB; }

constexpr const char* kAdvice = " (damaged; the journals hold every trial: remove this file and it is made again from them)";

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }
void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

void Database::fail(int code) const {
  const std::string text = cat(path_, ": ", sqlite3_errmsg(handle_.get()));
  if (is_damage(code)) throw StoreDamaged(text + kAdvice);
  const int system = sqlite3_system_errno(handle_.get());
  const bool tells = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  throw StoreError(tells && system ? cat(text, ": ", std::strerror(system)) : text);
}

Database::Database(const std::string& path, int flags) : path_(path) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
}

Database Database::create_or_open(const std::string& path) {
  Database database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // No write-ahead log: it needs shared memory, which network disks lack, and it keeps a read-only folder from being read.
  database.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA foreign_keys = ON");
  return database;
}

Database Database::open_to_read(const std::string& path) {
  Database database(path, SQLITE_OPEN_READONLY);
  database.execute("PRAGMA cache_size = -65536");
  return database;
}

Database Database::private_copy(const std::string& path) {
  Database copy("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  copy.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536");
  if (!path.empty()) {
    const Database source = open_to_read(path);
    sqlite3_backup* backup = sqlite3_backup_init(copy.handle_.get(), "main", source.handle_.get(), "main");
    if (!backup) copy.fail(sqlite3_errcode(copy.handle_.get()));
    int code = SQLITE_BUSY;
    for (int waited = 0; (code == SQLITE_BUSY || code == SQLITE_LOCKED) && waited < kBusyMilliseconds; waited += 50) {
      code = sqlite3_backup_step(backup, -1);
      if (code == SQLITE_BUSY || code == SQLITE_LOCKED) sqlite3_sleep(50);
    }
    sqlite3_backup_finish(backup);
    copy.path_ = path;
    if (is_damage(code)) throw StoreDamaged(cat(path, ": ", sqlite3_errstr(code), kAdvice));
    if (code != SQLITE_DONE) throw StoreError(cat(path, ": cannot be copied: ", sqlite3_errstr(code)));
  }
  return copy;
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::integer(const std::string& sql) {
  Statement query(*this, sql);
  return query.step() ? query.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
  Statement query(*this, sql);
  return query.step() ? std::string(query.bytes(0)) : std::string();
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

int Database::changes() const { return sqlite3_changes(handle_.get()); }

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(database.handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &handle, nullptr);
  handle_.reset(handle);
  check(code);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_->fail(code);
}

void Statement::bind(int parameter, std::int64_t value) { check(sqlite3_bind_int64(handle_.get(), parameter, value)); }
void Statement::bind(int parameter, double value) { check(sqlite3_bind_double(handle_.get(), parameter, value)); }
void Statement::bind(int parameter, std::string_view text) {
  check(sqlite3_bind_text(handle_.get(), parameter, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
}
void Statement::bind_blob(int parameter, std::string_view bytes) {
  check(sqlite3_bind_blob(handle_.get(), parameter, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC));
}
void Statement::bind_null(int parameter) { check(sqlite3_bind_null(handle_.get(), parameter)); }

void Statement::clear() { sqlite3_clear_bindings(handle_.get()); }

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3_reset(handle_.get());
    database_->fail(code);
  }
  reset();
  return false;
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

CellType Statement::type(int column) const {
  switch (sqlite3_column_type(handle_.get(), column)) {
    case SQLITE_INTEGER: return CellType::integer;
    case SQLITE_FLOAT: return CellType::real;
    case SQLITE_TEXT: return CellType::text;
    case SQLITE_BLOB: return CellType::blob;
    default: return CellType::null;
  }
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_.get(), column); }

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  return {data ? data : "", static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const StoreError&) {  // SQLite has rolled back on its own
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace penchant
