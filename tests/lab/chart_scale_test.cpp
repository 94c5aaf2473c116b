#include "penchant/lab/chart_scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/tolerance.h"

namespace penchant {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> texts(const Axis& axis, Domain domain, int most = 8) {
  std::vector<std::string> out;
  for (const Tick& tick : ticks(axis, domain, most)) out.push_back(plain(tick));
  return out;
}

using ::testing::ElementsAre;

TEST(ChartTicks, linear_ticks_are_round_numbers_with_as_many_digits_as_they_need) {
  EXPECT_THAT(texts({}, {-0.25, 1.02}), ElementsAre("−0.2", "0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(texts({}, {0.0, 7.3}), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7"));
}

TEST(ChartTicks, large_and_small_numbers_are_written_with_a_power_of_ten) {
  EXPECT_THAT(texts({}, {0.0, 3e6}, 4), ElementsAre("0", "1×10⁶", "2×10⁶", "3×10⁶"));
  EXPECT_THAT(texts({}, {-1.1e9, 0.1e9}, 4), ElementsAre("−1.0×10⁹", "−5×10⁸", "0"));
  EXPECT_THAT(texts({}, {1.1e-9, 2.1e-9}, 3), ElementsAre("1.5×10⁻⁹", "2.0×10⁻⁹"));
}

TEST(ChartTicks, an_axis_of_whole_numbers_has_no_tick_between_them) {
  EXPECT_THAT(texts({.integer = true}, {0.9, 3.1}), ElementsAre("1", "2", "3"));
}

TEST(ChartTicks, logarithmic_axes_read_in_powers_of_ten) {
  EXPECT_THAT(texts({.log = true}, {0.5e-2, 2e2}), ElementsAre("10⁻²", "10⁻¹", "1", "10", "10²"));
  EXPECT_THAT(texts({.log = true}, {1e-300, 1e300}, 4), ElementsAre("10⁻²⁰⁰", "1", "10²⁰⁰"));
}

TEST(ChartTicks, less_than_three_decades_are_read_at_one_two_and_five) {
  EXPECT_THAT(texts({.log = true}, {4.0, 30.0}), ElementsAre("5", "10", "20"));
  EXPECT_THAT(texts({.power = true}, {-6.1, -5.2}), ElementsAre("10⁻⁶", "2×10⁻⁶", "5×10⁻⁶"));
}

TEST(ChartTicks, a_part_of_a_decade_is_read_as_a_linear_axis) {
  EXPECT_THAT(texts({.log = true}, {0.99, 2.2}), ElementsAre("1.0", "1.2", "1.4", "1.6", "1.8", "2.0", "2.2"));
  EXPECT_THAT(texts({.power = true}, {-300.15, -300.05}, 3), ElementsAre("10^-300.15", "10^-300.1", "10^-300.05"));
}

TEST(ChartTicks, values_given_as_log10_reach_beyond_doubles) {
  EXPECT_THAT(texts({.power = true}, {-10.0, 2010.0}, 5), ElementsAre("1", "10⁵⁰⁰", "10¹⁰⁰⁰", "10¹⁵⁰⁰", "10²⁰⁰⁰"));
  EXPECT_THAT(texts({.power = true}, {-1.05e9, 1.0}, 3), ElementsAre("10^(−10⁹)", "10^(−5×10⁸)", "1"));
  EXPECT_THAT(texts({.log = true, .power = true}, {1.0, 1e9}, 5), ElementsAre("10", "10¹⁰⁰", "10^(10⁴)", "10^(10⁶)", "10^(10⁸)"));
}

TEST(ChartTicks, are_increasing_inside_the_domain_and_never_more_than_asked) {
  for (const Axis& axis : {Axis{}, Axis{.log = true}, Axis{.power = true}, Axis{.log = true, .power = true}, Axis{.integer = true}})
    for (double low : {1e-7, 0.3, 1.0, 999.0})
      for (double factor : {1.001, 1.5, 7.0, 1e3, 1e8})
        for (int most : {3, 5, 8}) {
          const Domain domain{low, low * factor};
          const auto marks = ticks(axis, domain, most);
          EXPECT_TRUE(axis.integer || !marks.empty()) << low << " to " << domain.high;
          EXPECT_LE(marks.size(), axis.log || axis.power ? std::max(most, 9) : most) << low << " to " << domain.high;
          const double slack = 1e-6 * (domain.high - domain.low);  // 1e-9 of a step, in logarithms
          for (std::size_t k = 0; k < marks.size(); ++k) {
            EXPECT_GE(marks[k].at, low - slack);
            EXPECT_LE(marks[k].at, domain.high + slack);
            EXPECT_TRUE(k == 0 || marks[k].at > marks[k - 1].at);
          }
        }
}

TEST(ChartDomain, holds_everything_drawn_and_is_never_empty) {
  Chart chart;
  chart.series = {{.points = {{1, 2}, {3, kGap}}, .band = {{-1, 5}, {0, 0}}}};
  chart.rules = {{9.0}, {7.0, "", Role::other, true}};
  EXPECT_LE(x_domain(chart).low, 1.0);
  EXPECT_GE(x_domain(chart).high, 7.0);
  EXPECT_LE(y_domain(chart).low, -1.0);
  EXPECT_GE(y_domain(chart).high, 9.0);
  for (double at : {0.0, 5e-324, 1e-9, -4.0, 1e300})
    for (bool power : {false, true}) {
      Chart one{.x = {.log = at > 0.0, .power = power}};
      one.series = {{.points = {{at, at}}}};
      EXPECT_LT(x_domain(one).low, x_domain(one).high) << at;
      EXPECT_LT(y_domain(one).low, y_domain(one).high) << at;
      EXPECT_GE(ticks(one.x, x_domain(one)).size(), 1u) << at;
    }
  EXPECT_LT(x_domain({}).low, x_domain({}).high);
  Chart widest;
  widest.series = {{.points = {{-1.7e308, 1}, {1.7e308, 1}}}};
  EXPECT_TRUE(std::isfinite(x_domain(widest).high - x_domain(widest).low));
  EXPECT_GE(ticks(widest.x, x_domain(widest)).size(), 3u);
}

TEST(ChartDomain, a_logarithmic_axis_leaves_out_what_is_not_positive) {
  Chart chart{.x = {.log = true}};
  chart.series = {{.points = {{-5, 1}, {0, 1}, {0.1, 1}, {10, 1}}}};
  EXPECT_GT(x_domain(chart).low, 0.09);
  EXPECT_LT(x_domain(chart).low, 0.1);
}

TEST(ChartDomain, a_given_range_is_kept) {
  Chart chart{.y = {.range = std::pair{0.0, 1.0}}};
  chart.series = {{.points = {{0, -3}, {1, 5}}}};
  EXPECT_EQ(y_domain(chart).low, 0.0);
  EXPECT_EQ(y_domain(chart).high, 1.0);
}

TEST(ChartDomain, colours_about_a_middle_have_equal_arms) {
  Heat heat{.xs = {1, 2}, .ys = {1}, .values = Matrix{{-1.0, 3.0}}, .middle = 0.5};
  EXPECT_EQ(colour_domain(heat).low, -2.0);
  EXPECT_EQ(colour_domain(heat).high, 3.0);
}

TEST(ChartCells, meet_half_way_and_on_logarithmic_axes_in_the_logarithm) {
  EXPECT_THAT(cell_edges({}, {1, 2, 4}), ElementsAre(0.5, 1.5, 3, 5));
  const auto edges = cell_edges({.log = true}, {1, 100});
  ASSERT_EQ(edges.size(), 3u);
  EXPECT_NEAR(edges[1], 10.0, 10.0 * testing::rounding(16));  // pow and log10: a few roundings each
  EXPECT_THAT(cell_edges({}, {3}), ElementsAre(2.5, 3.5));
}

TEST(ChartThinning, keeps_everything_up_to_four_hundred_points) {
  Series s;
  for (int i = 0; i < 400; ++i) s.points.emplace_back(i, i);
  EXPECT_EQ(drawn_points(s, {}).size(), 400u);
}

Series long_series(int count) {
  Series s;
  for (int i = 1; i <= count; ++i) s.points.emplace_back(i, std::sin(0.01 * i));
  s.points[51'233].second = 7.0;
  s.points[70'001].second = -7.0;
  s.points[80'000].second = kGap;
  return s;
}

TEST(ChartThinning, keeps_ends_peaks_and_gaps_of_a_long_curve) {
  Series plain_curve = long_series(100'000), banded = long_series(100'000);
  for (const auto& [x, y] : banded.points) banded.band.emplace_back(y - 1.0, y + 1.0);
  banded.band[33'333].second = 9.0;
  for (const Series* s : {&plain_curve, &banded}) {
    const auto drawn = drawn_points(*s, {.log = true});
    EXPECT_LE(drawn.size(), kMostDrawn);
    EXPECT_THAT(drawn, ::testing::IsSupersetOf({0u, 51'233u, 70'001u, 80'000u, 99'999u}));
    EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
    EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
  }
  EXPECT_THAT(drawn_points(banded, {.log = true}), ::testing::Contains(33'333u));
}

TEST(ChartThinning, is_even_in_the_logarithm_on_a_logarithmic_axis) {
  Series s;
  for (int i = 1; i <= 100'000; ++i) s.points.emplace_back(i, 1.0 / i);
  const auto drawn = drawn_points(s, {.log = true});
  // A decade of x is a fifth of the axis: 20 of 99 stretches, each with its ends; the first decade has but ten points to offer.
  for (double from = 1e2; from < 1e5; from *= 10.0) {
    const auto count = std::count_if(drawn.begin(), drawn.end(),
                                     [&](std::size_t i) { return s.points[i].first >= from && s.points[i].first < 10.0 * from; });
    EXPECT_GE(count, 2 * 19 - 1) << from;
    EXPECT_LE(count, 2 * 20 + 2) << from;
  }
}

TEST(ChartThinning, a_curve_that_turns_back_is_thinned_by_index) {
  Series s;
  for (int i = 0; i < 10'000; ++i) s.points.emplace_back(std::cos(0.001 * i), std::sin(0.001 * i));
  const auto drawn = drawn_points(s, {});
  EXPECT_LE(drawn.size(), kMostDrawn);
  std::size_t widest = 0;
  for (std::size_t k = 1; k < drawn.size(); ++k) widest = std::max(widest, drawn[k] - drawn[k - 1]);
  EXPECT_LE(widest, 10'000u / 99u + 1u);  // the length of a stretch
}

TEST(ChartThinning, dots_are_thinned_later_and_evenly) {
  Series s{.kind = SeriesKind::dots};
  for (int i = 0; i < 10'000; ++i) s.points.emplace_back(i, i);
  const auto drawn = drawn_points(s, {});
  EXPECT_EQ(drawn.size(), kMostDrawnDots);
  EXPECT_EQ(drawn.front(), 0u);
  EXPECT_EQ(drawn.back(), 9'999u);
}

}  // namespace
}  // namespace penchant
