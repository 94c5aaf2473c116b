#include "penchant/dynamics/dual_iterate.h"

#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::problem_of;
using testing::train;

// A run whose steps vanish follows the flow, whose dual stays in the row space: the distance falls with the step.
TEST(DualIterate, leaves_the_row_space_in_proportion_to_the_step) {
  std::vector<Diagonal> models;
  for (int depth : {2, 3, 4})
    for (Factors factors : {Factors::tied, Factors::separate})
      models.push_back({depth, DiagonalForm::difference_of_powers, factors});
  models.push_back({2, DiagonalForm::product, Factors::tied});
  for (const Diagonal& model : models) {
    const Problem problem = problem_of(gaussian_matrix(3, 6, 1), gaussian_vector(3, 2), model, Squared{}, InitSpec{.scale = 0.5});
    const auto distance = [&](double eta) {
      return train(problem, GradientDescent{{eta}}, {.time = 0.1}).snapshots.back().alignment;
    };
    const double coarse = distance(4e-4), fine = distance(1e-4);
    EXPECT_NEAR(coarse / fine, 4.0, 0.8) << to_value(ModelSpec(model)).find("form")->describe() << model.depth;
  }
}

TEST(DualIterate, does_not_exist_for_unequal_factors_or_longer_products) {
  const auto displacement = [](const Diagonal& model, const Vector& theta) {
    const Problem problem = problem_of(gaussian_matrix(3, 1, 1), gaussian_vector(3, 2), model, Squared{}, InitSpec{.scale = 0.5});
    return dual_displacement(problem, theta);
  };
  EXPECT_FALSE(displacement({2, DiagonalForm::power, Factors::separate}, Vector{{1.0, 2.0}}));
  EXPECT_TRUE(displacement({2, DiagonalForm::power, Factors::separate}, Vector{{2.0, 2.0}}));
  EXPECT_FALSE(displacement({3, DiagonalForm::product, Factors::tied}, Vector{{1.0, 1.0, 1.0}}));
  EXPECT_FALSE(displacement({2, DiagonalForm::power, Factors::tied}, Vector{{-1.0}})) << "a factor that changed its sign";
}

TEST(DualIterate, of_a_power_is_its_formula) {
  const Diagonal model{3, DiagonalForm::power, Factors::tied};
  const Problem problem = problem_of(gaussian_matrix(3, 1, 1), gaussian_vector(3, 2), model, Squared{}, InitSpec{.scale = 0.5});
  // w^{-1} - w_0^{-1} = 1/2 - 2, times the largest start
  EXPECT_NEAR((*dual_displacement(problem, Vector{{2.0}}))[0], -1.5 * 0.5, testing::rounding(16));
}

}  // namespace
}  // namespace penchant
