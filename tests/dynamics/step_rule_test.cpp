#include "penchant/dynamics/step_rule.h"

#include <gtest/gtest.h>

#include "penchant/core/error.h"
#include "penchant/dynamics/step_clock.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::rounding;

double size_at(const StepSize& rule, double k, double log_loss = 0.0) {
  return step_length(rule, k, log_loss, StepLength::of(7.0)).size;
}

TEST(StepRule, every_rule_has_the_step_of_its_formula) {
  EXPECT_EQ(size_at({0.1}, 5), 0.1) << "a number is used as it is, to the last bit";
  EXPECT_EQ(size_at({}, 5), 7.0) << "auto is what the method says";
  EXPECT_NEAR(size_at({PowerStep{2.0, 0.5}}, 3), 1.0, rounding(4));
  const StepSize piecewise{PiecewiseStep{{1.0, 0.1, 0.01}, {10, 20}}};
  EXPECT_EQ(size_at(piecewise, 9), 1.0);
  EXPECT_EQ(size_at(piecewise, 10), 0.1);
  EXPECT_EQ(size_at(piecewise, 1e9), 0.01);
  EXPECT_NEAR(size_at({LossProportionalStep{0.5}}, 0, std::log(0.25)), 2.0, rounding(8));
}

TEST(StepRule, a_loss_proportional_step_goes_on_in_logs_where_it_overflows) {
  const StepLength length = step_length({LossProportionalStep{1.0}}, 0, -2000.0, {});
  EXPECT_TRUE(std::isinf(length.size));
  EXPECT_EQ(length.log, 2000.0);
}

TEST(StepRule, the_largest_step_is_that_of_the_whole_schedule) {
  EXPECT_EQ(largest_step_size({PiecewiseStep{{1.0, 3.0, 0.1}, {1, 2}}}), 3.0);
  EXPECT_EQ(largest_step_size({PowerStep{2.0, 1.0}}), 2.0);
  EXPECT_EQ(largest_step_size({}), 0.0);
}

TEST(StepRule, a_step_that_is_not_positive_is_refused) {
  EXPECT_THROW(size_at({-0.1}, 0), InvalidInput);
  EXPECT_THROW(size_at({std::nan("")}, 0), InvalidInput);
  EXPECT_THROW(size_at({PiecewiseStep{{1.0}, {5}}}, 0), InvalidInput);
}

TEST(StepClock, time_is_the_sum_of_the_steps_and_survives_overflow) {
  StepClock clock;
  EXPECT_EQ(clock.log10_time(), -INFINITY);
  clock.tick(StepLength::of(0.25));
  clock.tick(StepLength::of(0.75));
  EXPECT_EQ(clock.log10_time(), 0.0);
  EXPECT_EQ(clock.last(), 0.75);
  clock.tick(StepLength::of_log(1000.0 * std::log(10.0)));
  clock.tick(StepLength::of_log(1000.0 * std::log(10.0)));
  EXPECT_NEAR(clock.log10_time(), 1000.0 + std::log10(2.0), rounding(8) * 1000.0);
  EXPECT_EQ(clock.steps(), 4.0);
}

TEST(StepClock, an_advance_takes_at_least_one_step_and_stops_before_its_limits) {
  const auto steps_taken = [](double log10_limit, double max_steps) {
    StepClock clock;
    const auto take = [&] {
      clock.tick(StepLength::of(1.0));
      return true;
    };
    advance_steps(clock, log10_limit, max_steps, [] { return StepLength::of(1.0); }, take);
    return clock.steps();
  };
  EXPECT_EQ(steps_taken(2.0, 1e9), 100.0);
  EXPECT_EQ(steps_taken(std::log10(100.9), 1e9), 100.0);
  EXPECT_EQ(steps_taken(9.0, 17), 17.0);
  EXPECT_EQ(steps_taken(-3.0, 1e9), 1.0) << "no step is that short: one is taken";
}

}  // namespace
}  // namespace penchant
