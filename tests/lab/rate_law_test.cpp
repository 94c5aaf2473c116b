#include "penchant/lab/rate_law.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace penchant {
namespace {

// Snapshots at log t = 10 … 1e9 whose angle is a function of log t.
template <class Angle>
std::optional<RateFit> fitted(const ExpectedRate& expected, Angle angle) {
  std::vector<CurvePoint> curve;
  std::vector<Snapshot> snapshots;
  for (int k = 0; k <= 160; ++k) {
    const double log_t = std::pow(10.0, 1.0 + 0.05 * k);
    curve.push_back({log_t * std::numbers::log10e, angle(log_t), 0.5 * angle(log_t)});
    snapshots.emplace_back();
  }
  return fit_rate(expected, curve, snapshots);
}

const ExpectedRate kSlower{"angle", "log_time_over_log_log_time", -1.0, false, 0.4};
const ExpectedRate kUsual{"angle", "log_time", -1.0, false};

TEST(RateLaw, a_law_with_a_constant_is_measured_with_both) {
  const auto fit = fitted(kSlower, [](double t) { return (0.4 * std::log(t) + 0.3) / t; });
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->verdict, Verdict::agrees);
  EXPECT_NEAR(fit->constant, 0.4, 1e-9) << "what is O(1/log t) drops out";
  EXPECT_NEAR(fit->exponent, -1.0, 0.02);
}

TEST(RateLaw, another_constant_or_another_law_does_not_agree) {
  EXPECT_EQ(fitted(kSlower, [](double t) { return (0.5 * std::log(t) + 0.3) / t; })->verdict, Verdict::undecided);
  EXPECT_EQ(fitted(kSlower, [](double t) { return 0.4 / t; })->verdict, Verdict::undecided);
  EXPECT_EQ(fitted(kUsual, [](double t) { return std::pow(t, -0.9); })->verdict, Verdict::undecided);
  EXPECT_EQ(fitted(kUsual, [](double t) { return std::pow(t, -1.2); })->verdict, Verdict::undecided);
}

TEST(RateLaw, a_bound_is_kept_by_what_falls_faster) {
  ExpectedRate bound = kUsual;
  bound.upper_bound_only = true;
  EXPECT_EQ(fitted(bound, [](double t) { return std::pow(t, -1.0); })->verdict, Verdict::agrees);
  EXPECT_EQ(fitted(bound, [](double t) { return std::pow(t, -1.7); })->verdict, Verdict::agrees);
  EXPECT_EQ(fitted(bound, [](double t) { return std::pow(t, -0.8); })->verdict, Verdict::undecided);
}

TEST(RateLaw, scatter_decides_nothing) {
  const auto fit = fitted(kUsual, [](double t) { return (1.0 + 0.9 * std::sin(1e3 * t)) / t; });
  ASSERT_TRUE(fit);
  EXPECT_GT(0.5 * (fit->high - fit->low), kRateTolerance);
  EXPECT_EQ(fit->verdict, Verdict::undecided);
}

TEST(RateLaw, a_key_of_the_spec_is_for_a_sweep_to_fit) {
  EXPECT_FALSE(fitted({"distance", "init.scale", 2.0}, [](double t) { return 1.0 / t; }));
}

}  // namespace
}  // namespace penchant
