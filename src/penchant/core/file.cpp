#include "penchant/core/file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

std::string read_file(const std::string& path, std::uint64_t max_bytes) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  // a folder on the way is closed to us
  if (!std::filesystem::status_known(status)) throw InvalidInput(cat(path, ": ", code.message()));
  if (!std::filesystem::exists(status)) throw InvalidInput(cat(path, ": no such file"));
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
  const std::string partial = path + ".partial";
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

}  // namespace penchant
