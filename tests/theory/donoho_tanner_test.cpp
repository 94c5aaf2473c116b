#include "penchant/theory/donoho_tanner.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace penchant {
namespace {

// (share)(1 + t²) + (1 - share) c E[(g - t)_+²], the expectation by Simpson's rule on [t, t + 12]:
// 1e-14 of what it leaves out and adds.
double expected_distance(double share, double t, double c) {
  constexpr int kIntervals = 4000;
  const double h = 12.0 / kIntervals;
  double sum = 0.0;
  for (int i = 0; i <= kIntervals; ++i) {
    const double u = i * h, weight = i == 0 || i == kIntervals ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
    sum += weight * u * u * std::exp(-0.5 * (t + u) * (t + u));
  }
  return share * (1.0 + t * t) + (1.0 - share) * c * sum * h / 3.0 / std::sqrt(2.0 * std::numbers::pi);
}

// The defining minimum over t, by golden sections.
double statistical_dimension(double share, double c) {
  const double golden = 0.5 * (std::sqrt(5.0) - 1.0);
  double low = 0.0, high = 8.0;
  for (int i = 0; i < 80; ++i) {
    const double left = high - golden * (high - low), right = low + golden * (high - low);
    (expected_distance(share, left, c) < expected_distance(share, right, c) ? high : low) =
        expected_distance(share, left, c) < expected_distance(share, right, c) ? right : left;
  }
  return expected_distance(share, 0.5 * (low + high), c);
}

TEST(DonohoTanner, is_where_the_statistical_dimension_meets_the_samples) {
  constexpr double kQuadrature = 1e-11;
  for (const double share : {0.003, 0.02, 0.1, 0.3, 0.7, 0.95}) {
    EXPECT_NEAR(l1_dimension(share), statistical_dimension(share, 2.0), kQuadrature) << share;
    EXPECT_NEAR(positive_l1_dimension(share), statistical_dimension(share, 1.0), kQuadrature) << share;
  }
}

TEST(DonohoTanner, has_the_values_of_scipys_quadrature) {
  // scipy.integrate.quad and optimize.brentq on the defining minimum, 12 digits
  constexpr double kDigits = 1e-9;
  EXPECT_NEAR(donoho_tanner(0.1), 0.18942936775967, kDigits);
  EXPECT_NEAR(donoho_tanner(0.5), 0.38568966618148, kDigits);
  EXPECT_NEAR(donoho_tanner(0.9), 0.67816937813450, kDigits);
  EXPECT_NEAR(donoho_tanner_positive(0.1), 0.24097589618635, kDigits);
  EXPECT_NEAR(donoho_tanner_positive(0.5), 0.55822769131418, kDigits);
  EXPECT_NEAR(donoho_tanner_positive(0.9), 0.90265723268737, kDigits);
}

TEST(DonohoTanner, curve_and_dimension_are_inverse_to_each_other) {
  constexpr double kPromised = 1e-11;
  for (const double samples : {1e-12, 1e-6, 0.01, 0.2, 0.5, 0.8, 0.999}) {
    EXPECT_NEAR(l1_dimension(samples * donoho_tanner(samples)), samples, kPromised * samples);
    EXPECT_NEAR(positive_l1_dimension(samples * donoho_tanner_positive(samples)), samples, kPromised * samples);
    EXPECT_LT(donoho_tanner(samples), donoho_tanner_positive(samples)) << "knowing the signs helps";
  }
}

TEST(DonohoTanner, meets_what_is_known_at_its_ends) {
  EXPECT_EQ(donoho_tanner(1.0), 1.0);
  // s ~ n / (2 log(d/n)) for n << d, slowly: within 1/log of it
  const double log_ratio = std::log(1e12);
  EXPECT_NEAR(donoho_tanner(1e-12) * 2.0 * log_ratio, 1.0, 3.0 / log_ratio * std::log(log_ratio));
  EXPECT_TRUE(std::isnan(donoho_tanner(0.0)) && std::isnan(donoho_tanner_positive(1.1)) && std::isnan(l1_dimension(-0.1)));
  EXPECT_DOUBLE_EQ(transition_width(0.5), std::sqrt(8.0 * std::log(8.0)));
  EXPECT_TRUE(std::isnan(transition_width(0.0)));
}

}  // namespace
}  // namespace penchant
