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

// A new empty file beside `path`, to be written and renamed over it: PATH.partial-PROCESS-NUMBER, which no other writer of `path`
// has. Where none can be made the name is returned all the same, and opening it says why.
std::string make_partial_file(const std::string& path);
bool is_partial_name(std::string_view name);

}  // namespace penchant
