// SQLite, as much of it as the store needs. Every failure is a StoreError "FILE: what SQLite says".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "penchant/lab/store_files.h"

struct sqlite3;
struct sqlite3_stmt;

namespace penchant {

enum class CellType { null, integer, real, text, blob };

class Database {
 public:
  static Database create_or_open(const std::string& path);  // rollback journal, full synchronisation
  static Database open_to_read(const std::string& path);
  // Private to this process, in memory up to its cache and then in a temporary file;
  // begins as a copy of `path` unless that is empty.
  static Database private_copy(const std::string& path);

  void execute(const std::string& sql);
  std::int64_t integer(const std::string& sql);     // of a query for one number
  std::string text(const std::string& sql);         // of a query for one text
  std::int64_t last_id() const;
  int changes() const;                              // rows changed by the last statement
  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  Database(const std::string& path, int flags);
  [[noreturn]] void fail(int code) const;

  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement. Parameters count from 1, columns from 0. Text and blobs must live until the next reset.
class Statement {
 public:
  Statement() = default;
  Statement(Database& database, std::string_view sql);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);
  void bind_blob(int parameter, std::string_view bytes);
  void bind_null(int parameter);
  void clear();  // every parameter null
  bool step();  // true: a row; false: finished, and ready to run again with new values
  void reset();

  CellType type(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view bytes(int column) const;  // of text or a blob, until the next step

 private:
  void check(int code) const;

  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  Database* database_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Undone at the end of its scope unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  void commit();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace penchant
