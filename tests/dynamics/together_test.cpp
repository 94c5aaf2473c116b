#include "penchant/dynamics/together.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/random.h"
#include "penchant/dynamics/fiber.h"
#include "support/planted.h"
#include "support/training.h"

namespace penchant {
namespace {

DatasetPtr data(Index n, Index d, std::uint64_t seed) {
  const RandomKey key(seed, "together_test");
  Matrix x(n, d);
  Vector y(n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < d; ++j) x(i, j) = normal(key, 0, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(j));
    y[i] = normal(key, 1, static_cast<std::uint64_t>(i), 0);
  }
  return make_dataset(std::move(x), std::move(y));
}

struct Case {
  Problem problem;
  Dynamics dynamics;
  StopSpec stop;
};

SimulateOptions without_measures() {
  SimulateOptions out;
  out.measure = false;
  return out;
}

// Starts and steps of many sizes, some of which diverge or are refused; stops of all kinds.
std::vector<Case> cases(const DatasetPtr& shared, std::size_t count, std::uint64_t seed) {
  const RandomKey key(seed, "together_cases");
  std::vector<Case> out;
  for (std::uint32_t m = 0; m < count; ++m) {
    InitSpec init;
    init.scale = std::pow(10.0, -3.0 + 3.0 * uniform(key, m, 0, 0));
    GradientDescent descent;
    const double largest = 1.0 / shared->features->dense()->squaredNorm();
    descent.step_size.rule = largest * std::pow(10.0, -1.0 + 2.5 * uniform(key, m, 0, 1));
    descent.force = m % 3 == 0;
    if (m % 6 == 3) descent.step_size.rule = 1e3 * largest;
    if (m % 7 == 5) descent.step_size.rule = AutoStep{};
    StopSpec stop;
    if (m % 4 == 0) stop.steps = 37 + static_cast<std::int64_t>(uniform_index(key, m, 0, 2, 400));
    if (m % 4 == 1) stop.residual = 1e-3;
    if (m % 4 == 2) stop.time = 200.0 * largest;
    if (m % 4 != 0) stop.steps = 3000;
    Dynamics dynamics = descent;
    if (m % 5 >= 3) {
      Stochastic noisy{.step_size = descent.step_size,
                       .batch = m % 4 == 1 ? 3 : 0,
                       .replacement = m % 8 == 1,
                       .force = descent.force,
                       .seed = m};
      if (noisy.batch == 0 || m % 3 != 0)
        noisy.label_noise = LabelNoise{m % 5 == 3 ? LabelNoiseKind::gaussian : LabelNoiseKind::sign, m % 10 == 3 ? 0.0 : 0.1 + m};
      if (m % 2 == 0 && !descent.force) noisy.step_size.rule = PowerStep{largest, 0.3};
      dynamics = noisy;
    }
    Diagonal model;
    if (m % 5 == 3 && m % 2 == 1) model.form = DiagonalForm::power;
    out.push_back({make_problem(shared, model, Squared{}, init), dynamics, stop});
  }
  return out;
}

std::string error_text(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  }
}

void expect_same(const Trajectory& a, const Trajectory& b) {
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.steps, b.steps);
  EXPECT_EQ(a.coordinates, b.coordinates);
  EXPECT_EQ(a.clock, b.clock);
  ASSERT_EQ(a.predictor.values.size(), b.predictor.values.size());
  for (Index j = 0; j < a.predictor.values.size(); ++j)
    EXPECT_TRUE(a.predictor.values[j] == b.predictor.values[j] ||
                (std::isnan(a.predictor.values[j]) && std::isnan(b.predictor.values[j])))
        << j;
  ASSERT_EQ(a.snapshots.size(), b.snapshots.size());
  for (std::size_t i = 0; i < a.snapshots.size(); ++i) {
    EXPECT_EQ(a.snapshots[i].log10_loss, b.snapshots[i].log10_loss);
    EXPECT_TRUE(a.snapshots[i].alignment == b.snapshots[i].alignment ||
                (std::isnan(a.snapshots[i].alignment) && std::isnan(b.snapshots[i].alignment)));
  }
}

class TogetherAtSize : public ::testing::TestWithParam<std::size_t> {};

TEST_P(TogetherAtSize, a_runs_bits_are_those_of_simulate) {
  for (const auto& [n, d] : std::vector<std::pair<Index, Index>>{{7, 13}, {20, 50}, {40, 17}}) {
    const DatasetPtr shared = data(n, d, GetParam());
    const std::vector<Case> all = cases(shared, GetParam(), GetParam() + static_cast<std::uint64_t>(n));
    std::vector<Training> trainings;
    for (const Case& c : all) trainings.push_back({&c.problem, &c.dynamics, c.stop, without_measures()});
    const std::vector<Trained> together = simulate_together(trainings);
    ASSERT_EQ(together.size(), all.size());
    for (std::size_t m = 0; m < all.size(); ++m) {
      SCOPED_TRACE(cat("n = ", n, ", d = ", d, ", member ", m));
      try {
        const Trajectory alone =
            simulate(all[m].problem, all[m].dynamics, all[m].stop, GetParam() % 2 ? SimulateOptions{} : without_measures());
        ASSERT_TRUE(together[m].trajectory);
        expect_same(*together[m].trajectory, alone);
      } catch (const InvalidInput& refused) {
        ASSERT_TRUE(together[m].error);
        EXPECT_EQ(error_text(together[m].error), refused.what());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, TogetherAtSize, ::testing::Values(1, 2, 3, 7, 8, 9, 33, 64));

TEST(Together, the_cases_of_these_tests_end_in_every_way) {
  const DatasetPtr shared = data(20, 50, 64);
  int diverged = 0, refused = 0, arrived = 0;
  for (const Case& c : cases(shared, 64, 84)) {
    try {
      const Trajectory alone = simulate(c.problem, c.dynamics, c.stop);
      diverged += alone.reason == StopReason::diverged || alone.reason == StopReason::not_finite;
      arrived += alone.reason == StopReason::residual;
    } catch (const InvalidInput&) {
      ++refused;
    }
  }
  EXPECT_GT(diverged, 0);
  EXPECT_GT(refused, 0);
  EXPECT_GT(arrived, 0);
}

TEST(Together, only_what_the_kernel_steps_can_take_part) {
  const DatasetPtr shared = data(7, 13, 1);
  InitSpec init;
  init.scale = 0.1;
  const Problem network = make_problem(shared, Diagonal{}, Squared{}, init),
                line = make_problem(shared, Linear{}, Squared{}, InitSpec{});
  EXPECT_TRUE(can_train_together(network, GradientDescent{}));
  EXPECT_FALSE(can_train_together(line, GradientDescent{}));
  EXPECT_FALSE(can_train_together(network, GradientFlow{}));
  GradientDescent heavy_ball;
  heavy_ball.momentum = 0.9;
  EXPECT_FALSE(can_train_together(network, heavy_ball));
}

TEST(Together, a_run_that_is_told_to_stop_stops_alone) {
  const DatasetPtr shared = data(7, 13, 2);
  const std::vector<Case> all = cases(shared, 9, 5);
  std::vector<Training> trainings;
  for (const Case& c : all) trainings.push_back({&c.problem, &c.dynamics, c.stop, without_measures()});
  trainings[4].stop = StopSpec{};
  trainings[4].options.observer = [](const Snapshot& s) { return s.steps < 10; };
  const std::vector<Trained> together = simulate_together(trainings);
  ASSERT_TRUE(together[4].trajectory);
  EXPECT_EQ(together[4].trajectory->reason, StopReason::interrupted);
  expect_same(*together[8].trajectory, simulate(all[8].problem, all[8].dynamics, all[8].stop));
}

TEST(Fiber, a_body_waits_and_goes_on) {
  std::vector<int> order;
  Fiber* self = nullptr;
  Fiber fiber([&] {
    order.push_back(1);
    self->wait();
    order.push_back(3);
  });
  self = &fiber;
  fiber.resume();
  order.push_back(2);
  EXPECT_FALSE(fiber.has_ended());
  fiber.resume();
  EXPECT_TRUE(fiber.has_ended());
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(Fiber, what_a_body_throws_comes_out_of_resume) {
  Fiber fiber([] { throw InvalidInput("from within"); });
  EXPECT_THROW(fiber.resume(), InvalidInput);
  EXPECT_TRUE(fiber.has_ended());
}

}  // namespace
}  // namespace penchant
