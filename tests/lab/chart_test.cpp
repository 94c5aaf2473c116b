#include "penchant/lab/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "penchant/lab/chart_contour.h"
#include "penchant/lab/chart_csv.h"
#include "penchant/lab/chart_palette.h"
#include "support/chart_catalogue.h"
#include "support/temporary.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::refusal;
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

TEST(Chart, file_stems_are_safe_names) {
  EXPECT_EQ(file_stem({.name = "margin-log_time.v2"}), "margin-log_time.v2");
  EXPECT_EQ(file_stem({.title = "Distance ‖w − w*‖ against time!"}), "distance-w-w-against-time");
  EXPECT_EQ(file_stem({.name = "../../etc/passwd"}), "etc-passwd");
  EXPECT_EQ(file_stem({.title = "βα"}), "chart");
  EXPECT_EQ(file_stem({}), "chart");
}

TEST(Chart, what_does_not_fit_together_is_refused_by_name) {
  Chart c{.name = "mine"};
  c.series = {{.name = "s", .points = {{0, 0}, {1, 1}}, .band = {{0, 1}}}};
  EXPECT_THAT(refusal([&] { check(c); }), HasSubstr("chart \"mine\": series \"s\" has a band of 1 pairs for 2 points"));
  c.series = {{.name = "s", .kind = SeriesKind::band, .points = {{0, 0}}}};
  EXPECT_THAT(refusal([&] { check(c); }), HasSubstr("without low and high"));
  c.series = {{.name = "s", .shade = 1.5}};
  EXPECT_THAT(refusal([&] { check(c); }), HasSubstr("shade 1.5"));
  c.series.clear();
  c.y = {.label = "y", .log = true, .range = std::pair{0.0, 1.0}};
  EXPECT_THAT(refusal([&] { check(c); }), HasSubstr("positive ends"));
  c.y = {};
  c.heat = Heat{.xs = {1, 2}, .ys = {1, 2, 3}, .values = Matrix::Zero(2, 3)};
  EXPECT_THAT(refusal([&] { check(c); }), HasSubstr("values (2, 3); expected (3, 2)"));
  c.heat = Heat{.xs = {2, 1}, .ys = {1}, .values = Matrix::Zero(1, 2)};
  EXPECT_THAT(refusal([&] { check(c); }), HasSubstr("must increase"));
}

TEST(Chart, a_long_curve_travels_whole_with_the_list_of_what_is_drawn) {
  Chart c;
  c.series.resize(2);
  for (int i = 0; i < 5000; ++i) c.series[0].points.emplace_back(i, i);
  c.series[1].points = {{0, 1}, {1, 2}};
  const Value value = to_value(c);
  const auto& series = *value.find("series")->as_list();
  EXPECT_EQ(series[0].find("points")->as_list()->size(), 5000u);
  EXPECT_LE(series[0].find("drawn")->as_list()->size(), 400u);
  EXPECT_EQ(series[1].find("drawn"), nullptr);
}

TEST(ChartCsv, has_one_row_a_point_and_empty_fields_for_what_is_missing) {
  Chart c;
  c.series = {{.name = "a, \"b\"", .points = {{0.1, kGap}, {1.0 / 3.0, -2}}},
              {.name = "m", .points = {{1, 2}}, .band = {{1.5, 2.5}}},
              {.name = "area", .kind = SeriesKind::band, .points = {{1, kGap}}, .band = {{1.5, INFINITY}}}};
  c.rules = {{0.5, "level"}, {3.0, "time", Role::other, true}};
  EXPECT_EQ(chart_csv(c),
            "series,x,y,low,high\n\"a, \"\"b\"\"\",0.1,,,\n\"a, "
            "\"\"b\"\"\",0.3333333333333333,-2,,\nm,1,2,1.5,2.5\narea,1,,1.5,\nlevel,,0.5,,\ntime,3,,,\n");
}

TEST(ChartCsv, a_heat_map_adds_a_column) {
  Chart c;
  c.heat = Heat{.xs = {1, 2}, .ys = {5}, .values = Matrix{{0.25, kGap}}, .label = "share"};
  c.series = {{.name = "t", .points = {{1, 2}}}};
  EXPECT_EQ(chart_csv(c), "series,x,y,low,high,value\nshare,1,5,,,0.25\nshare,2,5,,,\nt,1,2,,,\n");
}

TEST(ChartCsv, keeps_every_point_of_a_curve_that_is_thinned_when_drawn) {
  for (const Chart& chart : testing::chart_catalogue())
    if (chart.name == "long") {
      const std::string csv = chart_csv(chart);
      EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 100'001);
    }
}

TEST(ChartContour, the_level_of_a_plane_is_a_straight_line) {
  Chart c;
  c.heat = Heat{.xs = {0, 1, 3, 4}, .ys = {0, 2, 3}, .values = Matrix(3, 4)};
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 4; ++j)
      c.heat->values(i, j) = c.heat->xs[static_cast<std::size_t>(j)] + c.heat->ys[static_cast<std::size_t>(i)];
  const auto lines = contour_lines(c, 3.5);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_GE(lines[0].size(), 4u);
  for (const auto& [x, y] : lines[0]) EXPECT_NEAR(x + y, 3.5, 4.0 * testing::rounding(4));
}

TEST(ChartContour, on_logarithmic_axes_and_colours_a_power_law_is_exact) {
  Chart c{.x = {.log = true}};
  c.heat = Heat{.xs = {1e-4, 1e-2, 1e3}, .ys = {1, 2}, .values = Matrix{{1e-8, 1e-4, 1e6}, {1e-8, 1e-4, 1e6}}, .log = true};  // x²
  const auto lines = contour_lines(c, 1e-6);
  ASSERT_EQ(lines.size(), 1u);
  for (const auto& [x, y] : lines[0]) EXPECT_NEAR(x, 1e-3, 1e-3 * testing::rounding(64));  // pow of a rounded logarithm near 3
}

TEST(ChartContour, a_hill_has_a_closed_line_and_a_hole_has_none_through_it) {
  Chart c;
  c.heat = Heat{.xs = {0, 1, 2, 3, 4}, .ys = {0, 1, 2, 3, 4}, .values = Matrix::Zero(5, 5)};
  c.heat->values(2, 2) = 1.0;
  const auto lines = contour_lines(c, 0.5);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].front(), lines[0].back());
  EXPECT_EQ(lines[0].size(), 5u);
  c.heat->values(2, 2) = kGap;
  EXPECT_TRUE(contour_lines(c, 0.5).empty());
}

TEST(ChartContour, a_saddle_is_parted_by_its_mean) {
  Chart c;
  c.heat = Heat{.xs = {0, 1}, .ys = {0, 1}, .values = Matrix{{1, 0}, {0, 0.9}}};
  for (double level : {0.4, 0.6}) {  // the mean is 0.475: the high corners are joined below it
    const auto lines = contour_lines(c, level);
    ASSERT_EQ(lines.size(), 2u) << level;
    // Each line cuts one corner off: the low ones (sum of coordinates of its ends is 1 + …) or the high ones.
    const bool low_corner = std::abs((lines[0][0].first - lines[0][0].second) * (lines[0][1].first - lines[0][1].second)) > 0.0 &&
                            (lines[0][0].first > lines[0][0].second) == (lines[0][1].first > lines[0][1].second);
    EXPECT_EQ(low_corner, level < 0.475) << level;
  }
}

// --- colours, as people with and without all three cones see them

Eigen::Vector3d linear_rgb(const std::string& hex) {
  Eigen::Vector3d out;
  for (int i = 0; i < 3; ++i) {
    const double c = std::stoi(hex.substr(static_cast<std::size_t>(1 + 2 * i), 2), nullptr, 16) / 255.0;
    out(i) = c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  }
  return out;
}

Eigen::Vector3d cie_lab(const Eigen::Vector3d& rgb) {
  Eigen::Matrix3d to_xyz;
  to_xyz << 0.4124, 0.3576, 0.1805, 0.2126, 0.7152, 0.0722, 0.0193, 0.1192, 0.9505;
  const Eigen::Vector3d white(0.95047, 1.0, 1.08883);
  const Eigen::Vector3d xyz = (to_xyz * rgb.cwiseMax(0.0).cwiseMin(1.0)).cwiseQuotient(white);
  const Eigen::Vector3d f = xyz.unaryExpr([](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116.0; });
  return {116.0 * f(1) - 16.0, 500.0 * (f(0) - f(1)), 200.0 * (f(1) - f(2))};
}

// Machado, Oliveira and Fernandes 2009, severity 1.
std::vector<Eigen::Matrix3d> sights() {
  Eigen::Matrix3d protan, deutan, tritan;
  protan << 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998;
  deutan << 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881;
  tritan << 1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900;
  return {Eigen::Matrix3d::Identity(), protan, deutan, tritan};
}

double nearest_pair(const std::vector<std::string>& colours) {
  double nearest = INFINITY;
  for (const Eigen::Matrix3d& sight : sights())
    for (std::size_t i = 0; i < colours.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        nearest = std::min(nearest, (cie_lab(sight * linear_rgb(colours[i])) - cie_lab(sight * linear_rgb(colours[j]))).norm());
  return nearest;
}

TEST(ChartPalette, colours_of_roles_and_hues_are_told_apart_by_everybody) {
  constexpr double kApart = 15.0;  // CIE 1976 ΔE; 2.3 is just noticeable side by side, lines are apart
  for (Paper paper : {Paper::light, Paper::dark}) {
    std::vector<std::string> roles, hues;
    for (Role role : {Role::run, Role::theory, Role::budget, Role::bound, Role::other}) roles.push_back(role_colour(role, paper));
    for (int k = 0; k < kHues; ++k) hues.push_back(hue_colour(k, paper));
    EXPECT_GE(nearest_pair(roles), kApart);
    EXPECT_GE(nearest_pair(hues), kApart);
  }
  EXPECT_LT(nearest_pair({"#0969da", "#8250df"}), kApart) << "blue and violet, the pair that this measure must refuse";
}

TEST(ChartPalette, shades_run_from_dark_to_light_and_stay_off_the_paper) {
  for (Paper paper : {Paper::light, Paper::dark}) {
    double before = -1.0;
    for (int k = 0; k <= 20; ++k) {
      const double light = cie_lab(linear_rgb(shade_colour(k / 20.0, paper)))(0);
      EXPECT_GT(light, before);
      before = light;
      EXPECT_TRUE(paper == Paper::light ? light < 85.0 : light > 30.0) << light;
    }
  }
}

TEST(ChartPalette, a_repeated_hue_changes_its_dashes) {
  const Series first{.hue = 1}, again{.hue = 1 + kHues}, dashed_again{.dashed = true, .hue = 1 + kHues};
  EXPECT_EQ(colour(first, Paper::light), colour(again, Paper::light));
  EXPECT_FALSE(dashed(first));
  EXPECT_TRUE(dashed(again));
  EXPECT_FALSE(dashed(dashed_again));
}

}  // namespace
}  // namespace penchant
