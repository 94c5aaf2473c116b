#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "penchant/core/hash.h"
#include "penchant/core/text.h"
#include "penchant/lab/journal.h"
#include "penchant/lab/journal_line.h"

namespace penchant {

std::string JournalDamage::text() const {
  return cat(file, ", line ", line, " (byte ", offset, "): ", bytes, bytes == 1 ? " byte lost: " : " bytes lost: ", why);
}

// A window on the file: the bytes [begin, begin + buffer.size()), of which `at` is the next to look at.
struct JournalReader::State {
  std::string path;
  OpenFile file;
  std::uint64_t begin = 0;
  std::size_t at = 0;
  std::string buffer;
  std::uint64_t end = 0;             // of the last intact entry
  bool newline = true;
  std::vector<JournalDamage> damage;
  std::string_view json;             // of the entry that was found last
  std::uint64_t found = 0, found_sum = 0;

  std::uint64_t position() const { return begin + at; }
  bool available(std::size_t bytes);
  enum class Line { intact, broken };
  Line look();
  bool find();
  bool resynchronise();
  void lose(std::uint64_t from, std::uint64_t to, bool torn, std::string why);
  std::uint64_t line_of(std::uint64_t offset) const;
};

// Makes `bytes` bytes from `at` on lie in the buffer; false if the file ends before.
bool JournalReader::State::available(std::size_t bytes) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  while (buffer.size() - at < bytes) {
    if (at >= kBlock) {
      begin += at;
      buffer.erase(0, at);
      at = 0;
    }
    const std::size_t filled = buffer.size();
    buffer.resize(filled + std::max(kBlock, bytes));
    ssize_t got;
    do got = ::pread(file.descriptor(), buffer.data() + filled, buffer.size() - filled, static_cast<off_t>(begin + filled));
    while (got < 0 && errno == EINTR);
    buffer.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) throw_system_error(path, "cannot be read");
    if (got == 0) return false;
  }
  return true;
}

JournalReader::State::Line JournalReader::State::look() {
  if (!available(kHeadSize)) return Line::broken;
  const auto head = read_head(std::string_view(buffer).substr(at, kHeadSize));
  if (!head || !available(kHeadSize + head->length)) return Line::broken;
  json = std::string_view(buffer).substr(at + kHeadSize, head->length);
  found = position();
  found_sum = head->checksum;
  return checksum(json) == head->checksum ? Line::intact : Line::broken;
}

constexpr const char* kFlipped = "no line in them matches its checksum";

// From the first broken byte to the next line that holds, wherever it starts: a flipped newline must not cost the line after it.
bool JournalReader::State::resynchronise() {
  const std::uint64_t from = position();
  std::uint64_t whole = from;  // end of the last complete line among the broken bytes
  for (;;) {
    const std::size_t next = std::min(buffer.find(kLineStart[0], at + 1), buffer.size());
    const std::size_t newline_at = std::string_view(buffer).substr(at, next - at).rfind('\n');
    if (newline_at != std::string_view::npos) whole = position() + newline_at + 1;
    at = next;
    if (at == buffer.size() && !available(1)) break;
    if (look() == Line::intact) {
      lose(from, found, false, kFlipped);
      return true;
    }
  }
  if (whole > from) lose(from, whole, false, kFlipped);
  if (position() > whole) lose(whole, position(), true, "the writer was stopped in the middle of a line");
  return false;
}

bool JournalReader::State::find() {
  if (!available(1)) return false;
  if (look() != Line::intact && !resynchronise()) return false;
  const std::size_t after = kHeadSize + json.size();
  newline = available(after + 1) && buffer[at + after] == '\n';
  json = std::string_view(buffer).substr(at + kHeadSize, json.size());  // the buffer may have moved
  at += after + (newline ? 1 : 0);
  end = position();
  return true;
}

std::uint64_t JournalReader::State::line_of(std::uint64_t offset) const {
  std::string block(std::size_t{1} << 16, '\0');
  std::uint64_t line = 1;
  for (std::uint64_t position = 0; position < offset;) {
    const ssize_t got = ::pread(file.descriptor(), block.data(), std::min<std::uint64_t>(block.size(), offset - position),
                                static_cast<off_t>(position));
    if (got <= 0) break;
    line += static_cast<std::uint64_t>(std::count(block.begin(), block.begin() + got, '\n'));
    position += static_cast<std::uint64_t>(got);
  }
  return line;
}

void JournalReader::State::lose(std::uint64_t from, std::uint64_t to, bool torn, std::string why) {
  damage.push_back({path, line_of(from), from, to - from, torn, std::move(why)});
}

JournalReader::JournalReader(const std::string& path, std::uint64_t offset) : state_(std::make_unique<State>()) {
  state_->path = path;
  state_->file = OpenFile(path, O_RDONLY, "cannot be read");
  state_->begin = state_->end = offset;
}

JournalReader::~JournalReader() = default;

bool JournalReader::next(JournalEntry& entry) {
  while (state_->find()) {
    entry.offset = state_->found;
    entry.end = state_->end;
    entry.checksum = state_->found_sum;
    try {
      decode_trial(state_->json, "not a trial", entry);
      return true;
    } catch (const InvalidInput& error) {  // the checksum holds: written by something else, or by a newer version
      state_->lose(entry.offset, entry.end, false, error.what());
    }
  }
  return false;
}

bool JournalReader::skip() { return state_->find(); }

std::uint64_t JournalReader::end() const { return state_->end; }

bool JournalReader::ends_with_newline() const { return state_->newline; }

const std::vector<JournalDamage>& JournalReader::damage() const { return state_->damage; }

}  // namespace penchant
