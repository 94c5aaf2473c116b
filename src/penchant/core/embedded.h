// Files that travel inside the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace penchant::embedded {

}  // namespace penchant::embedded
