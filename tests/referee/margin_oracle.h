// The largest margin by trying every set of support vectors, in 60 digits.
#pragma once

#include "referee/wide.h"

namespace penchant::referee {

struct BestMargin {
  Wide margin;           // max min_i y_i(x_i·β + b) / ‖β‖
  WideVector direction;  // the β that attains it at least margin 1
};
// Absent where no plane separates. Some optimum is a positive combination of independent (y_i x_i, y_i): one of the sets tried.
std::optional<BestMargin> largest_margin(const Matrix& x, const Vector& y, bool free_intercept);

}  // namespace penchant::referee
