#include "penchant/dynamics/mirror.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/core/random.h"
#include "penchant/dynamics/run_loop.h"
#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;
using ::testing::HasSubstr;

Mirror mirror(std::string kind, StepSize step = {}) {
  Mirror out;
  out.potential.kind = std::move(kind);
  out.step_size = std::move(step);
  out.seed = 1;
  return out;
}

Problem small_problem(const LossSpec& loss = Squared{}) {
  return linear_problem(gaussian_matrix(3, 6, 1), gaussian_vector(3, 2), Vector::Constant(6, 0.5), loss);
}

TEST(Mirror, one_step_of_the_entropy_multiplies_by_the_exponential_of_the_gradient) {
  // X = (1, 2), y = 3, beta_0 = (1, 1/2): r = -1, g = (-1, -2), eta = 0.1.
  const auto stepper = make_mirror(linear_problem(Matrix{{1.0, 2.0}}, Vector{{3.0}}, Vector{{1.0, 0.5}}), mirror("entropy", {0.1}));
  ASSERT_TRUE(stepper->advance(kInfinity, 1));
  const Vector beta = stepper->snapshot().predictor.values;
  EXPECT_NEAR(beta[0], std::exp(0.1), rounding(8));
  EXPECT_NEAR(beta[1], 0.5 * std::exp(0.2), rounding(8));
  EXPECT_EQ(stepper->step_size(), 0.1);
  EXPECT_NEAR(stepper->progress().log10_time, -1.0, rounding(8));
}

TEST(Mirror, dual_momentum_and_batches_follow_the_recursion) {
  const Matrix x = gaussian_matrix(5, 7, 3);
  const Vector y = gaussian_vector(5, 4), start = Vector::Constant(7, 0.3);
  for (Reduction reduction : {Reduction::sum, Reduction::mean}) {
    Mirror dynamics = mirror("entropy", {1e-3});
    dynamics.momentum = 0.6;
    dynamics.batch = 2;
    const auto stepper = make_mirror(linear_problem(x, y, start, Squared{reduction}), dynamics);
    stepper->advance(kInfinity, 7);
    // The same by hand. n/b under sum, 1/b under mean; the third batch of a pass has one sample.
    Vector z = start.array().log(), velocity = Vector::Zero(7);
    const RandomKey key(1, "batch");
    for (std::uint64_t k = 0; k < 7; ++k) {
      std::vector<Index> order = {0, 1, 2, 3, 4};
      for (std::size_t i = 5; i-- > 1;)
        std::swap(order[i], order[uniform_index(key, 0, k / 3, static_cast<std::uint32_t>(i), i + 1)]);
      const std::size_t first = 2 * (k % 3), last = std::min<std::size_t>(5, first + 2);
      Vector g = Vector::Zero(7);
      for (std::size_t i = first; i < last; ++i)
        g += (x.row(order[i]).dot(z.array().exp().matrix()) - y[order[i]]) * x.row(order[i]).transpose();
      g *= (reduction == Reduction::sum ? 5.0 : 1.0) / static_cast<double>(last - first);
      velocity = 0.6 * velocity - 1e-3 * g;
      z += velocity;
    }
    EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, z.array().exp()), rounding(500));
  }
}

TEST(Mirror, a_step_that_leaves_the_domain_is_recorded_and_not_taken) {
  // Burg, X = 1, y = -1, beta_0 = 1: r = 2, z = -1, each step adds -2 eta r: z falls for ever. y = 10: r = -9,
  // z = -1 + 9 eta > 0 for eta = 1.
  const auto stepper = make_mirror(linear_problem(Matrix{{1.0}}, Vector{{10.0}}, Vector{{1.0}}), mirror("burg", {1.0}));
  EXPECT_FALSE(stepper->advance(kInfinity, 10));
  EXPECT_EQ(stepper->failure(), StopReason::left_domain);
  EXPECT_THAT(stepper->failure_text(), HasSubstr("step 1 (η = 1) takes dual coordinate 0 from -1 to 8, outside the range z < 0"));
  EXPECT_EQ(stepper->snapshot().predictor.values[0], 1.0) << "the last point inside is kept";
  EXPECT_FALSE(stepper->advance(kInfinity, 10)) << "a run that ended stays ended";
}

TEST(Mirror, the_automatic_step_stays_inside_where_a_constant_one_leaves) {
  const auto stepper = make_mirror(linear_problem(Matrix{{1.0}}, Vector{{10.0}}, Vector{{1.0}}), mirror("burg"));
  for (int i = 0; i < 50 && stepper->progress().residual > 1e-14; ++i)
    ASSERT_TRUE(stepper->advance(kInfinity, 1)) << stepper->failure_text();
  EXPECT_NEAR(stepper->snapshot().predictor.values[0], 10.0, 1e-12);
}

TEST(Mirror, the_automatic_step_never_raises_a_squared_loss) {
  for (const char* kind : {"euclidean", "entropy", "burg"}) {
    const auto stepper = make_mirror(small_problem(), mirror(kind));
    double last = stepper->progress().log_loss;
    for (int i = 0; i < 300; ++i) {
      ASSERT_TRUE(stepper->advance(kInfinity, 1));
      EXPECT_LE(stepper->progress().log_loss, last + 1e-9) << kind << " step " << i;
      last = stepper->progress().log_loss;
      if (stepper->progress().residual < 1e-12) break;
    }
  }
}

TEST(Mirror, what_remains_is_the_distance_to_the_end_for_a_quadratic_potential) {
  const Problem problem = small_problem();
  const auto stepper = make_mirror(problem, mirror("euclidean", {0.01}));
  stepper->advance(kInfinity, 20);
  const Matrix x = gaussian_matrix(3, 6, 1);
  const Vector end = nearest_fit(x, gaussian_vector(3, 2), Vector::Constant(6, 0.5));
  const double distance = (stepper->snapshot().predictor.values - end).norm();
  EXPECT_NEAR(stepper->remaining() / distance, 1.0, rounding(1000));
}

TEST(Mirror, what_remains_is_right_to_first_order_for_any_potential) {
  for (const char* kind : {"entropy", "burg"}) {
    const Vector start = Vector::Constant(6, 0.5), fit = Vector(gaussian_vector(6, 9).cwiseAbs().array() + 0.2);
    const Matrix x = gaussian_matrix(3, 6, 1);
    const auto make = [&] { return make_mirror(linear_problem(x, x * fit, start), mirror(kind)); };
    const auto to_the_end = make();
    while (to_the_end->progress().residual > 1e-14 && to_the_end->advance(kInfinity, 20) && to_the_end->progress().steps < 1e5) {
    }
    const auto near = make();
    while (near->progress().residual > 1e-5) near->advance(kInfinity, 1);
    const double distance = (near->snapshot().predictor.values - to_the_end->snapshot().predictor.values).norm();
    EXPECT_NEAR(near->remaining() / distance, 1.0, 1e-3) << kind;
  }
}

// A p-norm with p > 2 has no finite metric at a zero coordinate; a start that fits exactly stays whatever the metric is.
TEST(Mirror, nothing_remains_at_a_start_that_fits_exactly) {
  Mirror dynamics = mirror("p_norm");
  dynamics.potential.p = 2.5;
  const auto stays = make_mirror(linear_problem(gaussian_matrix(3, 6, 1), Vector::Zero(3), Vector::Zero(6)), dynamics);
  EXPECT_EQ(stays->remaining(), 0.0);
  const auto moves = make_mirror(linear_problem(gaussian_matrix(3, 6, 1), gaussian_vector(3, 2), Vector::Zero(6)), dynamics);
  EXPECT_TRUE(std::isnan(moves->remaining()));
}

TEST(Mirror, starts_of_1e_300_are_numbers_for_the_entropy) {
  const Problem problem = make_problem(testing::dataset_of(Matrix{{1.0, 2.0}}, Vector{{3.0}}), Linear{}, Squared{},
                                       Start{{SignedLog::constant(2, -300.0 * std::log(10.0))}});
  const auto stepper = make_mirror(problem, mirror("entropy"));
  while (stepper->progress().residual > 1e-13 && stepper->advance(kInfinity, 100) && stepper->progress().steps < 1e6) {
  }
  const Snapshot end = stepper->snapshot();
  EXPECT_LE(end.residual, 1e-13);
  EXPECT_NEAR(end.predictor.values[1], 1.5, 1e-12) << "the rich limit: all on the larger feature";
  EXPECT_LE(end.alignment, 1e-14);
}

TEST(Mirror, divergence_is_recorded) {
  Mirror dynamics = mirror("euclidean", {10.0});
  dynamics.force = true;
  const auto stepper = make_mirror(small_problem(), dynamics);
  EXPECT_FALSE(stepper->advance(kInfinity, 10'000));
  EXPECT_EQ(stepper->failure(), StopReason::diverged);
  EXPECT_THAT(stepper->failure_text(), HasSubstr("the loss grew"));
  const auto overflow = make_mirror(small_problem(), mirror("entropy", {1e5}));
  EXPECT_FALSE(overflow->advance(kInfinity, 10'000));
  EXPECT_EQ(overflow->failure(), StopReason::not_finite) << overflow->failure_text();
  EXPECT_THAT(overflow->failure_text(), HasSubstr("β overflow"));
}

TEST(Mirror, the_loop_records_why_a_run_ended) {
  Mirror dynamics = mirror("burg", {1.0});
  const Problem problem = linear_problem(Matrix{{1.0}}, Vector{{10.0}}, Vector{{1.0}});
  const auto simulated = [&] {
    return run_loop(problem, *make_mirror(problem, dynamics), false, stop_limits(problem, dynamics, {}), {});
  };
  const Trajectory left = simulated();
  EXPECT_EQ(left.reason, StopReason::left_domain);
  EXPECT_THAT(left.text, HasSubstr("outside the range z < 0"));
  dynamics.step_size = {};
  const Trajectory fitted = simulated();
  EXPECT_EQ(fitted.reason, StopReason::residual) << fitted.text;
  EXPECT_NEAR(fitted.predictor.values[0], 10.0, 1e-8);
  EXPECT_EQ(fitted.coordinates, "weights");
}

TEST(Mirror, a_start_at_the_fit_is_stationary) {
  const Matrix x = gaussian_matrix(2, 4, 1);
  const Vector beta = Vector::Ones(4);
  const auto stepper = make_mirror(linear_problem(x, x * beta, beta), mirror("euclidean"));
  EXPECT_FALSE(stepper->advance(kInfinity, 5));
  EXPECT_EQ(stepper->failure(), StopReason::stationary);
  EXPECT_THAT(stepper->failure_text(), HasSubstr("gradient is exactly 0"));
}

TEST(Mirror, a_step_past_the_bound_is_refused_with_the_bound) {
  // X = (3, 4), c = 1: the bound is 2/25, with momentum 1/2 it is 3/25; K = 4 I makes it four times longer.
  const Problem problem = linear_problem(Matrix{{3.0, 4.0}}, Vector{{1.0}}, Vector::Zero(2));
  EXPECT_THAT(refusal([&] { make_mirror(problem, mirror("euclidean", {0.0801})); }), HasSubstr("is not below the stability bound"));
  EXPECT_THAT(refusal([&] { make_mirror(problem, mirror("euclidean", {0.0801})); }),
              HasSubstr("= 0.08 of the potential euclidean"));
  EXPECT_NO_THROW(make_mirror(problem, mirror("euclidean", {0.0799})));
  Mirror heavy = mirror("euclidean", {0.1199});
  heavy.momentum = 0.5;
  EXPECT_NO_THROW(make_mirror(problem, heavy));
  heavy.step_size = {0.1201};
  EXPECT_THROW(make_mirror(problem, heavy), InvalidInput);
  const auto wide = [] { return make_quadratic_map(4.0 * Matrix::Identity(2, 2), 2); };
  EXPECT_NO_THROW(make_mirror(problem, mirror("quadratic", {0.3199}), wide()));
  EXPECT_THROW(make_mirror(problem, mirror("quadratic", {0.3201}), wide()), InvalidInput);
  Mirror forced = mirror("euclidean", {0.0801});
  forced.force = true;
  EXPECT_NO_THROW(make_mirror(problem, forced));
}

TEST(Mirror, refusals_say_what_is_wrong) {
  const auto on = [](const Vector& start, const Mirror& dynamics) {
    return refusal([&] { make_mirror(linear_problem(Matrix{{1.0, 1.0}}, Vector{{1.0}}, start), dynamics); });
  };
  EXPECT_THAT(on(Vector::Zero(2), mirror("entropy")),
              HasSubstr("potential entropy needs a start with every entry > 0; entry 0 of β_0 is 0"));
  EXPECT_THAT(on(Vector{{1.0, -1.0}}, mirror("burg")), HasSubstr("entry 1 of β_0 is -1"));
  Mirror dynamics = mirror("euclidean");
  dynamics.batch = 5;
  EXPECT_THAT(on(Vector::Zero(2), dynamics), HasSubstr("batch is 5, expected an integer from 1 to the 1 samples"));
  dynamics = mirror("euclidean");
  dynamics.momentum = 1.0;
  EXPECT_THAT(on(Vector::Zero(2), dynamics), HasSubstr("momentum is 1, expected a number in [0, 1)"));
  const Problem diagonal = make_problem(testing::dataset_of(Matrix{{1.0}}, Vector{{1.0}}), Diagonal{}, Squared{},
                                        InitSpec{.scale = 0.1, .shape = {}, .factors = {}, .seed = {}});
  EXPECT_THAT(refusal([&] { make_mirror(diagonal, mirror("euclidean")); }), HasSubstr("mirror descent trains the linear model"));
}

}  // namespace
}  // namespace penchant
