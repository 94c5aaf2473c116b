// What the two kernels of kernels/diagonal_descent.h work on, in plain pointers; and the one with lanes along the rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "penchant/dynamics/kernels/diagonal_descent.h"

namespace penchant::kernels {

struct StepArrays {
  const double* x;  // lanes along columns: tiles of 8 tile_vectors columns, all rows of a tile together; along rows: see below
  const double* y;
  double *u, *v, *beta, *sums, *c;
  GainSums* gains;
  std::size_t padded_rows, padded_cols, tile_vectors;
  const double* weights = nullptr;  // w
};

void gain_scalars(const double* g, std::size_t count, double* even, double* even_error, double* odd, double* odd_error);

// X for lanes along rows: blocks of 8 columns; in a block 8 rows of the first column, the same rows of the second, …; a last four
// rows (padded_rows is a multiple of 4) are a group of their own.
constexpr std::size_t offset_in_blocks(std::size_t i, std::size_t j, std::size_t padded_rows) {
  const std::size_t group = i / 8 * 8, height = group + 8 <= padded_rows ? 8 : 4;
  return j / 8 * 8 * padded_rows + 8 * group + j % 8 * height + (i - group);
}
constexpr std::size_t padded_to_groups(std::size_t padded_rows) { return (padded_rows + 7) / 8 * 8; }  // y, sums and c

void prepare_rows(const StepArrays& arrays);
void run_rows(const StepArrays& arrays, double s, std::int64_t steps);

}  // namespace penchant::kernels
