// The clock of a method with steps of its own: time is the sum of its steps.
#pragma once

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/binary.h"
#include "penchant/dynamics/step_rule.h"

namespace penchant {

class StepClock {
 public:
  double steps() const { return steps_; }
  double last() const { return last_; }                                     // NaN before the first step
  double log10_time() const { return log10_of(time_, log_time_); }          // -inf at the start; goes on where the sum overflows
  double log10_time_after(StepLength step) const { return log10_of(time_ + step.size, log_after(step)); }

  void tick(StepLength step) {
    log_time_ = log_after(step);
    last_ = step.size;
    time_ += last_;
    steps_ += 1.0;
  }

  // `count` more of a run whose steps are all of this length. The time is the product, not a sum:
  // it does not depend on the counts it came in.
  void tick_constant(StepLength step, double count) {
    steps_ += count;
    last_ = step.size;
    time_ = steps_ * step.size;
    log_time_ = std::log(steps_) + step.log;
  }

  void save(Writer& out) const {
    for (double x : {time_, log_time_, steps_, last_}) out.number(x);
  }
  void load(Reader& in) {
    for (double* x : {&time_, &log_time_, &steps_, &last_}) *x = in.number();
  }

 private:
  static double log10_of(double time, double log_time) {
    return std::isfinite(time) ? std::log10(time) : log_time / std::log(10.0);
  }
  double log_time() const { return std::isfinite(time_) ? std::log(time_) : log_time_; }
  double log_after(StepLength step) const {
    const double sum = time_ + step.size;
    return std::isfinite(sum) ? std::log(sum) : log_add(log_time(), step.log);
  }

  double time_ = 0.0;
  double log_time_ = -std::numeric_limits<double>::infinity();
  double steps_ = 0.0;
  double last_ = std::numeric_limits<double>::quiet_NaN();
};

// Steps until the next one would not fit, as Stepper::advance asks: at least one. `next()` is the length of the next step,
// or a guess where it is known only afterwards; `take()` moves and ticks the clock, false: it cannot go on.
template <class Next, class Take>
bool advance_steps(const StepClock& clock, double log10_time_limit, double max_steps, Next next, Take take) {
  const double first = clock.steps();
  do {
    if (!take()) return false;
  } while (clock.steps() - first + 1.0 <= max_steps && clock.log10_time_after(next()) <= log10_time_limit);
  return true;
}

}  // namespace penchant
