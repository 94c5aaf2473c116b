#include "penchant/data/sizes.h"

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr double kLargest = 1e70, kSmallest = 1e-70;

void check_size(double largest, std::string_view what, std::string_view where) {
  if (largest > kLargest || (largest > 0.0 && largest < kSmallest))
    throw InvalidInput(
        cat(where, ": the largest ", what, " is ", largest, " in size, expected 0 or from ", kSmallest, " to ", kLargest));
}

}  // namespace

void check_sizes(const Matrix& x, const Vector& y, std::string_view where) {
  check_size(x.cwiseAbs().maxCoeff(), "feature", where);
  check_size(y.cwiseAbs().maxCoeff(), "target", where);
}

}  // namespace penchant
