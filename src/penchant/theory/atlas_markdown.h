// docs/theory.md.
#pragma once

#include <string>

namespace penchant {

// The atlas as a page, with the sources at its end.
std::string atlas_markdown();

}  // namespace penchant
