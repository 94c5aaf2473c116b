// Whole files in and out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penchant {

// Throws InvalidInput: missing, a folder, without permission, or larger than max_bytes (refused before anything is read).
std::string read_file(const std::string& path, std::uint64_t max_bytes);
// Written beside the target and renamed over it: a reader never sees half a file. Throws InvalidInput with the system's reason.
void write_file(const std::string& path, std::string_view content);

}  // namespace penchant
