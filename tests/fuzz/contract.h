// What every reader promises for any bytes: a value or InvalidInput with a one-line message, nothing else.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

// Any other exception leaves this function and is reported by the fuzzer.
template <class Reader>
void value_or_refusal(Reader&& reader) {
  try {
    reader();
  } catch (const InvalidInput& error) {
    const std::string_view text = error.what();
    for (const char c : text)
      if (static_cast<unsigned char>(c) < 0x20) {
        std::fprintf(stderr, "message with a control character: %s\n", error.what());
        std::abort();
      }
    if (text.empty() || text.size() > 4000 || invalid_utf8_at(text) != std::string_view::npos) {
      std::fprintf(stderr, "message empty, endless or not UTF-8 (%zu bytes)\n", text.size());
      std::abort();
    }
  }
}

}  // namespace penchant
