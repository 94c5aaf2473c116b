#include "penchant/losses/loss.h"

#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/error.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

constexpr double kDifferenceTolerance = 1e-7;

std::vector<LossSpec> every_loss() {
  std::vector<LossSpec> out;
  for (Reduction reduction : {Reduction::sum, Reduction::mean}) {
    out.insert(out.end(), {Squared{reduction}, LogCosh{reduction}, Exponential{reduction}, Logistic{reduction}});
  }
  return out;
}

Vector targets(const LossSpec& spec) {
  return is_classification_loss(spec) ? Vector{{1, -1, 1, -1}} : Vector{{0.3, -1.2, 2.0, 0.0}};
}

TEST(Loss, gradient_is_the_difference_quotient_of_the_value) {
  for (const LossSpec& spec : every_loss()) {
    SCOPED_TRACE(to_value(spec).find("kind")->describe());
    const auto loss = make_loss(spec);
    const Vector y = targets(spec);
    // both branches of every loss: near and far from the target, margins of both signs
    for (double size : {1e-4, 0.1, 1.0, 25.0}) {
      const Vector f = size * Vector{{1.0, 0.7, -1.1, -0.4}};
      Vector g(4), curvature(4);
      loss->gradient(f, y, g);
      loss->curvature(f, y, curvature);
      for (Index i = 0; i < 4; ++i) {
        const double h = testing::difference_step(f[i]);
        Vector above = f, below = f, g_above(4), g_below(4);
        above[i] += h;
        below[i] -= h;
        const double scale = 1.0 + std::abs(loss->value(f, y));
        EXPECT_NEAR(g[i], (loss->value(above, y) - loss->value(below, y)) / (2 * h), kDifferenceTolerance * scale);
        loss->gradient(above, y, g_above);
        loss->gradient(below, y, g_below);
        EXPECT_NEAR(curvature[i], (g_above[i] - g_below[i]) / (2 * h), kDifferenceTolerance * scale);
        EXPECT_LE(curvature[i], loss->curvature_bound(4) * (1.0 + testing::kEps));
      }
    }
  }
}

TEST(Loss, log_value_is_the_log_of_the_value_where_both_are_doubles) {
  for (const LossSpec& spec : every_loss()) {
    const auto loss = make_loss(spec);
    const Vector y = targets(spec);
    for (double size : {1e-4, 0.1, 1.0, 25.0}) {
      const Vector f = size * Vector{{1.0, 0.7, -1.1, -0.4}};
      EXPECT_NEAR(loss->log_value(f, y), std::log(loss->value(f, y)),
                  testing::rounding(64) * (1.0 + std::abs(loss->log_value(f, y))));
    }
  }
}

TEST(Loss, log_value_goes_on_where_the_value_underflows) {
  const Vector y{{1.0, -1.0}};
  for (const LossSpec& spec : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
    const auto loss = make_loss(spec);
    EXPECT_EQ(loss->value(1000.0 * y, y), 0.0);
    EXPECT_NEAR(loss->log_value(1000.0 * y, y), std::log(2.0) - 1000.0, testing::rounding(8) * 1000.0);
    Vector log_w(2);
    loss->log_weights(1e6 * y, y, log_w);
    EXPECT_NEAR(log_w[0], -1e6, testing::rounding(8) * 1e6);
  }
  for (const LossSpec& spec : {LossSpec{Squared{}}, LossSpec{LogCosh{}}}) {
    const auto loss = make_loss(spec);
    const double tiny = 1e-250;  // l = tiny^2 / 2 each
    EXPECT_NEAR(loss->log_value(Vector{{tiny, -tiny}}, Vector::Zero(2)), 2.0 * std::log(tiny), testing::rounding(8) * 1200.0);
    EXPECT_EQ(loss->log_value(y, y), -INFINITY);
  }
}

TEST(Loss, mean_divides_value_gradient_and_curvature_by_the_samples) {
  const Vector f{{0.5, 2.0, -1.0}}, y{{1.0, 1.0, -1.0}};
  const auto sum = make_loss(Logistic{Reduction::sum}), mean = make_loss(Logistic{Reduction::mean});
  EXPECT_NEAR(mean->value(f, y), sum->value(f, y) / 3.0, testing::rounding(8));
  EXPECT_NEAR(mean->log_value(f, y), sum->log_value(f, y) - std::log(3.0), testing::rounding(16));
  Vector g_sum(3), g_mean(3);
  sum->gradient(f, y, g_sum);
  mean->gradient(f, y, g_mean);
  EXPECT_LT(testing::relative_distance(3.0 * g_mean, g_sum), testing::rounding(8));
  EXPECT_EQ(mean->curvature_bound(3), sum->curvature_bound(3) / 3.0);
}

TEST(Loss, log_cosh_keeps_its_digits_near_zero) {
  // log cosh r = r^2/2 - r^4/12 + r^6/45 - …: at r = 1e-3 the next term is 7e-28 relative 1e-21
  const double r = 1e-3;
  const double series = r * r / 2 - std::pow(r, 4) / 12 + std::pow(r, 6) / 45;
  EXPECT_NEAR(make_loss(LogCosh{})->value(Vector{{r}}, Vector{{0.0}}), series, testing::rounding(8) * series);
}

TEST(Loss, exponential_overflows_to_infinity_and_not_to_nan) {
  EXPECT_EQ(make_loss(Exponential{})->value(Vector{{-1000.0, 1.0}}, Vector{{1.0, 1.0}}), INFINITY);
}

TEST(Loss, weights_of_a_regression_loss_are_a_bug) {
  Vector out(1);
  EXPECT_THROW(make_loss(Squared{})->log_weights(Vector{{1.0}}, Vector{{1.0}}, out), InternalError);
}

TEST(LossSpec, reads_back_what_it_writes) {
  for (const LossSpec& spec : every_loss()) EXPECT_TRUE(same(to_value(loss_from(to_value(spec), {})), to_value(spec)));
}

}  // namespace
}  // namespace penchant
