#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/homotopy.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/l1_problems.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace penchant::testing;

// The promise of the solver (its default tolerance), and what distance that leaves at condition numbers up to 1e3.
constexpr double kGap = 1e-12;
constexpr double kPoint = 1e-9;
constexpr double kResidual = 1e-13;

Solution certified(const MinL1& limit) {
  Solution solution = solve_min_l1(limit, {});
  solution.certificate = certify_min_l1(limit, solution);
  return solution;
}

void expect_optimal(const Solution& solution) {
  EXPECT_EQ(solution.outcome.status, Status::solved) << solution.outcome.text;
  EXPECT_EQ(solution.certificate.kind, CertificateKind::bracket) << solution.certificate.text;
  EXPECT_LE(solution.certificate.relative_gap, kGap) << solution.certificate.text;
  EXPECT_LE(solution.certificate.feasibility, kResidual);
}

TEST(MinL1, toy_with_a_negative_second_coordinate_costs_80_49ths) {
  Matrix x(2, 4);
  x << 1, .5, .7, 0, .5, 1, .1, .7;
  const Solution solution = certified(min_l1(x, Vector{{1.0, 0.0}}));
  expect_optimal(solution);
  EXPECT_NEAR(solution.objective, 80.0 / 49.0, rounding(32));
  EXPECT_LE(relative_distance(solution.predictor.values, Vector{{0.0, 0.0, 10.0 / 7.0, -10.0 / 49.0}}), rounding(64));
}

TEST(MinL1, one_sample_puts_everything_on_the_cheapest_feature) {
  Matrix x(1, 3);
  x << 1.0, -4.0, 3.0;
  MinL1 limit = min_l1(x, Vector{{6.0}});
  limit.weights = Vector{{1.0, 1.0, 1.0}};
  limit.negative_weights = Vector{{1.0, 3.0, 1.0}};  // -4 β_1 = 6 costs 3 * 1.5 = 4.5, 3 β_2 = 6 costs 2
  const Solution solution = certified(limit);
  expect_optimal(solution);
  EXPECT_DOUBLE_EQ(solution.objective, 2.0);
  EXPECT_DOUBLE_EQ(solution.predictor.values[2], 2.0);
}

TEST(MinL1, a_feature_1e8_times_the_others_does_not_end_the_path) {
  Matrix x(3, 5);
  x << 1e8, 1, 2, -1, 3, 2e8, -1, 1, 2, 1, -1e8, 3, 1, 1, -2;
  const Vector y = x * Vector{{1.0, 1.0, 0.0, 0.0, 0.0}};
  const Solution solution = certified(min_l1(x, y));
  // A basis of three features each; the minimum over the ten bases is that of β = (1, 1, 0, 0, 0)'s fibre, by enumeration.
  double least = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < 5; ++i)
    for (Index j = i + 1; j < 5; ++j)
      for (Index k = j + 1; k < 5; ++k) {
        const Eigen::Matrix3d basis = x(Eigen::all, std::vector<Index>{i, j, k});
        const Vector b = basis.colPivHouseholderQr().solve(y);
        if ((basis * b - y).norm() <= 1e-12 * y.norm()) least = std::min(least, b.lpNorm<1>());
      }
  EXPECT_NE(solution.outcome.status, Status::infeasible) << solution.outcome.text;
  // y holds the small features to eps * 1e8 only.
  EXPECT_NEAR(solution.certificate.upper, least, 1e-7 * least);
  EXPECT_NEAR(solution.certificate.lower, least, 1e-7 * least);
}

TEST(MinL1, orthonormal_features_with_noise_budget_are_soft_thresholded) {
  // X = I: β = soft(y, λ), ‖β - y‖ = δ. With y = (3, -1, 0.5) and λ = 1: β = (2, 0, 0), ‖β-y‖² = 1 + 1 + 0.25.
  MinL1 limit = min_l1(Matrix::Identity(3, 3), Vector{{3.0, -1.0, 0.5}});
  limit.delta = 1.5;
  const Solution solution = certified(limit);
  expect_optimal(solution);
  EXPECT_LE(relative_distance(solution.predictor.values, Vector{{2.0, 0.0, 0.0}}), rounding(64));
}

class PlantedMinL1 : public ::testing::TestWithParam<PlantedL1Options> {};

TEST_P(PlantedMinL1, is_recovered_with_a_closed_gap) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const PlantedL1 planted = planted_l1(seed, GetParam());
    const Solution solution = certified(planted.limit);
    SCOPED_TRACE(seed);
    expect_optimal(solution);
    EXPECT_NEAR(solution.objective, planted.objective, kGap * planted.objective);
    EXPECT_EQ(solution.certificate.unique, true);
    EXPECT_LE(relative_distance(solution.predictor.values, planted.beta), kPoint);
    // The bound is rigorous up to the rounding of the planted point itself.
    EXPECT_LE((solution.predictor.values - planted.beta).norm(), solution.certificate.distance_bound + kResidual);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PlantedMinL1,
                         ::testing::Values(PlantedL1Options{}, PlantedL1Options{.weighted = true},
                                           PlantedL1Options{.positive = true}, PlantedL1Options{.weighted = true, .positive = true},
                                           PlantedL1Options{.delta = 0.3}, PlantedL1Options{.weighted = true, .delta = 0.05},
                                           PlantedL1Options{.positive = true, .delta = 0.3},
                                           PlantedL1Options{.rows = 40, .cols = 700, .nonzeros = 15, .weighted = true},
                                           PlantedL1Options{.rows = 30, .cols = 10, .nonzeros = 10}));

TEST(MinL1, integer_problems_full_of_ties_close_their_gap) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Index rows = 1 + static_cast<Index>(seed % 7), cols = 1 + static_cast<Index>(seed % 23);
    SCOPED_TRACE(seed);
    expect_optimal(certified(integer_l1(seed, rows, cols)));
  }
}

TEST(MinL1, more_tied_features_than_a_window_holds) {
  // 1000 copies of each of two directions, both signs.
  Matrix x(2, 2000);
  for (Index j = 0; j < 2000; ++j) x.col(j) = (j % 2 ? 1.0 : -1.0) * (j % 4 < 2 ? Vector{{1.0, 0.0}} : Vector{{0.0, 1.0}});
  const Solution solution = certified(min_l1(x, Vector{{1.0, 1.0}}));
  expect_optimal(solution);
  EXPECT_DOUBLE_EQ(solution.objective, 2.0);
  EXPECT_EQ(solution.certificate.unique, false);
}

TEST(MinL1, a_window_of_features_gives_the_path_of_all) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Matrix x = gaussian_matrix(30, 900, seed);
    MinL1 limit = min_l1(x, gaussian_vector(30, seed + 7));
    limit.y /= limit.y.norm();
    const L1Problem problem = l1_problem(limit);
    l1::Homotopy screened(problem, limit.y), full(problem, limit.y, {.screen = false});
    EXPECT_EQ(screened.run(), l1::Homotopy::End::zero_lambda);
    EXPECT_EQ(full.run(), l1::Homotopy::End::zero_lambda);
    std::vector<Index> one = screened.active(), other = full.active();
    std::sort(one.begin(), one.end());
    std::sort(other.begin(), other.end());
    EXPECT_EQ(one, other);
  }
}

// A window holds 128 features: with up to 200 of them, those that enter and those that are followed could be mistaken for all.
TEST(MinL1, a_window_that_nearly_holds_all_features_misses_none) {
  for (const bool positive : {false, true})
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      Vector truth = Vector::Zero(200);
      truth.head(52) = gaussian_vector(52, 900 + seed);
      if (positive) truth = truth.cwiseAbs();
      const Matrix x = gaussian_matrix(80, 200, 700 + seed);
      MinL1 limit = min_l1(x, x * truth);
      limit.positive = positive;
      Solution solution = solve_min_l1(limit, {});
      EXPECT_EQ(solution.outcome.status, Status::solved) << "seed " << seed << ": " << solution.outcome.text;
      EXPECT_LE(certify(limit, solution).relative_gap, 1e-12) << "seed " << seed << ", positive " << positive;
    }
}

TEST(MinL1, rank_deficient_rows_and_zero_columns_do_not_matter) {
  const PlantedL1 planted = planted_l1(3);
  const Matrix& x = *planted.limit.x->dense();
  Matrix wide = Matrix::Zero(2 * x.rows(), x.cols() + 2);
  wide.topRows(x.rows()).leftCols(x.cols()) = x;
  wide.bottomRows(x.rows()).leftCols(x.cols()) = x;
  Vector y(2 * x.rows());
  y << planted.limit.y, planted.limit.y;
  const Solution solution = certified(min_l1(wide, y));
  expect_optimal(solution);
  EXPECT_LE(relative_distance(solution.predictor.values.head(x.cols()), planted.beta), kPoint);
  EXPECT_EQ(solution.predictor.values.tail(2), Vector::Zero(2));
}

TEST(MinL1, answer_follows_the_units_of_features_and_targets) {
  const PlantedL1 planted = planted_l1(4);
  const double size = 1e120;
  Matrix x = *planted.limit.x->dense();
  Vector units(x.cols());
  for (Index j = 0; j < x.cols(); ++j) units[j] = std::pow(10.0, double(j % 7) - 3.0);
  MinL1 limit = min_l1(x * units.asDiagonal(), size * planted.limit.y);
  limit.weights = units;
  const Solution solution = certified(limit);
  expect_optimal(solution);
  EXPECT_LE(relative_distance(solution.predictor.values.cwiseProduct(units) / size, planted.beta), kPoint);
}

TEST(MinL1, nothing_to_fit_is_fitted_by_nothing) {
  MinL1 limit = min_l1(gaussian_matrix(4, 9, 1), Vector::Zero(4));
  const Solution solution = certified(limit);
  expect_optimal(solution);
  EXPECT_EQ(solution.predictor.values, Vector::Zero(9));
  limit.y = Vector::Ones(4);
  limit.delta = 2.0;
  EXPECT_EQ(certified(limit).predictor.values, Vector::Zero(9)) << "‖y‖ = δ";
}

TEST(MinL1, inconsistent_targets_are_infeasible_and_the_residual_proves_it) {
  const Matrix x = gaussian_matrix(8, 3, 5);
  const Vector y = gaussian_vector(8, 6);
  const Solution solution = certified(min_l1(x, y));
  EXPECT_EQ(solution.outcome.status, Status::infeasible);
  EXPECT_EQ(solution.certificate.kind, CertificateKind::infeasible);
  EXPECT_LE((x.transpose() * solution.dual).norm(), rounding(64) * x.norm());
  EXPECT_GT(solution.dual.dot(y), 0.1 * y.norm());
}

TEST(MinL1, a_noise_budget_below_the_best_residual_is_infeasible) {
  const Matrix x = gaussian_matrix(8, 3, 5);
  const Vector y = gaussian_vector(8, 6);
  const double best = (y - x * Vector(x.colPivHouseholderQr().solve(y))).norm();
  MinL1 limit = min_l1(x, y);
  limit.delta = best * (1 - 1e-6);
  EXPECT_EQ(certified(limit).certificate.kind, CertificateKind::infeasible);
  limit.delta = best * (1 + 1e-6);
  const Solution solution = certified(limit);
  EXPECT_EQ(solution.outcome.status, Status::solved) << solution.outcome.text;
  // δ next to the best residual: ν = r/λ is long, and ⟨ν,y⟩ - δ‖ν‖ loses what ν/‖ν‖·y has more than the gap: eps ‖ν‖‖y‖.
  EXPECT_LE(solution.certificate.relative_gap, rounding(8) * solution.dual.norm() * y.norm() / solution.objective);
}

TEST(MinL1, nonnegative_fit_that_does_not_exist_has_a_farkas_proof) {
  Matrix x(2, 2);
  x << 1.0, 2.0, 1.0, 1.0;
  MinL1 limit = min_l1(x, Vector{{-1.0, 1.0}});
  limit.positive = true;
  const Solution solution = certified(limit);
  EXPECT_EQ(solution.outcome.status, Status::infeasible);
  EXPECT_EQ(solution.certificate.kind, CertificateKind::infeasible);
  EXPECT_LE((x.transpose() * solution.dual).maxCoeff(), rounding(16));
  EXPECT_GT(solution.dual.dot(limit.y), 0.0);
}

TEST(MinL1, targets_orthogonal_to_every_feature_are_infeasible) {
  Matrix x(2, 1);
  x << 1.0, 0.0;
  EXPECT_EQ(certified(min_l1(x, Vector{{0.0, 1.0}})).certificate.kind, CertificateKind::infeasible);
  EXPECT_EQ(certified(min_l1(Matrix::Zero(2, 3), Vector{{0.0, 1.0}})).certificate.kind, CertificateKind::infeasible);
  EXPECT_EQ(certified(min_l1(Matrix(2, 0), Vector{{0.0, 1.0}})).certificate.kind, CertificateKind::infeasible);
}

TEST(MinL1, nearly_parallel_features_keep_their_digits) {
  // Two features at angle 1e-6 with opposite coefficients: the condition number is 2e6, squared it would leave three digits.
  Matrix x(3, 2);
  x << 1.0, 1.0, 0.0, 1e-6, 1.0, 1.0;
  const Vector beta{{2.0, -1.0}};
  const Solution solution = certified(min_l1(x, x * beta));
  expect_optimal(solution);
  EXPECT_LE(relative_distance(solution.predictor.values, beta), 1e7 * kEps);
}

TEST(MinL1, an_exhausted_budget_is_not_called_solved) {
  const Solution solution = solve_min_l1(min_l1(gaussian_matrix(20, 60, 2), gaussian_vector(20, 3)), {.max_iterations = 3});
  EXPECT_EQ(solution.outcome.status, Status::not_converged);
}

TEST(MinL1, wrong_shapes_and_numbers_are_refused) {
  MinL1 limit = min_l1(gaussian_matrix(3, 5, 1), Vector::Ones(3));
  const auto refused = [](const MinL1& wrong) { EXPECT_THROW(solve_min_l1(wrong, {}), InvalidInput); };
  MinL1 wrong = limit;
  wrong.y = Vector::Ones(4);
  refused(wrong);
  wrong = limit;
  wrong.weights = Vector::Zero(5);
  refused(wrong);
  wrong = limit;
  wrong.negative_weights = Vector::Ones(4);
  refused(wrong);
  wrong = limit;
  wrong.delta = -1.0;
  refused(wrong);
  wrong = limit;
  wrong.y[1] = std::nan("");
  refused(wrong);
  Matrix x = gaussian_matrix(3, 5, 1);
  x(1, 2) = std::numeric_limits<double>::infinity();
  refused(min_l1(x, Vector::Ones(3)));
}

}  // namespace
}  // namespace penchant
