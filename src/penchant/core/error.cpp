#include "penchant/core/error.h"

namespace penchant {

void throw_check_failed(const char* condition, const char* file, int line) {
  throw InternalError(std::string("internal check failed: ") + condition + " at " + file + ":" + std::to_string(line));
}

}  // namespace penchant
