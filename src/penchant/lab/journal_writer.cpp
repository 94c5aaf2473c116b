#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "penchant/core/hash.h"
#include "penchant/core/npy.h"
#include "penchant/core/text.h"
#include "penchant/lab/journal.h"

namespace penchant {

namespace {

std::string journal_folder(const std::string& folder) {
  make_folder(folder + "/journal");
  return folder + "/journal";
}

void check_name(const std::string& name) {
  const bool plain =
      !name.empty() && name.size() <= 100 && name.front() != '.' &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == std::string::npos;
  if (!plain)
    throw InvalidInput(cat("journal name ", in_quotes(name), ": expected letters, digits, - _ . and at most 100 of them"));
}

const std::string& checked(const std::string& name) {
  check_name(name);
  return name;
}

std::uint64_t file_size(const OpenFile& file, const std::string& path) {
  struct stat status;
  if (::fstat(file.descriptor(), &status) != 0) throw_system_error(path, "cannot be read");
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

JournalWriter::JournalWriter(const std::string& folder, const std::string& name)
    : folder_(folder),
      path_(cat(journal_folder(folder), "/", checked(name), ".journal")),
      lock_(path_ + ".lock", cat(path_, ": is being written")),
      file_(path_, O_RDWR | O_CREAT | O_APPEND, "cannot be written") {
  JournalReader reader(path_);
  while (reader.skip()) {
  }
  damage_ = reader.damage();
  size_ = file_size(file_, path_);
  // Broken complete lines stay: `store check` shows them. A torn end would swallow the next line.
  if (!damage_.empty() && damage_.back().torn) size_ = damage_.back().offset;
  if (::ftruncate(file_.descriptor(), static_cast<off_t>(size_)) != 0) throw_system_error(path_, "cannot be repaired");
  if (reader.end() == size_ && !reader.ends_with_newline()) {
    if (!write_all(file_.descriptor(), "\n")) throw_system_error(path_, "cannot be repaired");
    ++size_;
  }
  sync_folder(folder_ + "/journal");
}

JournalWriter::JournalWriter(JournalWriter&&) noexcept = default;
JournalWriter::~JournalWriter() = default;

std::vector<StoredArray> JournalWriter::write_arrays(const TrialResult& result) const {
  std::vector<StoredArray> stored;
  for (const auto& [name, values] : result.arrays) {
    check_name(name);
    const std::string bytes = to_npy(Matrix(values));
    write_durably(cat(folder_, "/arrays/", array_file_name(result.key, name)), bytes);
    stored.push_back({name, static_cast<std::uint64_t>(values.size()), checksum(bytes)});
  }
  return stored;
}

void JournalWriter::append(std::span<const TrialResult> batch) {
  const bool has_arrays = std::any_of(batch.begin(), batch.end(), [](const TrialResult& result) { return !result.arrays.empty(); });
  if (has_arrays) make_folder(folder_ + "/arrays");
  std::string lines;
  for (const TrialResult& result : batch) lines += journal_line(result, write_arrays(result));
  if (has_arrays) sync_folder(folder_ + "/arrays");
  write(lines);
}

void JournalWriter::append(std::span<const JournalEntry> batch) {
  std::string lines;
  for (const JournalEntry& entry : batch) lines += journal_line(entry.result, entry.arrays);
  write(lines);
}

void JournalWriter::write(std::string_view lines) {
  if (!write_all(file_.descriptor(), lines) || ::fdatasync(file_.descriptor()) != 0) {
    const int reason = errno;
    if (::ftruncate(file_.descriptor(), static_cast<off_t>(size_)) == 0) (void)::fdatasync(file_.descriptor());
    errno = reason;
    throw_system_error(path_, "cannot be written (what was written before is kept)");
  }
  size_ += lines.size();
}

}  // namespace penchant
