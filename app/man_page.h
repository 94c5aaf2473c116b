// penchant.1 in the man macros, without warnings of groff.
#pragma once

#include <string>

#include "command_text.h"

namespace penchant::app {

std::string man_page(const ProgramText& program, const std::string& version);

}  // namespace penchant::app
