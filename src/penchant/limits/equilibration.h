// Units in which rows and columns of a matrix have one size, all of them powers of two: nothing is rounded on the way there or
// back.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

struct Equilibration {
  Vector rows, columns;  // (n), (d); the matrix in these units is diag(rows) X diag(columns)
};

enum class ScaledSides { both, columns };

// log2|x_ij| ~ -(log2 rows_i + log2 columns_j) over the entries that are not 0, least squares by alternate means. Rows and columns
// of zeros keep their unit.
Equilibration equilibration(const Matrix& x, ScaledSides sides = ScaledSides::both);

}  // namespace penchant
