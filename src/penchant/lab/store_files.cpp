#include "penchant/lab/store_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "penchant/core/file.h"
#include "penchant/core/text.h"

namespace penchant {

void throw_system_error(const std::string& path, std::string_view action) {
  throw StoreError(cat(path, ": ", action, ": ", std::strerror(errno)));
}

OpenFile::OpenFile(const std::string& path, int flags, std::string_view action)
    : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw_system_error(path, action);
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

std::string host_name() {
  char buffer[256] = {};
  return ::gethostname(buffer, sizeof buffer - 1) == 0 ? buffer : "unknown";
}

namespace {

bool locked(int descriptor, double patience) {
  const auto start = std::chrono::steady_clock::now();
  for (;;) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() >= patience) {
      errno = EWOULDBLOCK;
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

bool names(const std::string& path, int descriptor) {
  struct stat there, held;
  return ::stat(path.c_str(), &there) == 0 && ::fstat(descriptor, &held) == 0 && there.st_ino == held.st_ino &&
         there.st_dev == held.st_dev;
}

}  // namespace

FileLock::FileLock(const std::string& path, const std::string& subject, double patience) {
  do {
    file_ = OpenFile(path, O_RDWR | O_CREAT, "cannot be written");
    if (locked(file_.descriptor(), patience)) continue;
    if (errno != EWOULDBLOCK) throw_system_error(path, "cannot be locked");
    char holder[300] = {};
    const bool known = ::pread(file_.descriptor(), holder, sizeof holder - 1, 0) > 0;
    throw StoreBusy(cat(subject, " by ", known ? printable(holder, 280) : "another process"));
  } while (!names(path, file_.descriptor()));  // a holder that removes its file leaves us with one that nobody else finds
  // Only for the message of whoever comes second: what cannot be written here will be said by the write that matters.
  const std::string holder = cat("process ", static_cast<int>(::getpid()), " on ", host_name());
  if (::ftruncate(file_.descriptor(), 0) == 0) (void)!::pwrite(file_.descriptor(), holder.data(), holder.size(), 0);
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void write_durably(const std::string& path, std::string_view bytes) {
  const std::string partial = make_partial_file(path);
  {
    const OpenFile file(partial, O_WRONLY | O_TRUNC, "cannot be written");
    if (!write_all(file.descriptor(), bytes) || ::fdatasync(file.descriptor()) != 0) {
      const int reason = errno;
      ::unlink(partial.c_str());
      errno = reason;
      throw_system_error(path, "cannot be written");
    }
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) throw_system_error(path, "cannot be written");
}

void sync_folder(const std::string& folder) {
  const OpenFile file(folder, O_RDONLY | O_DIRECTORY, "cannot be opened");
  // Some file systems cannot sync a folder; they order names with data instead.
  if (::fsync(file.descriptor()) != 0 && errno != EINVAL && errno != EROFS) throw_system_error(folder, "cannot be written");
}

void make_folder(const std::string& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) throw StoreError(cat(folder, ": cannot be made: ", code.message()));
}

}  // namespace penchant
