// The folder that a record is written into, in the hands of one process at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "penchant/lab/store_files.h"

namespace penchant {

// From construction to destruction nobody else who asks this way writes into the folder. What a killed process leaves keeps nobody
// out: the lock is the system's, its file (FOLDER/.lock) and half-written files are cleared away by the next one.
class OutputFolder {
 public:
  // Makes the folder where it is missing. Throws StoreBusy, naming the process that writes there, and StoreError with the
  // system's reason where the folder cannot be made or written.
  explicit OutputFolder(std::string path);
  // A folder that was made here and got no file is removed again.
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

 private:
  std::string path_, lock_path_;
  std::vector<std::string> made_;  // folders, the innermost first
  std::unique_ptr<FileLock> lock_;
};

}  // namespace penchant
