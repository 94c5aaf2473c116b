#include "penchant/lab/output_folder.h"

#include <filesystem>
#include <system_error>

#include "penchant/core/file.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> missing_folders(const std::string& path) {
  std::vector<std::string> out;
  std::error_code code;
  for (fs::path at(path); !at.empty() && !fs::exists(at, code); at = at.parent_path())
    if (at.has_filename()) out.push_back(at.string());  // "out/" ends in an empty name
  return out;
}

void remove_partial_files(const std::string& folder) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code))
    if (is_partial_name(entry.path().filename().string())) fs::remove(entry.path(), code);
}

}  // namespace

OutputFolder::OutputFolder(std::string path)
    : path_(std::move(path)), lock_path_((fs::path(path_) / ".lock").string()), made_(missing_folders(path_)) {
  // Whoever ends without a file removes the folders it made: ours may go between being made and being locked.
  constexpr int kTries = 10;
  for (int attempt = 1; !lock_; ++attempt) {
    make_folder(path_);
    try {
      lock_ = std::make_unique<FileLock>(lock_path_, cat(path_, ": is being written"));
    } catch (const StoreBusy& busy) {
      throw StoreBusy(cat(busy.what(), "; wait until it has ended, or name another folder with --out"));
    } catch (const StoreError&) {
      if (attempt == kTries || fs::exists(path_)) throw;
    }
  }
  remove_partial_files(path_);
}

OutputFolder::~OutputFolder() {
  std::error_code code;
  fs::remove(lock_path_, code);
  for (const std::string& folder : made_)
    if (!fs::remove(folder, code)) break;  // not empty: something was written
}

}  // namespace penchant
