// NumPy's .npy format, version 1 and 2, little-endian numbers of 1 or 2 dimensions.
#pragma once

#include <string>
#include <string_view>

#include "penchant/core/types.h"

namespace penchant {

// Any of f8 f4 i8 i4 i2 i1 u8 u4 u2 u1 b1, C or Fortran order; a vector becomes one column. Throws InvalidInput naming `where`.
Matrix from_npy(std::string_view bytes, std::string_view where);
// f8, C order; a one-column matrix is written as a vector of shape (rows,).
std::string to_npy(const Matrix& matrix);

}  // namespace penchant
