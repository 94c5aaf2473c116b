// Append-only record of finished trials, one file per writer, STORE/journal/NAME.journal. One line a trial:
//   trial1 LENGTH CHECKSUM {JSON}\n
// LENGTH: bytes of the JSON, 8 hexadecimal digits; CHECKSUM: XXH3 of the JSON, 16 hexadecimal digits.
// A line counts if its checksum holds,
// wherever it stands: after damage the reader goes on at the next line that holds.
// Arrays lie in STORE/arrays/KEY.NAME.npy and are on the disk before the line that names them, with their length and checksum.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penchant/lab/store_files.h"
#include "penchant/lab/trial.h"

namespace penchant {

struct StoredArray {
  std::string name;
  std::uint64_t length = 0;    // entries
  std::uint64_t checksum = 0;  // of the whole file
};

struct JournalEntry {
  TrialResult result;               // without its arrays
  std::vector<StoredArray> arrays;
  std::uint64_t offset = 0, end = 0;  // bytes [offset, end) of the file, the line's end included
  std::uint64_t checksum = 0;       // of the JSON
};

// Bytes of a journal that hold no trial any more.
struct JournalDamage {
  std::string file;
  std::uint64_t line = 0;  // 1-based
  std::uint64_t offset = 0, bytes = 0;
  bool torn = false;       // the end of a file whose writer was stopped in the middle of a line, or still writes it
  std::string why;
  std::string text() const;
};

// One line of a journal as it is written, without arrays' contents.
std::string journal_line(const TrialResult& result, std::span<const StoredArray> arrays);
std::string array_file_name(std::string_view key, std::string_view name);  // KEY.NAME.npy

// The intact entries of a file from `offset` (the end of an entry, or 0) on, one at a time: memory does not grow with the file.
// A file that is being written may be read; its unfinished last line shows up as torn.
// Throws StoreError if the file cannot be read.
class JournalReader {
 public:
  explicit JournalReader(const std::string& path, std::uint64_t offset = 0);
  ~JournalReader();
  bool next(JournalEntry& entry);                     // false at the end of the file
  bool skip();                                        // the same without decoding
  std::uint64_t end() const;                          // of the last intact entry, or where reading began
  bool ends_with_newline() const;                     // of the last intact entry; true before the first
  const std::vector<JournalDamage>& damage() const;   // what was passed over so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The only writer of its file, in all processes: a second one is refused with the pid and host of the first.
class JournalWriter {
 public:
  // Opens or creates STORE/journal/NAME.journal and cuts a torn last line off. `folder` is the store's.
  JournalWriter(const std::string& folder, const std::string& name);
  ~JournalWriter();
  JournalWriter(JournalWriter&&) noexcept;
  // Arrays, then all lines in one write, then one fdatasync: after return they last.
  // On failure the file is what it was before the call and StoreError says why; the writer can be used again.
  void append(std::span<const TrialResult> batch);
  // The same for entries of another journal, whose arrays lie in this store already.
  void append(std::span<const JournalEntry> batch);
  // What an earlier writer's end, or flipped bits, have cost; found on opening.
  const std::vector<JournalDamage>& damage() const { return damage_; }
  const std::string& path() const { return path_; }

 private:
  std::vector<StoredArray> write_arrays(const TrialResult& result) const;
  void write(std::string_view lines);

  std::string folder_, path_;
  FileLock lock_;
  OpenFile file_;
  std::uint64_t size_ = 0;
  std::vector<JournalDamage> damage_;
};

}  // namespace penchant
