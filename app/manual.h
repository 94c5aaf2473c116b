// What --help and the manual page say beyond the list of options.
#pragma once

#include <string>
#include <string_view>

namespace penchant::app {

// Paragraphs, then "Examples:" and one shell line each, that work when pasted in the root of the repository one after the other.
// `command` "" is the program itself; empty for a name that is no command.
std::string_view manual_of(std::string_view command);

}  // namespace penchant::app
