// Who computed a record: version, compiler, instruction set.
#pragma once

#include <string>

#include "penchant/core/value.h"

namespace penchant {

std::string version();
// {version, compiler, isa, threads}
Value provenance();

}  // namespace penchant
