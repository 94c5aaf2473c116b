#include "penchant/dynamics/line_search.h"

#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/error.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

struct Function {
  const char* name;
  LineSample (*at)(double);
};

const Function kFunctions[] = {
    {"parabola", [](double a) { return LineSample{(a - 3.0) * (a - 3.0), 2.0 * (a - 3.0)}; }},
    {"steep", [](double a) { return LineSample{std::exp(50.0 * a) - 100.0 * a, 50.0 * std::exp(50.0 * a) - 100.0}; }},
    {"tail", [](double a) { return LineSample{std::exp(-a), -std::exp(-a)}; }},
    {"quartic", [](double a) { return LineSample{std::pow(a - 1e-3, 4), 4.0 * std::pow(a - 1e-3, 3)}; }},
    {"wave", [](double a) { return LineSample{std::cos(a) + 0.01 * a * a - 0.5 * a, -std::sin(a) + 0.02 * a - 0.5}; }},
    {"wall",
     [](double a) { return LineSample{a < 2.0 ? -std::log(2.0 - a) - 4.0 * a : std::nan(""),
                                      a < 2.0 ? 1.0 / (2.0 - a) - 4.0 : std::nan("")}; }},
};

TEST(LineSearch, finds_a_strong_wolfe_point_from_any_first_step) {
  for (const Function& f : kFunctions)
    for (double first : {1e-8, 1e-3, 1.0, 30.0, 1e5}) {
      const LineSample start = f.at(0.0);
      const LineStep step = strong_wolfe(f.at, start, first);
      const LineSample end = f.at(step.length);
      EXPECT_TRUE(step.strong_wolfe) << f.name << " from " << first;
      EXPECT_LE(end.value, start.value + 1e-4 * step.length * start.slope + 1e-14 * std::abs(start.value))
          << f.name << " from " << first;
      EXPECT_LE(std::abs(end.slope), 0.9 * std::abs(start.slope)) << f.name << " from " << first;
      EXPECT_LE(step.evaluations, 40) << f.name << " from " << first;
    }
}

TEST(LineSearch, a_parabola_is_solved_at_once_by_its_cubic) {
  const LineStep step = strong_wolfe(kFunctions[0].at, kFunctions[0].at(0.0), 10.0);
  EXPECT_NEAR(step.length, 3.0, testing::rounding(100));
  EXPECT_EQ(step.evaluations, 2);
}

TEST(LineSearch, works_where_the_values_are_equal_to_rounding) {
  // 1 + (a-1)² 1e-20: only slopes tell the minimum.
  const auto flat = [](double a) { return LineSample{1.0 + 1e-20 * (a - 1.0) * (a - 1.0), 2e-20 * (a - 1.0)}; };
  const LineStep step = strong_wolfe(flat, flat(0.0), 0.5);
  EXPECT_TRUE(step.strong_wolfe);
  EXPECT_GT(step.length, 0.0);
}

TEST(LineSearch, a_slope_that_lies_finds_nothing) {
  const auto rising = [](double a) { return LineSample{a, 1.0}; };
  const LineStep step = strong_wolfe(rising, {0.0, -1.0}, 1.0);
  EXPECT_EQ(step.length, 0.0);
  EXPECT_FALSE(step.strong_wolfe);
}

TEST(LineSearch, an_ascent_direction_is_a_bug_of_the_caller) {
  EXPECT_THROW(strong_wolfe(kFunctions[0].at, {0.0, 1.0}, 1.0), InternalError);
}

}  // namespace
}  // namespace penchant
