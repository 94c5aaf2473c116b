// C9: two samples, four features, a start so small that the flow is a walk from saddle to saddle.
//   X = [[1, .5, .7, 0], [.5, 1, .1, .7]], y = (1, 0);  as α → 0, on the clock t / log(1/α):
//   (.8, 0, 0, 0) from 1/2 on, (0, 0, 1.4, 0) from 2 on, and from 2 + 40/49 on the least ℓ1 norm (0, 0, 10/7, -10/49).
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/dynamics/simulate.h"
#include "support/end_to_end.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

const Diagonal kNetwork{2, DiagonalForm::difference_of_powers};
constexpr double kThirdJump = 2.0 + 40.0 / 49.0;

Vector four(double a, double b, double c, double d) { return Vector{{a, b, c, d}}; }

Problem toy(double log_alpha, Index other = 0, double other_log = 0.0) {
  Matrix x(2, 4);
  x << 1, .5, .7, 0, .5, 1, .1, .7;
  Start start = testing::start_at(1.0, kNetwork, 4);
  for (SignedLog& block : start.blocks) {
    block.log_abs.setConstant(log_alpha);
    if (other_log != 0.0) block.log_abs[other] = other_log;
  }
  return testing::problem_of(testing::dataset_of(x, Vector{{1.0, 0.0}}), kNetwork, Squared{}, start);
}

Vector at(const Problem& problem, double time) {
  SimulateOptions only_the_end;
  only_the_end.snapshots = 2;
  return simulate(problem, GradientFlow{.coordinates = Coordinates::log_weights}, {.time = time}, only_the_end).predictor.values;
}

double farthest(const Vector& a, const Vector& b) { return (a - b).cwiseAbs().maxCoeff(); }

// When |β_j| has come half the way to its value at the next stop.
double jump(const Problem& problem, Index j, double half, double low, double high) {
  for (int i = 0; i < 36; ++i) {
    const double middle = 0.5 * (low + high);
    (std::abs(at(problem, middle)[j]) < half ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

TEST(TheoremC9, waits_at_its_saddles_and_ends_at_the_least_l1_norm) {
  constexpr double kStated = 1e-10;
  const double log_alpha = -100.0 * std::log(10.0);
  const Problem problem = toy(log_alpha);
  EXPECT_LT(farthest(at(problem, -0.3 * log_alpha), Vector::Zero(4)), kStated);
  EXPECT_LT(farthest(at(problem, -1.2 * log_alpha), four(.8, 0, 0, 0)), kStated);
  EXPECT_LT(farthest(at(problem, -2.53 * log_alpha), four(0, 0, 1.4, 0)), kStated);
  EXPECT_LT(farthest(at(problem, -4.0 * log_alpha), four(0, 0, 10.0 / 7.0, -10.0 / 49.0)), kStated);
  // Control: feature 3 starts at √α, and the walk takes another way.
  EXPECT_GT(farthest(at(toy(log_alpha, 2, 0.5 * log_alpha), -1.2 * log_alpha), four(.8, 0, 0, 0)), 0.1);
}

// Beyond depth 2 a jump takes 1e-80 of the wait before it, and a run is renewed in the middle of one as well as anywhere: the walk
// is the same.
TEST(TheoremC9, deep_networks_go_the_same_way_wherever_their_runs_are_renewed) {
  struct Case {
    int depth;
    double log10_alpha;
  };
  for (const Case& c : {Case{3, -120.0}, Case{4, -40.0}, Case{6, -50.0}})
    for (const std::int64_t renewed : {500, 4096}) {
      const Diagonal network{c.depth, DiagonalForm::difference_of_powers};
      Start start = testing::start_at(1.0, network, 4);
      for (SignedLog& block : start.blocks) block.log_abs.setConstant(c.log10_alpha * std::log(10.0));
      const Problem problem = testing::problem_of(toy(0.0).data, network, Squared{}, start);
      const Trajectory run =
          simulate(problem, GradientFlow{.coordinates = Coordinates::log_weights, .checkpoint_steps = renewed}, {});
      EXPECT_LT(farthest(run.predictor.values, four(0, 0, 10.0 / 7.0, -10.0 / 49.0)), 1e-9)
          << "depth " << c.depth << ", " << run.text;
      EXPECT_LT(run.snapshots.back().alignment, 1e-7);
    }
}

TEST(TheoremC9, jumps_come_a_constant_away_from_their_limits) {
  struct Jumps {
    double first, second, third;  // t - T log(1/α)
  };
  const auto jumps = [](double digits) {
    const double wait = digits * std::log(10.0);
    const Problem problem = toy(-wait);
    return Jumps{jump(problem, 0, 0.4, 0.3 * wait, 1.2 * wait) - 0.5 * wait,
                 jump(problem, 2, 0.7, 1.5 * wait, 2.4 * wait) - 2.0 * wait,
                 jump(problem, 3, 5.0 / 49.0, 2.45 * wait, 3.5 * wait) - kThirdJump * wait};
  };
  const Jumps near = jumps(60.0), far = jumps(120.0);
  // The first is logistic growth of β₁ at rate 4 from α² to 0.8, half of it reached at ½ log(1/α) + ¼ log 0.8.
  EXPECT_NEAR(near.first, 0.25 * std::log(0.8), 1e-6);
  EXPECT_NEAR(far.first, 0.25 * std::log(0.8), 1e-6);
  // The others: corrections of t/log(1/α) are c/log(1/α), c the same at α and α²; what else there is are powers of α,
  // the largest α^0.1.
  EXPECT_NEAR(near.second, far.second, 1e-4);
  EXPECT_NEAR(near.third, far.third, 1e-4);
  EXPECT_GT(std::abs(far.second), 1.0);
  EXPECT_LT(far.third, -1.0) << "sooner than its limit";
}

TEST(TheoremC9, distance_of_the_end_follows_the_power_that_the_dual_gives) {
  // β₃ and β₄ at their values fix the dual, and with it β₁ = (10/7)^{10/7} (49/10)^{25/49} α^{8/49}; β₃ makes up for 10/7 of it.
  const double factor = std::pow(10.0 / 7.0, 17.0 / 7.0) * std::pow(4.9, 25.0 / 49.0), power = 8.0 / 49.0;
  const Vector least = four(0, 0, 10.0 / 7.0, -10.0 / 49.0);
  for (const double digits : {40.0, 60.0}) {
    const Problem problem = toy(-digits * std::log(10.0));
    const auto training = testing::end_to_end(problem, GradientFlow{.coordinates = Coordinates::log_weights}, {.residual = 1e-14});
    EXPECT_EQ(testing::verdict(training.comparison("C.flow")), "agrees");
    const double left = farthest(training.run.predictor.values, least);
    constexpr double kNextPower = 1e-3;  // the square of the first, relative to it: 1e-6 and less
    EXPECT_NEAR(left / (factor * std::pow(10.0, -digits * power)), 1.0, kNextPower) << digits;
    const Prediction& rich = training.prediction("C.rich");
    ASSERT_FALSE(rich.rates.empty());
    EXPECT_NEAR(rich.rates.front().exponent, power, 1e-9);
  }
}

}  // namespace
}  // namespace penchant
