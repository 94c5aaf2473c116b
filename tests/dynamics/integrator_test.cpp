#include "penchant/dynamics/integrator.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/tolerance.h"

namespace penchant {
namespace {

// y' = -rate y + forcing cos x, one unknown: y = particular + decay, known in closed form.
class Forced final : public FlowEquation {
 public:
  Forced(double rate, double tolerance) : start_(Vector::Constant(1, 1.0)), rate_(rate), tolerance_(tolerance) {}
  const Vector& start() const override { return start_; }
  bool velocity(double x, VecIn y, VecOut dy) override {
    dy[0] = -rate_ * y[0] + rate_ * std::cos(x);
    return true;
  }
  bool prepare(double, VecIn, double gamma) override {
    pivot_ = 1.0 + gamma * rate_;
    return true;
  }
  void solve(VecOut b) override { b /= pivot_; }
  void tolerance(VecIn, double, VecOut out) const override { out.setConstant(tolerance_); }

  double exact(double x) const {
    const double c = rate_ * rate_ / (1.0 + rate_ * rate_), s = rate_ / (1.0 + rate_ * rate_);
    return c * std::cos(x) + s * std::sin(x) + (1.0 - c) * std::exp(-rate_ * x);
  }

 private:
  Vector start_;
  double rate_, tolerance_, pivot_ = 1.0;
};

// y' = y^2 from 1: y = 1 / (1 - x) has no value at x = 1.
class BlowsUp final : public FlowEquation {
 public:
  const Vector& start() const override { return start_; }
  bool velocity(double, VecIn y, VecOut dy) override {
    dy[0] = y[0] * y[0];
    return y[0] < 1e12;
  }
  bool prepare(double, VecIn y, double gamma) override {
    pivot_ = 1.0 - gamma * 2.0 * y[0];
    return pivot_ > 0.05;
  }
  void solve(VecOut b) override { b /= pivot_; }
  void tolerance(VecIn y, double, VecOut out) const override { out = 1e-8 * y.cwiseAbs(); }

 private:
  Vector start_ = Vector::Constant(1, 1.0);
  double pivot_ = 1.0;
};

double largest_error(double rate, double tolerance, IntegrationMethod method, double end) {
  Forced equation(rate, tolerance);
  Integrator integrator(equation, method);
  double worst = 0.0;
  while (integrator.position() < end) {
    EXPECT_TRUE(integrator.step(end)) << integrator.failure();
    worst = std::max(worst, std::abs(integrator.state()[0] - equation.exact(integrator.position())));
  }
  return worst;
}

TEST(integrator, error_falls_with_the_tolerance) {
  // a factor 1e4 in the tolerance is at least 1e2 in the error: what a local error per unit step of order 5 gives is 1e4^(5/6)
  // = 2e3
  for (const IntegrationMethod method : {IntegrationMethod::implicit, IntegrationMethod::explicit_order_8}) {
    const double loose = largest_error(2.0, 1e-5, method, 6.0), tight = largest_error(2.0, 1e-9, method, 6.0);
    EXPECT_LT(loose, 100.0 * 1e-5);
    EXPECT_LT(tight, 100.0 * 1e-9);
    EXPECT_GT(loose / tight, 1e2);
  }
}

TEST(integrator, implicit_steps_do_not_shrink_with_stiffness) {
  Forced equation(1e8, 1e-7);
  Integrator integrator(equation, IntegrationMethod::implicit);
  while (integrator.position() < 6.0) ASSERT_TRUE(integrator.step(6.0)) << integrator.failure();
  EXPECT_LT(integrator.steps(), 400);  // an explicit method needs 6e8 / 5
  EXPECT_NEAR(integrator.state()[0], equation.exact(integrator.position()), 1e-5);
}

TEST(integrator, interpolation_inside_a_step_is_as_good_as_its_ends) {
  for (const IntegrationMethod method : {IntegrationMethod::implicit, IntegrationMethod::explicit_order_8}) {
    Forced equation(2.0, 1e-9);
    Integrator integrator(equation, method);
    Vector y(1);
    while (integrator.position() < 2.0) {
      ASSERT_TRUE(integrator.step(2.0));
      const double middle = 0.5 * (integrator.previous() + integrator.position());
      integrator.interpolate(middle, y);
      // the dense output of the explicit pair is of degree 5 where the steps are of order 8
      EXPECT_NEAR(y[0], equation.exact(middle), method == IntegrationMethod::implicit ? 1e-7 : 1e-4);
    }
  }
}

TEST(integrator, restart_goes_on_from_the_state_with_a_new_origin) {
  BlowsUp equation;
  Integrator integrator(equation, IntegrationMethod::implicit);
  while (integrator.state()[0] < 1.5) ASSERT_TRUE(integrator.step(1.0));
  const double reached = integrator.position(), value = integrator.state()[0];
  integrator.restart();
  EXPECT_EQ(integrator.position(), 0.0);
  EXPECT_EQ(integrator.state()[0], value);
  while (integrator.state()[0] < 3.0) ASSERT_TRUE(integrator.step(1.0));
  EXPECT_NEAR(integrator.state()[0], 1.0 / (1.0 - reached - integrator.position()), 1e-5);
}

TEST(integrator, a_solution_that_ends_is_a_sentence_not_a_print) {
  BlowsUp equation;
  Integrator integrator(equation, IntegrationMethod::implicit);
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  bool going = true;
  for (int i = 0; i < 100000 && going; ++i) going = integrator.step(2.0);
  EXPECT_EQ(::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr(), "");
  EXPECT_FALSE(going);
  EXPECT_FALSE(integrator.failure().empty());
  EXPECT_NEAR(integrator.position(), 1.0, 1e-6);
}

TEST(integrator, a_step_that_fails_leaves_the_state_before_it) {
  for (const IntegrationMethod method : {IntegrationMethod::implicit, IntegrationMethod::explicit_order_8}) {
    BlowsUp equation;
    Integrator integrator(equation, method);
    Vector last;
    double reached = 0.0;
    do {
      last = integrator.state();
      reached = integrator.position();
    } while (integrator.steps() < 100000 && integrator.step(2.0));
    EXPECT_FALSE(integrator.failure().empty());
    EXPECT_EQ(integrator.state(), last);
    EXPECT_EQ(integrator.position(), reached);
    EXPECT_GT(last[0], 1e3) << "it is near the end of the solution";
    EXPECT_LT(last[0], 1e13);
  }
}

}  // namespace
}  // namespace penchant
