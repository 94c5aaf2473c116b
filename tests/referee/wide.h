// Linear algebra in 60 digits, for problems of a handful of rows.
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <optional>
#include <vector>

#include "penchant/core/types.h"

namespace penchant::referee {

namespace multi = boost::multiprecision;
using Wide = multi::number<multi::cpp_bin_float<60>, multi::et_off>;
using WideVector = std::vector<Wide>;

struct WideMatrix {
  WideMatrix(std::size_t rows_, std::size_t cols_) : rows(rows_), cols(cols_), entries(rows_ * cols_) {}
  explicit WideMatrix(const Matrix& m);
  Wide& operator()(std::size_t i, std::size_t j) { return entries[i * cols + j]; }
  const Wide& operator()(std::size_t i, std::size_t j) const { return entries[i * cols + j]; }

  std::size_t rows, cols;
  WideVector entries;
};

WideVector wide(const Vector& v);
Vector rounded(const WideVector& v);
Wide dot(const WideVector& a, const WideVector& b);
Wide norm(const WideVector& a);
WideVector operator+(WideVector a, const WideVector& b);
WideVector operator-(WideVector a, const WideVector& b);
WideVector operator*(const Wide& c, WideVector a);
WideVector operator*(const WideMatrix& m, const WideVector& v);
WideVector transposed_times(const WideMatrix& m, const WideVector& v);
// A B Aᵀ.
WideMatrix sandwiched(const WideMatrix& a, const WideMatrix& b);
// A⁻¹ b by elimination with row pivots, rows equilibrated; absent where a pivot is below 1e-40 of its row's size.
std::optional<WideVector> solved(WideMatrix a, WideVector b);
// Of rows of any sizes: a largest independent set, first come first taken; a row counts as dependent below 1e-40 of itself.
std::vector<std::size_t> independent_rows(const WideMatrix& a);
WideMatrix rows_of(const WideMatrix& a, const std::vector<std::size_t>& indices);

}  // namespace penchant::referee
