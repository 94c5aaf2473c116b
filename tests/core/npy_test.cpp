#include "penchant/core/npy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "penchant/core/error.h"
#include "support/planted.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using testing::refusal;

std::string npy(std::string_view dictionary, std::string_view data, char version = 1) {
  std::string out = std::string("\x93NUMPY") + version + '\0';
  const auto length = static_cast<std::uint32_t>(dictionary.size());
  out.append(reinterpret_cast<const char*>(&length), version == 1 ? 2 : 4);
  return out.append(dictionary).append(data);
}

template <class T>
std::string bytes_of(std::initializer_list<T> items) {
  return {reinterpret_cast<const char*>(std::data(items)), items.size() * sizeof(T)};
}

std::string read_error(const std::string& bytes) {
  return refusal([&] { from_npy(bytes, "w.npy"); });
}

TEST(Npy, a_header_is_read_to_the_letter) {
  const std::string good = to_npy(Matrix::Ones(6, 3));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string bytes = good;
    bytes.replace(bytes.find(from), from.size(), to);
    return bytes;
  };
  EXPECT_NE(testing::refusal([&] { from_npy(with("False", "maybe"), "x.npy"); }).find("neither True nor False"), std::string::npos);
  EXPECT_NE(testing::refusal([&] { from_npy(with("(6, 3)", "(6  3)"), "x.npy"); }).find("not a tuple of sizes"), std::string::npos);
  EXPECT_NE(testing::refusal([&] { from_npy(with("(6, 3)", "(,6,3)"), "x.npy"); }).find("not a tuple of sizes"), std::string::npos);
}

TEST(Npy, written_matrices_read_back_bit_for_bit) {
  for (const auto& [rows, cols] : {std::pair<Index, Index>{1, 1}, {3, 2}, {7, 1}, {1, 5}, {40, 33}}) {
    Matrix m = testing::gaussian_matrix(rows, cols, 4);
    m(0, 0) = -std::numeric_limits<double>::denorm_min();
    const std::string bytes = to_npy(m);
    EXPECT_EQ(from_npy(bytes, "m"), m);
    EXPECT_EQ((bytes.size() - static_cast<std::size_t>(m.size()) * 8) % 64, 0u) << "data must start at a multiple of 64";
  }
}

TEST(Npy, header_is_the_one_numpy_writes) {
  // numpy.save of numpy.array([1.0, 2.0]) and of numpy.zeros((2, 3)), NumPy 1.24.
  EXPECT_EQ(to_npy(Matrix(Vector::LinSpaced(2, 1, 2))).substr(0, 10 + 59),
            std::string("\x93NUMPY\x01\0v\0", 10) + "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }  ");
  EXPECT_EQ(to_npy(Matrix::Zero(2, 3)).substr(10, 60), "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } ");
}

TEST(Npy, every_type_and_order_is_read) {
  const auto read = [](std::string_view type, const std::string& data) {
    const std::string dictionary = std::string("{'descr': '") + std::string(type) + "', 'fortran_order': False, 'shape': (2,), }\n";
    return Vector(from_npy(npy(dictionary, data), "a").col(0));
  };
  const Vector expected = Vector::LinSpaced(2, 1, 2), negative = -expected;
  EXPECT_EQ(read("<f4", bytes_of<float>({1, 2})), expected);
  EXPECT_EQ(read("<i8", bytes_of<std::int64_t>({-1, -2})), negative);
  EXPECT_EQ(read("<i4", bytes_of<std::int32_t>({-1, -2})), negative);
  EXPECT_EQ(read("<i2", bytes_of<std::int16_t>({-1, -2})), negative);
  EXPECT_EQ(read("|i1", bytes_of<std::int8_t>({-1, -2})), negative);
  EXPECT_EQ(read("<u8", bytes_of<std::uint64_t>({1, 2})), expected);
  EXPECT_EQ(read("<u4", bytes_of<std::uint32_t>({1, 2})), expected);
  EXPECT_EQ(read("<u2", bytes_of<std::uint16_t>({1, 2})), expected);
  EXPECT_EQ(read("|u1", bytes_of<std::uint8_t>({1, 2})), expected);
  EXPECT_EQ(read("|b1", bytes_of<std::uint8_t>({1, 0})), Vector::LinSpaced(2, 1, 0));
  const Matrix fortran = from_npy(
      npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }\n", bytes_of<double>({1, 4, 2, 5, 3, 6}), 2), "f");
  EXPECT_EQ(fortran, (Matrix(2, 3) << 1, 2, 3, 4, 5, 6).finished());
}

TEST(Npy, what_is_not_a_matrix_of_numbers_is_refused_by_name) {
  const std::string one = bytes_of<double>({1});
  EXPECT_EQ(read_error(npy("{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }", one)),
            "w.npy: big-endian numbers (\">f8\"), expected little-endian");
  EXPECT_EQ(read_error(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", one)),
            "w.npy: holds Python objects, expected numbers (one of f8 f4 i8 i4 i2 i1 u8 u4 u2 u1 b1)");
  EXPECT_EQ(read_error(npy("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", one)),
            "w.npy: type \"<c16\", expected one of f8 f4 i8 i4 i2 i1 u8 u4 u2 u1 b1");
  EXPECT_EQ(read_error(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", one)),
            "w.npy: an array of records, expected one of f8 f4 i8 i4 i2 i1 u8 u4 u2 u1 b1");
  EXPECT_EQ(read_error(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1), }", one)),
            "w.npy: an array of 3 dimensions, expected 1 or 2");
  EXPECT_EQ(read_error(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", one)),
            "w.npy: an array of 0 dimensions, expected 1 or 2");
  EXPECT_EQ(read_error(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }", "")),
            "w.npy: an array without entries (0 x 3)");
  EXPECT_EQ(read_error(npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", bytes_of<std::int64_t>({(1ll << 53) + 1}))),
            "w.npy: row 1, column 1: 9007199254740993, expected at most 2^53 in size");
  EXPECT_EQ(read_error("PK\x03\x04"), "w.npy: not a .npy file: it does not start with \\x93NUMPY");
}

TEST(Npy, shapes_that_the_data_do_not_fill_are_refused_before_anything_is_allocated) {
  const std::string one = bytes_of<double>({1});
  EXPECT_EQ(read_error(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }", one)),
            "w.npy: broken .npy file: shape (1000000, 1000000) of f8 needs 8000000000000 bytes of data, it has 8");
  EXPECT_EQ(read_error(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", one)),
            "w.npy: broken .npy file: shape (4611686018427387904, 4) is beyond any memory");
  EXPECT_EQ(read_error(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", one + "1234567")),
            "w.npy: broken .npy file: shape (2) of f8 needs 16 bytes of data, it has 15");
  EXPECT_EQ(read_error(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", one)),
            "w.npy: broken .npy file: its shape \"(-1,)\" is not a tuple of sizes");
}

TEST(Npy, every_truncation_of_a_valid_file_is_refused) {
  const std::string bytes = to_npy(testing::gaussian_matrix(3, 2, 1));
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_THROW(from_npy(bytes.substr(0, size), "w"), InvalidInput) << size;
}

}  // namespace
}  // namespace penchant
