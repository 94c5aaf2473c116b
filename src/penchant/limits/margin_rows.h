// The samples of a margin problem, checked once: rows z_i = y_i x_i, all classes and sizes legal, largest row and its size known.
#pragma once

#include "penchant/limits/limit.h"

namespace penchant {

struct MarginRows {
  const Matrix& x;     // (n, d)
  const Vector& y;     // (n), ±1
  Vector row_norms;    // (n) ‖x_i‖
  double largest = 0;  // max_i ‖x_i‖
  bool free_intercept = false;

  Index samples() const { return x.rows(); }
  Index features() const { return x.cols(); }
};

// Throws InvalidInput naming `who` for a map without a stored matrix, n or d of 0, y that is not ±1, rows that are not finite,
// a largest row whose norm is not 0 and outside 1e-140 … 1e140, and, with a free intercept,
// a single class (its margin is unbounded).
MarginRows margin_rows(const MaxMargin& limit, const char* who);

// The b with the largest least margin for this β: half way between the two classes.
double best_intercept(const MarginRows& rows, const Vector& beta);

}  // namespace penchant
