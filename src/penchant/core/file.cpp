#include "penchant/core/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr std::string_view kPartial = ".partial-";

std::string searched_text(const std::string& path) {
  std::error_code code;
  const std::filesystem::path folder = std::filesystem::absolute(path, code).parent_path();
  return cat(std::filesystem::exists(folder, code) ? " in " : ", and no folder ", printable(folder.string(), 400));
}

}  // namespace

std::string read_file(const std::string& path, std::uint64_t max_bytes) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  // a folder on the way is closed to us
  if (!std::filesystem::status_known(status)) throw InvalidInput(cat(path, ": ", code.message()));
  if (!std::filesystem::exists(status)) throw InvalidInput(cat(path, ": no such file", searched_text(path)));
  if (std::filesystem::is_directory(status)) throw InvalidInput(cat(path, ": is a folder, expected a file"));
  // Opening a pipe that nobody writes to waits for ever; those of a shell (/dev/stdin, /dev/fd/63) have their writer.
  if (std::filesystem::is_fifo(status) && !path.starts_with("/dev/") && !path.starts_with("/proc/"))
    throw InvalidInput(cat(path, ": is a pipe, expected a file"));
  const bool regular = std::filesystem::is_regular_file(status);
  const std::uint64_t size = regular ? std::filesystem::file_size(path, code) : 0;
  if (size > max_bytes) throw InvalidInput(cat(path, ": ", size, " bytes, more than max_bytes = ", max_bytes));
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InvalidInput(cat(path, ": ", std::strerror(errno)));
  std::string content;
  content.reserve(size);
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    content.append(buffer, static_cast<std::size_t>(in.gcount()));
    // A pipe or a device has no size to look at first.
    if (content.size() > max_bytes) throw InvalidInput(cat(path, ": more than max_bytes = ", max_bytes));
  }
  if (in.bad()) throw InvalidInput(cat(path, ": cannot be read to its end"));
  return content;
}

void write_file(const std::string& path, std::string_view content) {
  const std::string partial = make_partial_file(path);
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  std::error_code code;
  if (out) std::filesystem::rename(partial, path, code);
  if (!out || code) {
    const std::string reason = code ? code.message() : std::strerror(errno);
    std::filesystem::remove(partial, code);
    throw InvalidInput(cat(path, ": cannot write: ", reason));
  }
}

std::string make_partial_file(const std::string& path) {
  for (int number = 0;; ++number) {
    const std::string name = cat(path, kPartial, static_cast<int>(::getpid()), "-", number);
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST) continue;
    if (descriptor >= 0) ::close(descriptor);
    return name;
  }
}

bool is_partial_name(std::string_view name) {
  const std::size_t at = name.rfind(kPartial);
  return at != std::string_view::npos && name.find_first_not_of("0123456789-", at + kPartial.size()) == std::string_view::npos;
}

}  // namespace penchant
