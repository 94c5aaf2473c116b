// The line format of journal.h, byte by byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penchant {

struct JournalEntry;

inline constexpr std::string_view kLineStart = "trial1 ";                          // the digit is the format's version
inline constexpr std::size_t kHeadSize = kLineStart.size() + 8 + 1 + 16 + 1;       // "trial1 LENGTH CHECKSUM "
inline constexpr std::uint64_t kMaxLine = std::uint64_t{1} << 26;                  // a longer length is a broken head

struct LineHead {
  std::uint64_t length = 0, checksum = 0;
};
std::optional<LineHead> read_head(std::string_view bytes);  // of the first kHeadSize bytes

// Fills entry.result and entry.arrays. Throws InvalidInput naming `where`.
void decode_trial(std::string_view json, std::string_view where, JournalEntry& entry);

}  // namespace penchant
