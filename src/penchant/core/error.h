// The three ways something can go wrong, kept apart:
//   the caller's mistake     -> throw InvalidInput: one line with where, what was there, what was expected, nearest valid name
//   a numerical outcome      -> a status with a sentence in the returned value (see status.h)
//   a bug of this library    -> PENCHANT_CHECK, which throws InternalError
#pragma once

#include <stdexcept>
#include <string>

namespace penchant {

class InvalidInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void throw_check_failed(const char* condition, const char* file, int line);

// Stays on in release builds: use it where it is cheap.
#define PENCHANT_CHECK(condition) \
  ((condition) ? void() : ::penchant::throw_check_failed(#condition, __FILE__, __LINE__))

}  // namespace penchant
