#include "support/chart_catalogue.h"

#include <cmath>
#include <limits>

#include "penchant/core/text.h"

namespace penchant::testing {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

Series curve(std::string name, Role role, int count, double from, double to, auto&& f) {
  Series out{.name = std::move(name), .role = role};
  for (int i = 0; i < count; ++i) {
    const double x = from + (to - from) * i / (count - 1);
    out.points.emplace_back(x, f(x));
  }
  return out;
}

Chart lines_with_bands() {
  Chart c{.title = "Test error against samples, ten seeds",
          .caption = "Bands: quantiles 10 and 90 over seeds. Dots: single runs with their standard error.",
          .x = {.label = "samples n", .integer = true},
          .y = {.label = "relative error"},
          .name = "bands"};
  Series run = curve("mean of the runs", Role::run, 31, 10, 160, [](double n) { return 1.0 / (1.0 + n / 40.0); });
  for (const auto& [n, y] : run.points) run.band.emplace_back(y * 0.8, y * (1.15 + 2.0 / n));
  Series theory = curve("theory", Role::theory, 31, 10, 160, [](double n) { return 1.02 / (1.0 + n / 41.0); });
  theory.dashed = true;
  Series dots{.name = "single runs", .kind = SeriesKind::dots, .role = Role::other};
  for (int k = 1; k < 9; ++k) {
    const double y = 1.0 / (1.0 + k * 18.0 / 40.0) + 0.03 * std::sin(9.0 * k);
    dots.points.emplace_back(k * 18.0, y);
    dots.band.emplace_back(y - 0.04, y + 0.04);
  }
  Series band{.name = "proved interval", .kind = SeriesKind::band, .role = Role::bound};
  for (const auto& [n, y] : run.points) {
    band.points.emplace_back(n, kGap);
    band.band.emplace_back(0.02, n < 60 || n > 90 ? 0.12 : kGap);
  }
  c.series = {band, run, theory, dots};
  c.rules = {{0.2, "noise floor"}, {64, "n = d", Role::other, true}};
  return c;
}

Chart powers_of_ten() {
  Chart c{.title = "Distance to the limit against time",
          .x = {.label = "training time t", .power = true},
          .y = {.label = "relative distance", .log = true},
          .name = "powers"};
  c.series = {curve("run", Role::run, 200, -3, 60, [](double t) { return t > 20 && t < 26 ? kGap : std::pow(10.0, -0.13 * t); })};
  c.series.push_back(
      curve("theory: ∝ t^(-0.13)", Role::theory, 20, 5, 60, [](double t) { return 2.0 * std::pow(10.0, -0.13 * t); }));
  c.series.back().dashed = true;
  c.rules = {{1e-6, "error budget 1e-06"}};
  return c;
}

Chart beyond_doubles() {
  Chart c{.title = "Margin at astronomical times",
          .caption = "Both axes are logarithmic in log t; the last time is ten to the 10⁹.",
          .x = {.label = "training time t", .log = true, .power = true},
          .y = {.label = "relative margin gap", .log = true},
          .name = "beyond-doubles"};
  Series run{.name = "flow"}, law{.name = "theory: ∝ 1/log t", .role = Role::theory, .dashed = true};
  for (double u = 0.0; u <= 9.0; u += 0.1) {
    run.points.emplace_back(std::pow(10.0, u), 0.4 * std::pow(10.0, -u) * (1.0 + 0.5 * std::exp(-u)));
    if (u > 1.0) law.points.emplace_back(std::pow(10.0, u), 0.4 * std::pow(10.0, -u));
  }
  c.series = {run, law};
  return c;
}

Chart scales() {
  Chart c{.title = "Nineteen scales of the start",
          .x = {.label = "training time t", .power = true},
          .y = {.label = "loss", .log = true},
          .name = "shades"};
  for (int k = 0; k < 19; ++k) {
    const double scale = std::pow(10.0, -6.0 + k / 3.0);
    Series s = curve(k % 6 == 0 ? cat("α = ", scale) : "", Role::run, 60, 0, 6,
                     [&](double t) { return std::exp(-std::pow(10.0, t - 3.0 + k / 9.0)) + 1e-8; });
    s.shade = k / 18.0;
    c.series.push_back(s);
  }
  return c;
}

Chart hues() {
  Chart c{.title = "Eight optimizers", .x = {.label = "steps", .log = true}, .y = {.label = "accuracy"}, .name = "hues"};
  const char* names[] = {"gradient descent", "momentum", "sign", "adagrad", "rmsprop", "adam", "muon", "shampoo"};
  for (int k = 0; k < 8; ++k) {
    Series s{.name = names[k]};
    s.hue = k;
    for (double u = 0.0; u <= 4.0; u += 0.05)
      s.points.emplace_back(std::pow(10.0, u), 1.0 - 0.5 / (1.0 + std::exp(2.0 * (u - 1.0 - 0.25 * k))));
    c.series.push_back(s);
  }
  return c;
}

Chart bars_and_dots() {
  Chart c{.title = "The two answers, coordinate by coordinate",
          .x = {.label = "feature", .integer = true},
          .y = {.label = "coefficient"},
          .name = "bars"};
  Series bars{.name = "limit, solved and certified", .kind = SeriesKind::bars, .role = Role::theory};
  Series dots{.name = "run, at its end", .kind = SeriesKind::dots};
  for (int j = 1; j <= 12; ++j) {
    const double w = j % 3 ? 0.0 : 3.1 * std::cos(j);
    bars.points.emplace_back(j, w);
    dots.points.emplace_back(j, j == 5 ? kGap : w + 0.05 * std::sin(5.0 * j));
  }
  c.series = {bars, dots};
  return c;
}

Chart scatter() {
  Chart c{.title = "Found against certified",
          .x = {.label = "certified objective", .log = true},
          .y = {.label = "objective of the run", .log = true},
          .name = "scatter"};
  Series dots{.name = "trials", .kind = SeriesKind::dots};
  for (int k = 0; k < 300; ++k) {
    const double v = std::pow(10.0, -2.0 + 4.0 * std::fmod(k * 0.618034, 1.0));
    dots.points.emplace_back(v, v * (1.0 + 0.8 * std::fmod(k * 0.414214, 1.0)));
  }
  c.series = {dots, {.name = "equal", .role = Role::theory, .dashed = true, .points = {{1e-2, 1e-2}, {1e2, 1e2}}}};
  return c;
}

Chart phase_diagram() {
  Chart c{.title = "Which start leaves the kernel regime?",
          .caption = "Share of seeds that find the sparse answer; white lines: levels.",
          .x = {.label = "scale of the start α", .log = true},
          .y = {.label = "samples n", .integer = true},
          .name = "phase"};
  Heat heat{.label = "share of seeds", .contours = {0.1, 0.5, 0.9}, .range = std::pair{0.0, 1.0}};
  for (int j = 0; j < 25; ++j) heat.xs.push_back(std::pow(10.0, -6.0 + 0.25 * j));
  for (int i = 0; i < 16; ++i) heat.ys.push_back(10.0 + 6.0 * i);
  heat.values.resize(16, 25);
  for (Index i = 0; i < 16; ++i)
    for (Index j = 0; j < 25; ++j) heat.values(i, j) = 1.0 / (1.0 + std::exp(1.1 * (j - 12.0) - 0.9 * (i - 7.0)));
  heat.values(3, 20) = heat.values(3, 21) = kGap;
  c.heat = heat;
  Series theory{.name = "theory", .role = Role::theory, .dashed = true};
  for (int j = 3; j < 22; ++j) theory.points.emplace_back(heat.xs[j], 10.0 + 6.0 * (7.0 + (j - 12.0) / 0.9));
  c.series = {theory};
  c.series[0].points.erase(c.series[0].points.begin(), c.series[0].points.begin() + 2);
  return c;
}

Chart logarithmic_heat() {
  Chart c{.title = "Distance to the limit over depth and scale",
          .x = {.label = "scale α", .log = true},
          .y = {.label = "depth", .integer = true},
          .name = "heat-log"};
  Heat heat{.label = "relative distance", .log = true, .contours = {1e-6, 1e-3}};
  for (int j = 0; j < 9; ++j) heat.xs.push_back(std::pow(10.0, -4.0 + 0.5 * j));
  for (int i = 2; i < 7; ++i) heat.ys.push_back(i);
  heat.values.resize(5, 9);
  for (Index i = 0; i < 5; ++i)
    for (Index j = 0; j < 9; ++j) heat.values(i, j) = j == 0 && i == 0 ? 0.0 : std::pow(10.0, -8.0 + 0.9 * j - 0.4 * i);
  c.heat = heat;
  return c;
}

Chart diverging_heat() {
  Chart c{.title = "Gain of the implicit bias over ridge",
          .x = {.label = "noise σ"},
          .y = {.label = "nonzeros"},
          .name = "heat-middle"};
  Heat heat{.label = "difference of test errors", .contours = {0.0}, .middle = 0.0};
  for (int j = 0; j < 12; ++j) heat.xs.push_back(0.1 * j);
  for (double y : {1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0}) heat.ys.push_back(y);
  heat.values.resize(7, 12);
  for (Index i = 0; i < 7; ++i)
    for (Index j = 0; j < 12; ++j)
      heat.values(i, j) = 0.8 * heat.xs[static_cast<std::size_t>(j)] + 0.06 * heat.ys[static_cast<std::size_t>(i)] - 0.7;
  c.heat = heat;
  return c;
}

Chart long_curve() {
  Chart c{.title = "A peak among 100,000 points", .x = {.label = "steps", .log = true}, .y = {.label = "loss"}, .name = "long"};
  Series s{.name = "loss"};
  for (int i = 1; i <= 100'000; ++i) s.points.emplace_back(i, 1.0 / std::sqrt(i) + (i == 31'337 ? 1.0 : 0.0));
  c.series = {s};
  return c;
}

Chart awkward() {
  Chart c{.title = kAwkwardText,
          .caption = kAwkwardText,
          .x = {.label = kAwkwardText},
          .y = {.label = kAwkwardText},
          .name = "awkward"};
  c.series = {{.name = kAwkwardText, .points = {{0, 1e-9}, {1, 3e-9}, {2, kGap}, {3, 2e-9}, {4, kGap}, {5, 4e-9}, {6, 5e-9}}}};
  c.rules = {{2.5e-9, kAwkwardText}};
  return c;
}

Chart nothing() {
  return {.title = "Nothing to draw",
          .x = {.label = "x", .log = true},
          .y = {.label = "y"},
          .series = {{.name = "all gaps", .points = {{-1, 1}, {1, kGap}}}},
          .name = "nothing"};
}

}  // namespace

std::vector<Chart> chart_catalogue() {
  return {lines_with_bands(), powers_of_ten(),    beyond_doubles(), scales(),     hues(),    bars_and_dots(), scatter(),
          phase_diagram(),    logarithmic_heat(), diverging_heat(), long_curve(), awkward(), nothing()};
}

}  // namespace penchant::testing
