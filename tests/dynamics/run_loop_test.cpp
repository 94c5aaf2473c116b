#include "penchant/core/decompositions.h"
#include "penchant/dynamics/run_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/dynamics/saddle.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

// Loss and residual given as functions of time; beta = 1. A flow if `step` is NaN.
class Scripted final : public Stepper {
 public:
  Scripted(double step, std::function<double(double)> log_loss, std::function<double(double)> residual)
      : step_(step), log_loss_(std::move(log_loss)), residual_(std::move(residual)) {}

  bool advance(double log10_time_limit, double max_steps) override {
    if (fails_at && steps_ >= *fails_at) return false;
    longest = std::max(longest, max_steps);
    if (std::isnan(step_)) {
      time_ = std::min(time_ == 0.0 ? 1e-6 : 1.5 * time_, std::pow(10.0, log10_time_limit));
      steps_ += 1.0;
      return true;
    }
    const double fit = std::floor(std::pow(10.0, log10_time_limit) / step_ - steps_);
    steps_ += std::max(1.0, std::min(max_steps, fit));
    time_ = steps_ * step_;
    return true;
  }
  Progress progress() const override { return {std::log10(time_), steps_, log_loss_(time_), residual_(time_)}; }
  Snapshot snapshot() const override {
    Snapshot out;
    out.log10_time = std::log10(time_);
    out.steps = steps_;
    out.log10_loss = log_loss_(time_) / std::log(10.0);
    out.predictor = Predictor::vector(Vector(beta));
    out.residual = residual_(time_);
    out.alignment = alignment(time_);
    return out;
  }
  double remaining() const override { return 0.5; }
  void save(Writer& out) const override {
    out.number(time_);
    out.number(steps_);
  }
  void load(Reader& in) override {
    time_ = in.number();
    steps_ = in.number();
  }
  double step_size() const override { return step_; }
  std::string coordinates() const override { return "weights"; }
  StopReason failure() const override { return StopReason::integrator; }
  std::string failure_text() const override { return "no step is small enough"; }

  bool has_closed_form() const override { return closed_form; }

  bool closed_form = false;
  double longest = 0.0;  // steps that were asked for at once
  std::optional<double> fails_at;
  Vector beta = Vector::Ones(3);
  std::function<double(double)> alignment = [](double) { return 0.0; };

 private:
  double step_;
  std::function<double(double)> log_loss_, residual_;
  double time_ = 0.0, steps_ = 0.0;
};

double falling(double t) { return -t; }
double half(double) { return 0.5; }

struct Setting {
  std::shared_ptr<Dataset> data = std::make_shared<Dataset>();
  Problem problem;

  explicit Setting(LossSpec loss = Squared{}, Vector y = Vector{{1.0, -1.0}}) {
    data->features = std::make_shared<DenseMap>(testing::gaussian_matrix(y.size(), 3, 1));
    data->targets = y;
    problem = make_problem(data, Linear{}, loss, InitSpec{});
  }
  Trajectory run(Stepper& stepper, const StopSpec& stop, bool continuous = false, const SimulateOptions& options = {}) const {
    const Dynamics dynamics = continuous ? Dynamics(GradientFlow{}) : Dynamics(GradientDescent{});
    return run_loop(problem, stepper, continuous, stop_limits(problem, dynamics, stop), options);
  }
};

TEST(RunLoop, stops_exactly_at_a_limit_of_steps) {
  Scripted stepper(0.1, falling, half);
  const Trajectory run = Setting().run(stepper, {.steps = 1234});
  EXPECT_EQ(run.reason, StopReason::steps);
  EXPECT_EQ(run.steps, 1234.0);
  EXPECT_THAT(run.text, HasSubstr("stop.steps = 1234 steps were made"));
}

TEST(RunLoop, discrete_method_ends_at_the_last_step_that_fits_the_time) {
  Scripted stepper(0.3, falling, half);
  const Trajectory run = Setting().run(stepper, {.time = 10.0});
  EXPECT_EQ(run.reason, StopReason::time);
  EXPECT_EQ(run.steps, 33.0);  // 9.9 <= 10 < 10.2
}

TEST(RunLoop, flow_ends_at_the_time_itself) {
  Scripted stepper(std::nan(""), falling, half);
  const Trajectory run = Setting().run(stepper, {.log10_time = 2.0}, true);
  EXPECT_EQ(run.reason, StopReason::time);
  EXPECT_DOUBLE_EQ(run.log10_time, 2.0);
}

TEST(RunLoop, says_which_number_met_which_limit) {
  Scripted stepper(0.1, falling, [](double t) { return std::exp(-t); });
  const Trajectory run = Setting().run(stepper, {.residual = 1e-3});
  EXPECT_EQ(run.reason, StopReason::residual);
  EXPECT_THAT(run.text, HasSubstr("at most 0.001, after"));
  // tests are at most 1/64 of the steps apart
  EXPECT_GE(run.steps, 70.0);
  EXPECT_LE(run.steps, 70.0 * (1.0 + 1.0 / 64.0) + 1.0);
}

TEST(RunLoop, small_loss_change_or_velocity_never_stops_a_run) {
  Scripted stepper(0.1, [](double) { return 3.0; }, half);  // nothing moves at all
  const Trajectory run = Setting().run(stepper, {});
  EXPECT_EQ(run.reason, StopReason::steps);
  EXPECT_EQ(run.steps, 1e6);
}

TEST(RunLoop, residual_counts_only_with_the_alignment_asked_for) {
  Scripted stepper(0.1, falling, [](double) { return 1e-12; });
  stepper.alignment = [](double t) { return t < 5.0 ? 0.1 : 1e-7; };
  const Trajectory run = Setting().run(stepper, {.alignment = 1e-6, .residual = 1e-10});
  EXPECT_EQ(run.reason, StopReason::residual);
  EXPECT_GE(run.steps, 50.0);
}

TEST(RunLoop, divergence_and_failure_are_recorded_with_their_numbers) {
  Scripted growing(0.1, [](double t) { return 10.0 * t; }, half);
  const Trajectory run = Setting().run(growing, {});
  EXPECT_EQ(run.reason, StopReason::diverged);
  EXPECT_THAT(run.text, HasSubstr("the loss went from 1 to 10^"));
  Scripted stuck(0.1, falling, half);
  stuck.fails_at = 10.0;
  EXPECT_EQ(Setting().run(stuck, {}).text, "no step is small enough");
}

TEST(RunLoop, observer_can_interrupt) {
  Scripted stepper(0.1, falling, half);
  int seen = 0;
  const Trajectory run = Setting().run(stepper, {}, false, {.observer = [&](const Snapshot&) { return ++seen < 5; }});
  EXPECT_EQ(run.reason, StopReason::interrupted);
  EXPECT_EQ(seen, 5);
}

TEST(RunLoop, snapshots_are_even_in_log_time_with_first_and_last) {
  for (double step : {0.1, std::nan("")}) {
    Scripted stepper(step, falling, half);
    const Trajectory run = Setting().run(stepper, {.log10_time = 4.0}, std::isnan(step), {.snapshots = 100});
    const auto& kept = run.snapshots;
    ASSERT_GE(kept.size(), 40u);
    ASSERT_LE(kept.size(), 100u);
    EXPECT_EQ(kept.front().log10_time, -INFINITY);
    EXPECT_EQ(kept.back().steps, run.steps);
    double widest = 0.0;
    for (std::size_t i = kept.size() / 2; i + 1 < kept.size(); ++i) {
      EXPECT_GT(kept[i + 1].log10_time, kept[i].log10_time);
      widest = std::max(widest, kept[i + 1].log10_time - kept[i].log10_time);
    }
    EXPECT_LE(widest, 0.6) << "10 decades in at least 40 snapshots, with steps of 1.5x between";
  }
}

TEST(RunLoop, loss_that_underflows_is_nan_with_its_log) {
  Scripted stepper(1.0, [](double t) { return -100.0 * t; }, half);
  const Trajectory run = Setting().run(stepper, {.steps = 50});
  EXPECT_TRUE(std::isnan(run.loss));
  EXPECT_NEAR(run.log10_loss, -5000.0 / std::log(10.0), 1e-9);
}

TEST(RunLoop, inconsistent_least_squares_stops_at_rest) {
  Setting setting(Squared{}, Vector{{1.0, 2.0, 3.0, 4.0, 5.0}});
  const Matrix& x = *setting.data->features->dense();
  Scripted stepper(0.1, falling, half);
  stepper.beta = (x.transpose() * x).ldlt().solve(x.transpose() * setting.data->targets);
  EXPECT_EQ(setting.run(stepper, {}).reason, StopReason::stationary);
  stepper = Scripted(0.1, falling, half);
  stepper.beta = Vector::Ones(3);
  EXPECT_EQ(setting.run(stepper, {}).reason, StopReason::steps) << "not a least-squares point";
}

TEST(StopLimits, defaults_suit_the_problem) {
  const Setting regression;
  const Setting classification{Logistic{}};
  EXPECT_EQ(stop_limits(regression.problem, GradientFlow{}, {}).residual, 1e-10);
  EXPECT_FALSE(stop_limits(regression.problem, GradientFlow{}, {.loss = 1e-3}).residual);
  EXPECT_EQ(stop_limits(classification.problem, GradientFlow{}, {}).log10_time, 6.0);
  EXPECT_EQ(stop_limits(classification.problem, GradientFlow{Coordinates::automatic, Clock::normalised, {}, {}}, {}).log10_time,
            1e6);
  EXPECT_EQ(stop_limits(classification.problem, GradientDescent{}, {}).steps, 1e5);
  EXPECT_EQ(stop_limits(regression.problem, GradientDescent{}, {.time = 100.0, .log10_time = 3.0}).log10_time, 2.0);
  EXPECT_THROW(stop_limits(classification.problem, GradientFlow{}, {.residual = 1e-3}), InvalidInput);
}

TEST(Saddle, is_left_when_the_predictor_outgrows_its_start) {
  const Setting setting;
  const Problem tiny = make_problem(setting.data, Diagonal{}, Squared{}, InitSpec{.scale = 1e-250});
  const auto left = [&](double log10_size) {
    return left_saddle(tiny, Predictor::vector(SignedLog::constant(3, log10_size * std::log(10.0))));
  };
  EXPECT_FALSE(left(-500.0)) << "the start is 1e-500";
  EXPECT_FALSE(left(-499.5));
  EXPECT_TRUE(left(-498.5));
  EXPECT_TRUE(left(0.0));
}

TEST(Saddle, large_start_counts_as_left_once_the_predictor_could_fit) {
  const Setting setting;
  const Problem large = make_problem(setting.data, Diagonal{}, Squared{}, InitSpec{.scale = 100.0});
  EXPECT_FALSE(left_saddle(large, Predictor::vector(Vector::Zero(3))));
  EXPECT_TRUE(left_saddle(large, Predictor::vector(Vector::Constant(3, 1.0))));
  EXPECT_TRUE(left_saddle(large, Predictor::vector(Vector::Constant(3, std::nan(""))))) << "a run that diverged waits nowhere";
}

TEST(RunLoop, a_long_run_is_looked_at_every_second_of_work) {
  const Setting setting;  // 2 samples, 3 features
  Scripted steps(1.0, falling, half), closed(1.0, falling, half);
  closed.closed_form = true;
  setting.run(steps, {.steps = 1'000'000'000});
  setting.run(closed, {.steps = 1'000'000'000});
  // 2^30 multiplications at 2 * 3 a step, and what 512 of them cost for any step
  EXPECT_EQ(steps.longest, std::floor(0x1p30 / (512.0 + 6.0)));
  EXPECT_GT(closed.longest, 1e7) << "any number of steps costs the same: a 64th of those made";
}

TEST(RunLoop, a_run_is_asked_before_every_piece_of_work) {
  const Setting setting;
  Scripted stepper(1.0, falling, half);
  int asked = 0;
  SimulateOptions options;
  options.request = [&] { return ++asked < 4 ? Request::go_on : Request::stop; };
  const Trajectory t = setting.run(stepper, {.steps = 100}, false, options);
  EXPECT_EQ(t.reason, StopReason::interrupted);
  EXPECT_EQ(t.steps, 3.0);
}

}  // namespace
}  // namespace penchant
