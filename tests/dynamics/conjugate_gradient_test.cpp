#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/dynamics/steppers.h"
#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;
using ::testing::HasSubstr;

TEST(ConjugateGradient, one_sample_is_one_step) {
  // x = (3, 4), y = 10 from (1, 0): β = β_0 + x (10 - 3)/25.
  const auto stepper = make_conjugate_gradient(linear_problem(Matrix{{3.0, 4.0}}, Vector{{10.0}}, Vector{{1.0, 0.0}}), {});
  ASSERT_TRUE(stepper->advance(kInfinity, 1));
  EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, Vector{{1.0 + 0.28 * 3.0, 0.28 * 4.0}}), testing::rounding(10));
  EXPECT_NEAR(stepper->step_size(), 1.0 / 25.0, testing::rounding(10));
}

TEST(ConjugateGradient, ends_after_as_many_steps_as_there_are_different_singular_values) {
  // Orthogonal rows of lengths 1, 2, 2, 3: three.
  const Matrix x{{1, 0, 0, 0, 0, 0}, {0, 2, 0, 0, 0, 0}, {0, 0, 2, 0, 0, 0}, {0, 0, 0, 3, 0, 0}};
  const auto stepper = make_conjugate_gradient(linear_problem(x, gaussian_vector(4, 1), gaussian_vector(6, 2)), {});
  stepper->advance(kInfinity, 2);
  EXPECT_GT(stepper->progress().residual, 1e-3) << "two are not enough";
  stepper->advance(kInfinity, 1);
  EXPECT_LE(stepper->progress().residual, 1e-14);
}

TEST(ConjugateGradient, the_reduction_changes_the_clock_and_not_the_path) {
  const Matrix x = gaussian_matrix(4, 9, 3);
  const Vector y = gaussian_vector(4, 4), start = gaussian_vector(9, 5);
  const auto sum = make_conjugate_gradient(linear_problem(x, y, start, Squared{Reduction::sum}), {});
  const auto mean = make_conjugate_gradient(linear_problem(x, y, start, Squared{Reduction::mean}), {});
  sum->advance(kInfinity, 2);
  mean->advance(kInfinity, 2);
  EXPECT_LE(relative_distance(sum->snapshot().predictor.values, mean->snapshot().predictor.values), testing::rounding(200));
  EXPECT_NEAR(mean->step_size() / sum->step_size(), 4.0, testing::rounding(200));
}

TEST(ConjugateGradient, stops_at_its_rounding_level_and_says_so) {
  Matrix x = gaussian_matrix(5, 8, 6);
  x.row(4) = x.row(0);  // twice the same sample with two targets: inconsistent
  const Vector y = gaussian_vector(5, 7), start = Vector::Ones(8);
  const auto stepper = make_conjugate_gradient(linear_problem(x, y, start), {});
  EXPECT_FALSE(stepper->advance(kInfinity, 1000));
  EXPECT_EQ(stepper->failure(), StopReason::stationary);
  EXPECT_THAT(stepper->failure_text(), HasSubstr("is at its rounding level after"));
  EXPECT_LE(stepper->progress().steps, 12.0);
  EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, nearest_fit(x, y, start)), 1e-12);
}

TEST(ConjugateGradient, refuses_other_losses_and_models) {
  const auto message = "it needs the linear model and the squared loss";
  EXPECT_THAT(refusal([] { make_conjugate_gradient(linear_problem(Matrix{{1.0}}, Vector{{1.0}}, Vector{{0.0}}, LogCosh{}), {}); }),
              HasSubstr(message));
  const Problem diagonal = make_problem(testing::dataset_of(Matrix{{1.0}}, Vector{{1.0}}), Diagonal{}, Squared{},
                                        InitSpec{.scale = 0.1, .shape = {}, .factors = {}, .seed = {}});
  EXPECT_THAT(refusal([&] { make_conjugate_gradient(diagonal, {}); }), HasSubstr(message));
}

}  // namespace
}  // namespace penchant
