#include "penchant/core/npy.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::string_view kKnownTypes = "f8 f4 i8 i4 i2 i1 u8 u4 u2 u1 b1";

struct Header {
  std::string type;  // "f8": the byte order is checked and dropped
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
  std::string_view data;
};

[[noreturn]] void fail(std::string_view where, std::string_view what) {
  throw InvalidInput(cat(where, ": broken .npy file: ", what));
}

// What follows `'key':` in the header, a Python dictionary literal as numpy writes it.
std::string_view entry(std::string_view dictionary, std::string_view key, std::string_view where) {
  for (const char quote : {'\'', '"'}) {
    const std::size_t at = dictionary.find(cat(quote, key, quote));
    if (at == std::string_view::npos) continue;
    std::string_view rest = dictionary.substr(at + key.size() + 2);
    const std::size_t start = rest.find_first_not_of(" :");
    return start == std::string_view::npos ? std::string_view() : rest.substr(start);
  }
  fail(where, cat("its header has no '", key, "'"));
}

std::string read_type(std::string_view text, std::string_view where) {
  const std::size_t end = text.empty() ? std::string_view::npos : text.find(text[0], 1);
  if (end == std::string_view::npos || (text[0] != '\'' && text[0] != '"'))
    throw InvalidInput(cat(where, ": an array of records, expected one of ", kKnownTypes));
  const std::string_view type = text.substr(1, end - 1);
  if (type.starts_with('>')) throw InvalidInput(cat(where, ": big-endian numbers (", in_quotes(type), "), expected little-endian"));
  if (type.starts_with("|O")) throw InvalidInput(cat(where, ": holds Python objects, expected numbers (one of ", kKnownTypes, ")"));
  const std::string name(type.substr(type.starts_with('<') || type.starts_with('|') || type.starts_with('=') ? 1 : 0));
  const std::size_t known = name.size() == 2 ? kKnownTypes.find(name) : std::string_view::npos;
  if (known == std::string_view::npos || known % 3 != 0)
    throw InvalidInput(cat(where, ": type ", in_quotes(type, 20), ", expected one of ", kKnownTypes));
  return name;
}

std::vector<std::uint64_t> read_shape(std::string_view text, std::string_view where) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) fail(where, "its shape is not a tuple");
  std::vector<std::uint64_t> shape;
  const char* p = text.data() + 1;
  const char* const stop = text.data() + end;
  bool after_number = false;
  while (p < stop) {
    if (*p == ' ' || (*p == ',' && after_number)) {
      after_number = after_number && *p == ' ';
      ++p;
      continue;
    }
    if (after_number) fail(where, cat("its shape ", in_quotes(text.substr(0, end + 1), 40), " is not a tuple of sizes"));
    after_number = true;
    const auto [next, code] = std::from_chars(p, stop, shape.emplace_back());
    if (code != std::errc()) fail(where, cat("its shape ", in_quotes(text.substr(0, end + 1), 40), " is not a tuple of sizes"));
    p = next;
  }
  return shape;
}

Header read_header(std::string_view bytes, std::string_view where) {
  if (!bytes.starts_with(kMagic)) throw InvalidInput(cat(where, ": not a .npy file: it does not start with \\x93NUMPY"));
  if (bytes.size() < 8) fail(where, "cut off in its header");
  const int version = static_cast<unsigned char>(bytes[6]);
  if (version != 1 && version != 2) throw InvalidInput(cat(where, ": .npy version ", version, ", expected 1 or 2"));
  const std::size_t width = version == 1 ? 2 : 4;
  if (bytes.size() < 8 + width) fail(where, "cut off in its header");
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + 8, width);
  if (bytes.size() - 8 - width < length) fail(where, "cut off in its header");
  const std::string_view dictionary = bytes.substr(8 + width, length);
  const std::string_view order = entry(dictionary, "fortran_order", where);
  if (!order.starts_with("True") && !order.starts_with("False"))
    fail(where, cat("its fortran_order ", in_quotes(order, 10), " is neither True nor False"));
  return {read_type(entry(dictionary, "descr", where), where), order.starts_with("True"),
          read_shape(entry(dictionary, "shape", where), where), bytes.substr(8 + width + length)};
}

// Throws unless the file holds exactly the bytes its shape asks for, whatever numbers the shape claims.
void check_size(const Header& header, std::uint64_t item, std::string_view where) {
  std::string shape;
  for (const std::uint64_t size : header.shape) shape += cat(shape.empty() ? "" : ", ", size);
  std::uint64_t needed = item;
  for (const std::uint64_t size : header.shape) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (size != 0 && needed > kMost / size) fail(where, cat("shape (", shape, ") is beyond any memory"));
    needed *= size;
  }
  if (needed != header.data.size())
    fail(where, cat("shape (", shape, ") of ", header.type, " needs ", needed, " bytes of data, it has ", header.data.size()));
}

template <class T>
Matrix convert(const Header& header, Index rows, Index cols, std::string_view where) {
  Matrix out(rows, cols);
  const Index row_stride = header.fortran_order ? 1 : cols, column_stride = header.fortran_order ? rows : 1;
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < cols; ++j) {
      T item;
      std::memcpy(&item, header.data.data() + static_cast<std::size_t>(i * row_stride + j * column_stride) * sizeof(T), sizeof(T));
      out(i, j) = static_cast<double>(item);
      if constexpr (std::is_integral_v<T> && sizeof(T) == 8) {
        const bool exact = item <= T{1} << 53 && (std::is_unsigned_v<T> || item >= -(std::int64_t{1} << 53));
        if (!exact)
          throw InvalidInput(cat(where, ": row ", i + 1, ", column ", j + 1, ": ", item, ", expected at most 2^53 in size"));
      }
    }
  return out;
}

using Converter = Matrix (*)(const Header&, Index, Index, std::string_view);
struct Type {
  std::string_view name;
  std::uint64_t bytes;
  Converter converter;
};
template <class T>
constexpr Type type_of(std::string_view name) {
  return {name, sizeof(T), convert<T>};
}
constexpr Type kTypes[] = {type_of<double>("f8"),        type_of<float>("f4"),         type_of<std::int64_t>("i8"),
                           type_of<std::int32_t>("i4"),  type_of<std::int16_t>("i2"),  type_of<std::int8_t>("i1"),
                           type_of<std::uint64_t>("u8"), type_of<std::uint32_t>("u4"), type_of<std::uint16_t>("u2"),
                           type_of<std::uint8_t>("u1"),  type_of<std::uint8_t>("b1")};

}  // namespace

Matrix from_npy(std::string_view bytes, std::string_view where) {
  const Header header = read_header(bytes, where);
  if (header.shape.empty() || header.shape.size() > 2)
    throw InvalidInput(cat(where, ": an array of ", header.shape.size(), " dimensions, expected 1 or 2"));
  for (const Type& type : kTypes) {
    if (type.name != header.type) continue;
    check_size(header, type.bytes, where);
    const auto rows = static_cast<Index>(header.shape[0]);
    const auto cols = static_cast<Index>(header.shape.size() == 2 ? header.shape[1] : 1);
    if (rows == 0 || cols == 0) throw InvalidInput(cat(where, ": an array without entries (", rows, " x ", cols, ")"));
    return type.converter(header, rows, cols, where);
  }
  PENCHANT_CHECK(false);
  return {};
}

std::string to_npy(const Matrix& matrix) {
  const std::string shape = matrix.cols() == 1 ? cat(matrix.rows(), ",") : cat(matrix.rows(), ", ", matrix.cols());
  std::string header = cat("{'descr': '<f8', 'fortran_order': False, 'shape': (", shape, "), }");
  // Data start at a multiple of 64 bytes, so that the file can be mapped.
  header.append(63 - (10 + header.size()) % 64, ' ').append("\n");
  const auto length = static_cast<std::uint16_t>(header.size());
  std::string out = cat(kMagic, '\x01', '\0');
  out.append(reinterpret_cast<const char*>(&length), sizeof length).append(header);
  return out.append(reinterpret_cast<const char*>(matrix.data()), static_cast<std::size_t>(matrix.size()) * sizeof(double));
}

}  // namespace penchant
