#include "penchant/dynamics/line_search.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/error.h"

namespace penchant {

namespace {

constexpr double kDecrease = 1e-4, kCurvature = 0.9;
constexpr double kValueNoise = 1e-14;
constexpr double kExpansion = 4.0;
constexpr int kMostEvaluations = 60;

struct Trial {
  double a = 0.0;
  LineSample at;
};

class Search {
 public:
  Search(const std::function<LineSample(double)>& along, LineSample start) : along_(along), start_(start) {}

  LineStep run(double first) {
    Trial previous{0.0, start_}, current;
    for (double a = first; evaluations_ < kMostEvaluations; a = kExpansion * a) {
      current = sample(a);
      if (!is_lower(current) || (previous.a > 0.0 && current.at.value >= previous.at.value)) return zoom(previous, current);
      if (is_flat(current)) return {current.a, true, evaluations_};
      if (current.at.slope >= 0.0) return zoom(current, previous);
      previous = current;
    }
    return {previous.a, false, evaluations_};
  }

 private:
  Trial sample(double a) {
    ++evaluations_;
    return {a, along_(a)};
  }

  bool is_lower(const Trial& t) const {
    if (!std::isfinite(t.at.value) || !std::isfinite(t.at.slope)) return false;
    if (t.at.value <= start_.value + kDecrease * t.a * start_.slope) return true;
    return std::abs(t.at.value - start_.value) <= kValueNoise * std::abs(start_.value) &&
           t.at.slope <= (2.0 * kDecrease - 1.0) * start_.slope;
  }
  bool is_flat(const Trial& t) const { return std::abs(t.at.slope) <= kCurvature * std::abs(start_.slope); }

  // `low` is lower than the start and slopes towards `high`.
  LineStep zoom(Trial low, Trial high) {
    while (evaluations_ < kMostEvaluations && std::abs(high.a - low.a) > 1e-15 * std::max(low.a, high.a)) {
      const Trial t = sample(between(low, high));
      if (!is_lower(t) || (low.a > 0.0 && t.at.value > low.at.value && !is_noise(t, low))) {
        high = t;
        continue;
      }
      if (is_flat(t)) return {t.a, true, evaluations_};
      if (t.at.slope * (high.a - low.a) >= 0.0) high = low;
      low = t;
    }
    return {low.a, false, evaluations_};
  }

  bool is_noise(const Trial& t, const Trial& low) const {
    return t.at.value - low.at.value <= kValueNoise * std::abs(start_.value);
  }

  // Minimum of the cubic through values and slopes at both ends, kept away from them; the middle where it means nothing.
  static double between(const Trial& low, const Trial& high) {
    const double width = high.a - low.a, middle = low.a + 0.5 * width;
    if (!std::isfinite(high.at.value) || !std::isfinite(high.at.slope)) return low.a + 0.1 * width;
    const double d1 = low.at.slope + high.at.slope - 3.0 * (high.at.value - low.at.value) / width;
    const double square = d1 * d1 - low.at.slope * high.at.slope;
    if (!(square >= 0.0)) return middle;
    const double d2 = std::copysign(std::sqrt(square), width);
    const double a = high.a - width * (high.at.slope + d2 - d1) / (high.at.slope - low.at.slope + 2.0 * d2);
    const double share = (a - low.a) / width;
    return std::isfinite(share) ? low.a + width * std::clamp(share, 0.1, 0.9) : middle;
  }

  const std::function<LineSample(double)>& along_;
  LineSample start_;
  int evaluations_ = 0;
};

}  // namespace

LineStep strong_wolfe(const std::function<LineSample(double)>& along, LineSample start, double first) {
  PENCHANT_CHECK(start.slope < 0.0 && first > 0.0);
  return Search(along, start).run(first);
}

}  // namespace penchant
