#include "penchant/lab/slope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/lab/sweep_slopes.h"
#include "support/store_tables.h"

namespace penchant {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::number_column;
using testing::word_column;

// distance = 3 parameter^power at 1e-8 … 1, resolved to a thousandth.
std::vector<SlopePoint> power_law(double power) {
  std::vector<SlopePoint> points;
  for (int k = 0; k <= 16; ++k) {
    const double at = std::pow(10.0, -8.0 + 0.5 * k);
    points.push_back({at, 3.0 * std::pow(at, power), 3e-3 * std::pow(at, power)});
  }
  return points;
}

TEST(Slope, a_power_law_agrees_with_its_power_and_disagrees_with_another) {
  EXPECT_EQ(decide_slope(power_law(0.8), {.expected = 0.8, .window = {}}).verdict, Verdict::agrees);
  EXPECT_EQ(decide_slope(power_law(0.8), {.expected = 0.84, .window = {}}).verdict, Verdict::agrees) << "within the tolerance";
  const SlopeAnswer wrong = decide_slope(power_law(0.8), {.expected = 0.9, .window = {}});
  EXPECT_EQ(wrong.verdict, Verdict::disagrees) << wrong.text;
  EXPECT_NEAR(wrong.fit->slope, 0.8, 1e-12);
}

TEST(Slope, an_upper_bound_is_kept_by_anything_faster) {
  EXPECT_EQ(decide_slope(power_law(1.7), {.expected = 1.0, .upper_bound = true, .window = {}}).verdict, Verdict::agrees);
  EXPECT_EQ(decide_slope(power_law(0.8), {.expected = 1.0, .upper_bound = true, .window = {}}).verdict, Verdict::disagrees);
  EXPECT_EQ(decide_slope(power_law(-1.7), {.expected = -1.0, .upper_bound = true, .window = {}}).verdict, Verdict::agrees)
      << "as the parameter grows";
}

TEST(Slope, less_than_three_decades_decide_nothing) {
  const SlopeAnswer answer = decide_slope(power_law(1.0), {.expected = 1.0, .window = {{1e-8, 1e-5 * 0.5}}});
  EXPECT_EQ(answer.verdict, Verdict::undecided);
  EXPECT_THAT(answer.text, HasSubstr("less than 3"));
  EXPECT_EQ(decide_slope(power_law(1.0), {.expected = 1.0, .window = {{1e-8, 1e-5}}}).verdict, Verdict::agrees)
      << "three decades exactly";
}

TEST(Slope, every_point_of_the_window_counts) {
  std::vector<SlopePoint> points = power_law(1.0);
  points[3].distance = std::nan("");
  EXPECT_THAT(decide_slope(points, {.expected = 1.0, .window = {}}).text, HasSubstr("there is no distance"));
  EXPECT_EQ(decide_slope(points, {.expected = 1.0, .window = {{1e-6, 1.0}}}).verdict, Verdict::agrees)
      << "outside of it nothing is asked";
}

TEST(Slope, a_distance_that_its_own_error_could_be_is_not_resolved) {
  std::vector<SlopePoint> points = power_law(1.0);
  points[0].error = 0.1 * points[0].distance;
  EXPECT_THAT(decide_slope(points, {.expected = 1.0, .window = {}}).text, HasSubstr("not resolved"));
  points[0].error = std::nan("");
  EXPECT_THAT(decide_slope(points, {.expected = 1.0, .window = {}}).text, HasSubstr("not known"));
}

// 0.97 ± 0: outside its own interval of nothing, and said so.
TEST(Slope, the_tolerance_that_an_agreement_rests_on_is_shown) {
  EXPECT_THAT(decide_slope(power_law(0.97), {.expected = 1.0, .window = {}}).text,
              AllOf(HasSubstr("agrees: "), HasSubstr("outside that interval, within the tolerance of 0.05")));
}

TEST(Slope, points_that_are_not_resolved_are_named_with_the_window_that_leaves_them_out) {
  std::vector<SlopePoint> points = power_law(1.0);
  std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.parameter < b.parameter; });
  points[0].error = points[0].distance;
  points[1].error = points[1].distance;
  const std::string text = decide_slope(points, {.expected = 1.0, .window = {}}).text;
  EXPECT_THAT(text, HasSubstr(cat("points below ", points[2].parameter, " are not resolved")));
  EXPECT_THAT(text, HasSubstr(cat("set window = [", points[2].parameter, ", ", points.back().parameter, "]")));
  EXPECT_EQ(decide_slope(points, {.expected = 1.0, .window = {{points[2].parameter, points.back().parameter}}}).verdict,
            Verdict::agrees);
  for (SlopePoint& p : points) p.error = p.distance;
  EXPECT_THAT(decide_slope(points, {.expected = 1.0, .window = {}}).text, HasSubstr("no distance in the window is resolved"));
}

TEST(Slope, scatter_makes_the_interval_too_wide) {
  std::vector<SlopePoint> points = power_law(1.0);
  for (std::size_t k = 0; k < points.size(); ++k) points[k].distance *= k % 2 ? 20.0 : 0.05;
  const SlopeAnswer answer = decide_slope(points, {.expected = 1.0, .window = {}});
  EXPECT_EQ(answer.verdict, Verdict::undecided) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("the interval is too wide"));
}

// Two seeds whose data have different speeds, 0.8 and 1.2, each predicted.
StoreTable two_seeds(double shown_of_second) {
  std::vector<double> scale, seed, distance, run, limit, expected;
  std::vector<std::string> prediction, variable;
  for (int s = 0; s < 2; ++s)
    for (int k = 0; k <= 8; ++k) {
      scale.push_back(std::pow(10.0, -6.0 + 0.5 * k));
      seed.push_back(s);
      distance.push_back(std::pow(scale.back(), s == 0 ? 0.8 : shown_of_second));
      run.push_back(0.0);
      limit.push_back(1e-6 * distance.back());
      expected.push_back(s == 0 ? 0.8 : 1.2);
      prediction.emplace_back("C.flow");
      variable.emplace_back("init.scale");
    }
  return testing::table_of({number_column("init.scale", scale, true), number_column("data.seed", seed, true, true),
                            word_column("prediction", prediction), number_column("C.rich.distance", distance),
                            number_column("C.rich.budget_run", run), number_column("C.rich.budget_limit", limit),
                            word_column("C.rich.slope_variable", variable), number_column("C.rich.slope_expected", expected)});
}

TEST(SweepSlopes, each_data_set_is_held_to_its_own_speed) {
  const auto slopes = sweep_slopes(Value(Value::Object{}), two_seeds(1.2));
  ASSERT_EQ(slopes.size(), 2u);
  EXPECT_EQ(slopes[1].prediction, "C.rich");
  EXPECT_EQ(slopes[1].where, "data.seed = 1");
  EXPECT_EQ(slopes[1].answer.verdict, Verdict::agrees) << slopes[1].answer.text;
  const auto verdicts = slope_verdicts(slopes);
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_EQ(verdicts[0].verdict, Verdict::agrees);
  EXPECT_EQ(verdicts[0].agree, 2u);
  EXPECT_EQ(verdicts[0].expected, (std::vector<double>{0.8, 1.2})) << "and never what lies between";
}

TEST(SweepSlopes, one_data_set_that_disagrees_decides) {
  const auto verdicts = slope_verdicts(sweep_slopes(Value(Value::Object{}), two_seeds(0.8)));
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_EQ(verdicts[0].verdict, Verdict::disagrees);
  EXPECT_THAT(verdicts[0].text, HasSubstr("1 of 2 fits agrees, 1 disagrees"));
}

TEST(SweepSlopes, data_on_which_theory_names_no_exponent_are_counted) {
  StoreTable table = two_seeds(1.2);
  for (StoreColumn& column : table.columns)
    for (std::size_t row = 9; row < 18; ++row) {
      if (column.name == "C.rich.slope_variable") column.words[row] = -1;
      if (column.name == "C.rich.slope_expected") column.numbers[row] = std::nan("");
    }
  const auto slopes = sweep_slopes(Value(Value::Object{}), table);
  ASSERT_EQ(slopes.size(), 2u);
  EXPECT_EQ(slopes[1].where, "data.seed = 1");
  EXPECT_EQ(slopes[1].answer.verdict, Verdict::undecided);
  const auto verdicts = slope_verdicts(slopes);
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_EQ(verdicts[0].verdict, Verdict::agrees);
  EXPECT_EQ(verdicts[0].without_exponent, 1u);
  EXPECT_THAT(verdicts[0].text, HasSubstr("1 where theory names no exponent"));
}

TEST(SweepSlopes, the_window_of_the_spec_is_the_one_that_is_fitted) {
  const Value sweep = Value::object({{"window", Value::object({{"init.scale", Value::List{1e-6, 1e-4}}})}});
  const auto slopes = sweep_slopes(sweep, two_seeds(1.2));
  EXPECT_EQ(slopes[0].answer.verdict, Verdict::undecided) << "two decades";
  EXPECT_EQ(slopes[0].answer.to, 1e-4);
}

}  // namespace
}  // namespace penchant
