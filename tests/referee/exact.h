// Linear algebra without rounding, where 60 digits do not hold the squares of a problem's scales.
#pragma once

#include "support/rational_simplex.h"

namespace penchant::referee {

using testing::Rational;
using testing::RationalMatrix;
using testing::RationalVector;

// A⁻¹ b for an invertible A.
RationalVector solved(RationalMatrix a, RationalVector b);
// A largest independent set of rows, first come first taken.
RationalMatrix independent_rows(const RationalMatrix& a);
RationalVector times(const RationalMatrix& a, const RationalVector& b);
RationalMatrix transposed(const RationalMatrix& a);
// A Bᵀ.
RationalMatrix times_transposed(const RationalMatrix& a, const RationalMatrix& b);

}  // namespace penchant::referee
