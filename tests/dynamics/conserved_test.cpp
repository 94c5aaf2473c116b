#include "penchant/dynamics/conserved.h"

#include <gtest/gtest.h>

#include <cmath>

#include "penchant/dynamics/simulate.h"
#include "support/planted.h"
#include "support/problems.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

constexpr Diagonal kProduct{2, DiagonalForm::product, Factors::tied},
    kSeparate{3, DiagonalForm::difference_of_powers, Factors::separate};

std::vector<SignedLog> factors(std::vector<double> values) {
  std::vector<SignedLog> out;
  for (double value : values) out.push_back(SignedLog::from(Vector::Constant(1, value)));
  return out;
}

// 5² - 3² = 16, then 7² - 5² = 24 (half as much again), 5² - 4² = 9, 3² - 5² = -16.
TEST(Conserved, the_relative_change_of_a_difference_of_squares) {
  const auto drift = [&](double p, double q) { return conserved_drift(ModelSpec(kProduct), factors({5.0, 3.0}), factors({p, q})); };
  EXPECT_EQ(drift(5.0, 3.0), 0.0);
  EXPECT_NEAR(drift(7.0, 5.0), 0.5, testing::rounding(20));
  EXPECT_NEAR(drift(5.0, 4.0), 7.0 / 16.0, testing::rounding(20));
  EXPECT_NEAR(drift(3.0, 5.0), 2.0, testing::rounding(20));
  EXPECT_EQ(drift(2.0, 2.0), 1.0);
}

// Equal factors: relative to the larger square.
TEST(Conserved, a_difference_that_starts_at_zero) {
  EXPECT_EQ(conserved_drift(ModelSpec(kProduct), factors({2.0, -2.0}), factors({5.0, 5.0})), 0.0);
  EXPECT_NEAR(conserved_drift(ModelSpec(kProduct), factors({2.0, 2.0}), factors({3.0, 5.0})), 16.0 / 25.0, testing::rounding(20));
  EXPECT_EQ(conserved_drift(ModelSpec(kProduct), factors({0.0, 0.0}), factors({0.0, 0.0})), 0.0);
}

TEST(Conserved, factors_beyond_doubles_are_compared_in_logs) {
  std::vector<SignedLog> start = factors({1.0, 1.0}), now = start;
  start[0].log_abs[0] = -1000.0, start[1].log_abs[0] = -1001.0;
  now[0].log_abs[0] = -1000.0 + 0.5 * std::log(1.25), now[1].log_abs[0] = -1001.0 + 0.5 * std::log(1.25);
  EXPECT_NEAR(conserved_drift(ModelSpec(kProduct), start, now), 0.25, 1e-12);
}

TEST(Conserved, tied_factors_and_linear_models_have_nothing_to_report) {
  EXPECT_TRUE(std::isnan(conserved_drift(ModelSpec(Linear{}), factors({1.0}), factors({2.0}))));
  EXPECT_TRUE(std::isnan(conserved_drift(ModelSpec(Diagonal{}), factors({1.0, 1.0}), factors({2.0, 1.0}))));
}

// The flow keeps it to its tolerance; steps lose it in proportion to their length.
TEST(Conserved, flows_keep_it_and_steps_lose_it_in_proportion) {
  for (const Diagonal& model : {kProduct, kSeparate}) {
    const Matrix x = gaussian_matrix(3, 7, 1);
    Problem problem = testing::problem_of(x, gaussian_vector(3, 2), model, Squared{}, InitSpec{.scale = 0.5});
    for (std::size_t k = 0; k < problem.start.blocks.size(); ++k)
      if (problem.start.blocks[k].sign[0] != 0.0) problem.start.blocks[k].log_abs += 0.3 * gaussian_vector(7, 10 + k);
    for (const Coordinates coordinates : {Coordinates::weights, Coordinates::log_weights}) {
      const Trajectory run = simulate(problem, GradientFlow{.coordinates = coordinates, .rtol = 1e-11}, {.residual = 1e-9});
      EXPECT_LT(run.conserved_drift, 1e-7);
    }
    const auto drift = [&](double step) {
      return simulate(problem, GradientDescent{.step_size = {step}}, {.time = 0.1}).conserved_drift;
    };
    EXPECT_NEAR(drift(8e-4) / drift(2e-4), 4.0, 0.8);
    EXPECT_GT(drift(2e-4), 1e-6);
  }
}

}  // namespace
}  // namespace penchant
