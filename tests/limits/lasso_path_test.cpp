#include "penchant/limits/lasso_path.h"

#include <gtest/gtest.h>

#include "penchant/limits/solve.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

constexpr double kSolver = 1e-10;  // of a solved `penalised` limit

MapPtr map_of(Matrix x) { return std::make_shared<DenseMap>(std::move(x)); }

TEST(LassoPath, has_the_corners_worked_out_by_hand) {
  Matrix x(2, 4);
  x << 1, .5, .7, 0, .5, 1, .1, .7;
  const std::vector<LassoKnot> path = lasso_path(map_of(x), Vector{{1.0, 0.0}});
  // λ = 1: β₁ enters; 1/4: β₃, and β₁ falls; 1/10: β₁ leaves; 49/570: β₄ enters
  ASSERT_EQ(path.size(), 5u);
  const double lambdas[] = {1.0, 0.25, 0.1, 49.0 / 570.0};
  const Vector betas[] = {Vector::Zero(4), Vector{{0.6, 0.0, 0.0, 0.0}}, Vector{{0.0, 0.0, 1.2, 0.0}},
                          Vector{{0.0, 0.0, 70.0 / 57.0, 0.0}}};
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(path[k].lambda, lambdas[k], kSolver) << k;
    EXPECT_LE((path[k].beta - betas[k]).norm(), kSolver) << k;
  }
  EXPECT_LE((path.back().beta - Vector{{0.0, 0.0, 10.0 / 7.0, -10.0 / 49.0}}).norm(), 1e-8) << "1e-9 λ_max is nearly its end";
  EXPECT_NEAR(turning_residual(path), 0.5, kSolver) << "β₁ falls from λ = 1/4 on";
}

TEST(LassoPath, is_linear_between_its_corners) {
  const Matrix x = testing::gaussian_matrix(12, 8, 3);
  const Vector y = testing::gaussian_vector(12, 4);
  const std::vector<LassoKnot> path = lasso_path(map_of(x), y);
  ASSERT_GE(path.size(), 9u);
  for (std::size_t k = 0; k + 1 < path.size(); ++k) {
    Penalised middle;
    middle.x = map_of(x);
    middle.y = y;
    middle.norm = Penalty::l1;
    middle.lambda = 0.5 * (path[k].lambda + path[k + 1].lambda);
    EXPECT_LE((solve(middle).predictor.values - 0.5 * (path[k].beta + path[k + 1].beta)).norm(), 1e-9) << k;
  }
}

TEST(LassoPath, of_orthogonal_features_never_turns_back) {
  const Matrix x = 2.0 * Matrix::Identity(5, 5);
  const std::vector<LassoKnot> path = lasso_path(map_of(x), Vector{{3.0, -1.0, 0.5, 2.0, -4.0}});
  ASSERT_EQ(path.size(), 6u);
  EXPECT_EQ(turning_residual(path), 0.0);
  for (std::size_t k = 0; k + 1 < path.size(); ++k) EXPECT_GT(path[k].residual, path[k + 1].residual);
}

TEST(LassoPath, of_targets_without_correlation_is_empty) {
  EXPECT_TRUE(lasso_path(map_of(testing::gaussian_matrix(3, 5, 1)), Vector::Zero(3)).empty());
  Matrix x(2, 1);
  x << 1, 0;
  EXPECT_TRUE(lasso_path(map_of(x), Vector{{0.0, 1.0}}).empty());
  EXPECT_EQ(turning_residual({}), 0.0);
}

}  // namespace
}  // namespace penchant
