// Small regression and classification data, many of them degenerate: copies, zeros, dependent rows, unequal sizes.
#pragma once

#include "penchant/limits/limit.h"
#include "referee/trial.h"

namespace penchant::referee {

struct Regression {
  Matrix x;
  Vector y;
  std::string kind;  // what was done to it
};

struct RegressionOptions {
  int most_rows = 6, most_cols = 9;
  double scaled = 0.4;       // probability of unequal sizes
  int scale_bits = 27;       // up to 2^±27
};

// Entries are integers or multiples of 2^-16, targets Xβ of such a β, of a column, 0, or integers unrelated to X:
// all sums are exact in double, also after scaling by powers of two.
Regression exact_regression(Draw& draw, const RegressionOptions& options = {});

// X of full row rank with normal, integer or positive entries, some columns copied, negated or 0; β > 0 if `positive`.
struct Feasible {
  Matrix x;
  Vector beta, y;  // y = Xβ, rounded
};
Feasible feasible_regression(Draw& draw, bool positive);

struct Classes {
  Matrix x;
  Vector y;
  bool free_intercept = false;
  std::string kind;
};
Classes classes(Draw& draw);

Vector normal_vector(Draw& draw, Index size);
Matrix normal_matrix(Draw& draw, Index rows, Index cols);
MapPtr map_of(const Matrix& x);

// One line that names the numbers in full, for whoever repeats the trial by hand.
std::string shown(const Matrix& x);
std::string shown(const Vector& y);

}  // namespace penchant::referee
