// A step along a descent direction that meets the strong Wolfe conditions
//   φ(a) <= φ(0) + c1 a φ'(0),   |φ'(a)| <= c2 |φ'(0)|,   c1 = 1e-4, c2 = 0.9
// (Nocedal & Wright 2006, Alg. 3.5 and 3.6, cubic interpolation kept in the middle 80 % of its interval). Near a minimum, where
// φ(a) - φ(0) is rounding, the first condition is replaced by its form in slopes,
//   φ'(a) <= (2 c1 - 1) φ'(0)  and  |φ(a) - φ(0)| <= 1e-14 |φ(0)|   (Hager & Zhang 2005).
#pragma once

#include <functional>

namespace penchant {

struct LineSample {
  double value = 0.0;
  double slope = 0.0;
};

struct LineStep {
  double length = 0.0;       // 0 where nothing lower was found
  bool strong_wolfe = false;  // false with length > 0: the best point seen, lower than the start, meets the first condition only
  int evaluations = 0;
};

// `along(a)` at a > 0; a value that is not finite counts as too high. start.slope < 0.
LineStep strong_wolfe(const std::function<LineSample(double)>& along, LineSample start, double first);

}  // namespace penchant
