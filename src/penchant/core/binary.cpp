#include "penchant/core/binary.h"

#include <bit>
#include <cstring>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr std::uint64_t kWord = 8;
static_assert(sizeof(double) == kWord);

}  // namespace

void Writer::number(double x) { integer(std::bit_cast<std::int64_t>(x)); }

void Writer::integer(std::int64_t x) {
  char word[kWord];
  std::memcpy(word, &x, kWord);
  bytes_.append(word, kWord);
}

void Writer::text(std::string_view s) {
  integer(static_cast<std::int64_t>(s.size()));
  bytes_.append(s);
}

void Writer::vector(VecIn v) {
  integer(v.size());
  bytes_.append(reinterpret_cast<const char*>(v.data()), static_cast<std::size_t>(v.size()) * kWord);
}

void Writer::matrix(const Eigen::Ref<const Eigen::MatrixXd>& m) {
  integer(m.rows());
  integer(m.cols());
  for (Index j = 0; j < m.cols(); ++j)
    bytes_.append(reinterpret_cast<const char*>(m.col(j).data()), static_cast<std::size_t>(m.rows()) * kWord);
}

const char* Reader::next(std::uint64_t count) {
  if (count > bytes_.size() - at_)
    throw InvalidInput(cat("ends at byte ", bytes_.size(), " where ", count, " more after byte ", at_, " were expected"));
  const char* here = bytes_.data() + at_;
  at_ += static_cast<std::size_t>(count);
  return here;
}

// Of something whose entries take at least `unit` bytes each:
// a length that the rest cannot hold is refused before memory is asked for.
std::uint64_t Reader::length(std::uint64_t unit) {
  const std::size_t where = at_;
  const std::int64_t count = integer();
  if (count < 0 || static_cast<std::uint64_t>(count) > (bytes_.size() - at_) / unit)
    throw InvalidInput(
        cat("the length at byte ", where, " is ", count, ", more than the ", bytes_.size() - at_, " bytes behind it hold"));
  return static_cast<std::uint64_t>(count);
}

double Reader::number() { return std::bit_cast<double>(integer()); }

std::int64_t Reader::integer() {
  std::int64_t x;
  std::memcpy(&x, next(kWord), kWord);
  return x;
}

bool Reader::flag() {
  const std::size_t where = at_;
  const std::int64_t x = integer();
  if (x != 0 && x != 1) throw InvalidInput(cat("at byte ", where, " is ", x, ", expected 0 or 1"));
  return x == 1;
}

std::string Reader::text() {
  const std::uint64_t count = length(1);
  return {next(count), static_cast<std::size_t>(count)};
}

Vector Reader::vector() {
  Vector out(static_cast<Index>(length(kWord)));
  const auto bytes = static_cast<std::size_t>(out.size()) * kWord;
  if (bytes > 0) std::memcpy(out.data(), next(bytes), bytes);
  return out;
}

Eigen::MatrixXd Reader::matrix() {
  const std::uint64_t rows = length(1), cols = length(1);
  if (rows > 0 && cols > (bytes_.size() - at_) / kWord / rows)
    throw InvalidInput(cat("a matrix of ", rows, " by ", cols, " numbers at byte ", at_, " is more than the bytes behind it hold"));
  Eigen::MatrixXd out(static_cast<Index>(rows), static_cast<Index>(cols));
  const auto bytes = static_cast<std::size_t>(out.size()) * kWord;
  if (bytes > 0) std::memcpy(out.data(), next(bytes), bytes);
  return out;
}

void Reader::section(std::string_view name) {
  const std::size_t where = at_;
  const std::string found = text();
  if (found != name) throw InvalidInput(cat("at byte ", where, " is ", in_quotes(found), ", expected ", in_quotes(name)));
}

}  // namespace penchant
