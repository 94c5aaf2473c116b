// Content hash, 128 bits in hexadecimal: the identity of a spec or of a data set. Not cryptographic.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penchant {

std::string content_hash(std::string_view bytes);

// 64 bits, to notice flipped bits.
std::uint64_t checksum(std::string_view bytes);

}  // namespace penchant
