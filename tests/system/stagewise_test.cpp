// A3, stopped anywhere: forward stagewise is the Lasso path as the step goes to 0, while that path has not turned back.
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/limits/lasso_path.h"
#include "support/end_to_end.h"
#include "support/planted.h"

namespace penchant {
namespace {

constexpr double kStop = 0.6;  // of ‖y‖

Problem regression(std::uint64_t seed) {
  const Matrix x = testing::gaussian_matrix(30, 6, 2 * seed + 1);
  return testing::linear_problem(x, x * testing::gaussian_vector(6, 2 * seed + 2) + testing::gaussian_vector(30, 500 + seed),
                                 Vector::Zero(6));
}

testing::EndToEnd run(const Problem& problem, double step) {
  return testing::end_to_end(problem, Steepest{SteepestNorm::l1, CoordinateRule::greedy, {step}},
                             {.steps = 400'000, .residual = kStop});
}

TEST(TheoremA3, small_steps_follow_the_lasso_path_as_long_as_it_does_not_turn_back) {
  int followed = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Problem problem = regression(seed);
    const auto coarse = run(problem, 1e-4), fine = run(problem, 1e-6);
    if (fine.refusal || fine.prediction("A3.path").strength != Strength::theorem_limit) continue;
    ++followed;
    const double far = coarse.comparison("A3.path").distance, near = fine.comparison("A3.path").distance;
    EXPECT_LT(near, 1e-3) << "seed " << seed;
    // Slope 1 in the step over two decades, within what the last step's chance place in a cycle of coordinates adds.
    EXPECT_NEAR(std::log10(far / near), 2.0, 1.0) << "seed " << seed;
  }
  EXPECT_GE(followed, 3);
}

TEST(TheoremA3, once_the_path_has_turned_back_no_step_is_small_enough) {
  Matrix x(2, 4);
  x << 1, .5, .7, 0, .5, 1, .1, .7;
  const Problem problem = testing::linear_problem(x, Vector{{1.0, 0.0}}, Vector::Zero(4));
  for (const double step : {1e-2, 1e-4}) {
    const Dynamics dynamics = Steepest{SteepestNorm::l1, CoordinateRule::greedy, {step}};
    const auto before = testing::end_to_end(problem, dynamics, {.steps = 4'000'000, .residual = 0.6});
    const auto after = testing::end_to_end(problem, dynamics, {.steps = 4'000'000, .residual = 0.3});
    EXPECT_LT(before.comparison("A3.path").distance, 1e-10) << "one coordinate, a line";
    EXPECT_EQ(after.prediction("A3.path").strength, Strength::conjecture);
    EXPECT_GT(after.comparison("A3.path").distance, 0.5);
  }
}

}  // namespace
}  // namespace penchant
