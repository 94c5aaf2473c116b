// The message of what is refused, so that a test can say what it must name.
#pragma once

#include <string>

#include "penchant/core/error.h"

namespace penchant::testing {

template <class F>
std::string refusal(F f) {
  try {
    f();
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace penchant::testing
