// The passes over features that a homotopy is made of. Each is compiled for every instruction set and chosen at run time; the order
// of its sums is fixed per instruction set and does not depend on the other features in the call.
#pragma once

#include <cstddef>

namespace penchant::l1 {

// X (rows, cols) row-major with leading dimension cols: c = X^T v and squares_j = ‖x_j‖², in one reading of X.
void correlate_and_measure(const double* x, std::size_t rows, std::size_t cols, const double* v, double* c, double* squares);
// c = X^T v, a = X^T u, in one reading of X.
void correlate_pair(const double* x, std::size_t rows, std::size_t cols, const double* v, const double* u, double* c, double* a);
// out[k] = columns[k] · v for `count` contiguous columns of `rows` entries.
void column_dots(const double* const* columns, std::size_t count, std::size_t rows, const double* v, double* out);
// out[0] = row · v, out[1] = row · u.
void pair_dots(const double* row, std::size_t count, const double* v, const double* u, double* out);

}  // namespace penchant::l1
