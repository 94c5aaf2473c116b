// Numbers and strings as bytes and back, every bit of a double kept: what a run is saved in.
// Everything is eight bytes in the machine's own order, a string or a vector its length and then its contents;
// nothing says what follows,
// so a reader asks for what the writer put.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "penchant/core/types.h"

namespace penchant {

class Writer {
 public:
  void number(double x);
  void integer(std::int64_t x);
  void flag(bool x) { integer(x ? 1 : 0); }
  void text(std::string_view s);
  void vector(VecIn v);
  void matrix(const Eigen::Ref<const Eigen::MatrixXd>& m);
  // A name that the reader has to meet at the same place.
  void section(std::string_view name) { text(name); }

  std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Every function throws InvalidInput where the bytes end before what is asked for, or where they cannot be it.
class Reader {
 public:
  // `bytes` has to outlive the reader.
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  double number();
  std::int64_t integer();
  bool flag();
  std::string text();
  Vector vector();
  Eigen::MatrixXd matrix();
  void section(std::string_view name);
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  const char* next(std::uint64_t count);
  std::uint64_t length(std::uint64_t unit);

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace penchant
