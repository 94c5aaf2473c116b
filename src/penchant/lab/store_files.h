// Files of a store: who may write, and what reaches the disk.
#pragma once

#include <string>
#include <string_view>

#include "penchant/core/error.h"

namespace penchant {

// The disk is full, a file-size limit is reached, permission is missing, somebody else is writing:
// the message holds the system's reason.
// A process that may meet RLIMIT_FSIZE ignores SIGXFSZ (the command line does), or the signal ends it before the error is seen.
class StoreError : public InvalidInput {
 public:
  using InvalidInput::InvalidInput;
};

// A file that is there but broken.
class StoreDamaged : public StoreError {
 public:
  using StoreError::StoreError;
};

// Another process is at it; nothing is wrong with the store.
class StoreBusy : public StoreError {
 public:
  using StoreError::StoreError;
};

// StoreError "PATH: ACTION: REASON" of the current errno.
[[noreturn]] void throw_system_error(const std::string& path, std::string_view action);

// An open file, closed at the end of its scope.
class OpenFile {
 public:
  OpenFile() = default;
  OpenFile(const std::string& path, int flags, std::string_view action);  // throws StoreError
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&& other) noexcept;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// One writer at a time, over processes: flock on a file that says who holds it. Released when the process ends, however it ends;
// the file stays, unless its holder removes it.
class FileLock {
 public:
  // Waits up to `patience` seconds; then throws StoreBusy "SUBJECT by process 123 on HOST".
  FileLock(const std::string& path, const std::string& subject, double patience = 0.0);

 private:
  OpenFile file_;
};

std::string host_name();
bool write_all(int descriptor, std::string_view bytes);  // false: errno is set, some bytes may have been written
// Written beside the target, synced, renamed over it: neither a reader nor a crash sees half a file. Throws StoreError.
void write_durably(const std::string& path, std::string_view bytes);
void sync_folder(const std::string& folder);  // makes new names in it last
void make_folder(const std::string& folder);

}  // namespace penchant
