#include "penchant/core/decompositions.h"
#include "penchant/dynamics/owed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "penchant/dynamics/simulate.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::dataset_of;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::rounding;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Owed, is_the_formula_where_the_metric_stays) {
  for (const Index features : {5, 6, 17}) {
    const Matrix x = gaussian_matrix(5, features, 1);
    const Vector metric = gaussian_vector(features, 2).cwiseAbs(), residual = gaussian_vector(5, 3);
    const Eigen::MatrixXd pull = metric.asDiagonal() * x.transpose();
    const double plain = (pull * Eigen::MatrixXd(x * pull).inverse() * residual).norm();
    EXPECT_NEAR(owed_displacement(x, metric, Vector::Constant(features, kInfinity), residual), plain, rounding(1e4) * plain)
        << features;
    EXPECT_NEAR(owed_displacement(x, 1e-200 * metric, Vector::Constant(features, kInfinity), residual), plain,
                rounding(1e4) * plain)
        << features;
  }
}

TEST(Owed, features_that_do_not_stay_are_charged_with_what_makes_up_for_them) {
  Matrix x(2, 3);
  x << 1.0, 1.0, 0.0,
       0.0, 1.0, 1.0;
  const Vector sizes{{2.0, 1e-3, 1e-9}};
  EXPECT_EQ(unsettled(x, sizes, Vector{{1e-4, 5e-5, 0.0}}), 0.0);
  // the second is charged 1e-3; of its outputs (1e-3, 1e-3) the first feature can take back one, the third is too small to
  EXPECT_NEAR(unsettled(x, sizes, Vector{{1e-4, 2e-4, 0.0}}), 2e-3, 1e-15);
  EXPECT_NEAR(unsettled(x, sizes, Vector{{1e-4, -2e-4, 0.0}}), 2e-3, 1e-15);
  EXPECT_NEAR(unsettled(x, sizes, Vector{{1.0, 1.0, 1.0}}), Vector(sizes).norm(), 1e-15);
}

// On a plateau the features that will take the residual are too small for any step at first order to count on them.
TEST(Owed, a_plateau_owes_what_its_residual_needs) {
  const Matrix x{{1.0, 0.0}, {0.0, 1.0}};
  const Vector metric{{1.0, 1e-60}}, sizes{{1.0, 1e-45}}, residual{{0.0, 0.5}};
  EXPECT_NEAR(owed_displacement(x, metric, sizes, residual), 0.5, rounding(10));
  for (const ModelSpec& model :
       {ModelSpec(WeightNormalised{.depth = 3}), ModelSpec(Diagonal{3, DiagonalForm::power, Factors::tied})}) {
    InitSpec init{.scale = 1.0};
    init.shape = {1.0, 1e-15};
    const Problem problem = make_problem(dataset_of(x, Vector{{1.0, 0.5}}), model, Squared{}, init);
    for (const Dynamics& dynamics : {Dynamics(GradientFlow{}), Dynamics(GradientDescent{.step_size = {1e-3}})})
      EXPECT_GT(simulate(problem, dynamics, StopSpec{.steps = 100}).remaining, 0.45) << "of 0.5, the second target";
  }
}

// Many more samples than active features: the small ones keep the residual alive, and fade as powers of time.
TEST(Owed, covers_small_features_that_fade_slowly) {
  constexpr Index kSamples = 55, kFeatures = 100;
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Matrix x = gaussian_matrix(kSamples, kFeatures, seed);
    Vector truth = Vector::Zero(kFeatures);
    truth.head(5) = gaussian_vector(5, 10 + seed).cwiseAbs();
    const Diagonal model{3, DiagonalForm::power, Factors::tied};
    const Problem problem = make_problem(dataset_of(x, x * truth), model, Squared{}, InitSpec{.scale = 1e-3});
    const auto until = [&](double residual) { return simulate(problem, GradientFlow{}, StopSpec{.residual = residual}); };
    const Trajectory early = until(1e-10), late = until(1e-14);
    const double way = (early.predictor.values - late.predictor.values).norm();
    ASSERT_GT(way, 1e-10);
    EXPECT_GT(2.0 * early.remaining, way) << seed;
    EXPECT_LT(early.remaining, 1e-6) << seed;
  }
}

}  // namespace
}  // namespace penchant
