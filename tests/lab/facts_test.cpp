#include "penchant/core/decompositions.h"
#include "penchant/lab/facts.h"

#include <gtest/gtest.h>

#include "penchant/lab/facts_l1.h"
#include "support/planted.h"
#include "support/problems.h"
#include "support/temporary.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

constexpr double kLinearAlgebra = 1e-12;  // orthogonal factorisations of matrices of this size, with a wide margin

Problem linear(Matrix x, Vector y, LossSpec loss = Squared{}) {
  const Index d = x.cols();
  return testing::problem_of(testing::dataset_of(std::move(x), std::move(y)), Linear{}, loss, testing::start_of({Vector::Zero(d)}));
}

// Singular values 5 and 1 of rank 2, wide and tall.
Matrix rank_two() {
  Matrix x = Matrix::Zero(3, 5);
  x.row(0) << 3, 4, 0, 0, 0;
  x.row(1) << 0, 0, 1, 0, 0;
  return x;
}

TEST(Facts, rank_and_spectrum_of_a_matrix_with_known_ones) {
  for (const Matrix& x : {rank_two(), Matrix(rank_two().transpose())}) {
    const Facts facts = compute_facts(linear(x, Vector::Zero(x.rows())), {Fact::rank, Fact::spectrum});
    EXPECT_EQ(facts.rank, 2);
    EXPECT_NEAR(*facts.sigma_max, 5.0, kLinearAlgebra);
    EXPECT_NEAR(*facts.sigma_min, 1.0, kLinearAlgebra);
    EXPECT_NEAR(*facts.max_row_norm, x.rows() == 3 ? 5.0 : 4.0, kLinearAlgebra);
    EXPECT_EQ(facts.inconsistency, 0.0) << "y = 0 always fits";
  }
}

TEST(Facts, the_part_of_y_that_nothing_fits) {
  const Facts wide = compute_facts(linear(rank_two(), Vector{{3.0, 0.0, 4.0}}), {Fact::consistency});
  EXPECT_NEAR(*wide.inconsistency, 0.8, kLinearAlgebra);
  Vector y = Vector::Zero(5);
  y << 3, 4, 2, 0, 0;  // in the range of the transpose
  EXPECT_LT(*compute_facts(linear(rank_two().transpose(), y), {Fact::consistency}).inconsistency, kLinearAlgebra);
  y[4] = std::sqrt(29.0);
  EXPECT_NEAR(*compute_facts(linear(rank_two().transpose(), y), {Fact::consistency}).inconsistency, std::sqrt(0.5), kLinearAlgebra);
}

TEST(Facts, only_those_wanted_are_computed) {
  const Facts facts = compute_facts(linear(gaussian_matrix(3, 6, 1), gaussian_vector(3, 2)), {Fact::min_l2});
  EXPECT_FALSE(facts.rank || facts.separable || facts.l1_norm || facts.positive_feasible);
  EXPECT_EQ(facts.samples, 3);
  EXPECT_EQ(facts.features, 6);
  EXPECT_NEAR(*facts.l2_norm, testing::nearest_fit(gaussian_matrix(3, 6, 1), gaussian_vector(3, 2), Vector::Zero(6)).norm(), 1e-12);
}

// Samples (0, 2) of class +1 and (0, -1) of class -1: the margin is 1, attained by the second alone.
TEST(Facts, the_margin_of_two_points) {
  const Facts facts = compute_facts(linear(Matrix{{0.0, 2.0}, {0.0, -1.0}}, Vector{{1.0, -1.0}}, Logistic{}),
                                    {Fact::separability, Fact::support_vectors});
  EXPECT_EQ(facts.separable, true);
  EXPECT_NEAR(*facts.margin, 1.0, kLinearAlgebra);
  EXPECT_EQ(facts.degenerate_margin, false);
}

Facts margin_facts(Matrix z) {
  const Index n = z.rows();
  return compute_facts(linear(std::move(z), Vector::Ones(n), Logistic{}), {Fact::support_vectors});
}

// β̂ = (1, 0) in all of these.
TEST(Facts, data_are_degenerate_where_no_dual_is_positive_on_every_support_vector) {
  const Facts one = margin_facts(Matrix{{1.0, 0.0}, {1.0, 1.0}});
  EXPECT_EQ(one.degenerate_margin, true);
  EXPECT_NEAR(*one.margin_slowness, 1.0, kLinearAlgebra) << "b̂ = (0, 1)";
  // Two copies share the multiplier and the others have none in any dual: b̂ = (0, 1), held by (1, 1) alone.
  const Facts copies = margin_facts(Matrix{{1.0, 0.0}, {1.0, 0.0}, {1.0, 1.0}, {1.0, 2.0}});
  EXPECT_EQ(copies.degenerate_margin, true);
  EXPECT_NEAR(*copies.margin_slowness, 1.0, kLinearAlgebra);
  const Facts half = margin_facts(Matrix{{1.0, 0.0}, {1.0, 0.0}, {1.0, 2.0}, {1.0, 3.0}});
  EXPECT_NEAR(*half.margin_slowness, 0.5, kLinearAlgebra) << "b̂ = (0, ½)";
  const Facts longer = margin_facts(Matrix{{0.5, 0.0}, {0.5, 2.0}});
  EXPECT_NEAR(*longer.margin_slowness, 0.25, kLinearAlgebra) << "b̂ = (0, ½), β̂ = (2, 0)";
}

TEST(Facts, data_are_not_degenerate_where_some_dual_is_positive_on_every_support_vector) {
  EXPECT_EQ(margin_facts(Matrix{{1.0, 0.0}, {2.0, 1.0}}).degenerate_margin, false) << "(2, 1) is no support vector";
  // β̂ is (1, 0) itself and half of (1, 1) + (1, -1): a third of each is the best of all duals.
  const Facts many = margin_facts(Matrix{{1.0, 0.0}, {1.0, 1.0}, {1.0, -1.0}});
  EXPECT_EQ(many.degenerate_margin, false);
  EXPECT_LE(*many.least_multiplier, 1.0 / 3.0 + kLinearAlgebra);
  EXPECT_GT(*many.least_multiplier, 0.1);
  const Facts copies = margin_facts(Matrix{{1.0, 0.0}, {1.0, 0.0}, {1.0, 0.0}});
  EXPECT_EQ(copies.degenerate_margin, false);
  EXPECT_FALSE(copies.margin_slowness);
}

TEST(Facts, data_that_no_plane_separates_come_with_the_combination_that_is_zero) {
  const Facts facts =
      compute_facts(linear(Matrix{{1.0, 0.0}, {0.0, 1.0}, {-1.0, -2.0}}, Vector::Ones(3), Exponential{}), {Fact::separability});
  EXPECT_EQ(facts.separable, false);
  ASSERT_TRUE(facts.inseparable_weights);
  EXPECT_LT((*facts.inseparable_weights - Vector{{0.25, 0.5, 0.25}}).norm(), kLinearAlgebra);
}

// x·β = 2 with x = (2, 1): least ℓ1 norm 1 at (1, 0), dual ½, ρ = ½, M = ½: √1.25 / ½.
TEST(Facts, least_l1_norm_of_one_equation_and_how_sharp_it_is) {
  const Facts facts = compute_facts(linear(Matrix{{2.0, 1.0}}, Vector{{2.0}}), {Fact::min_l1, Fact::positive_feasibility});
  EXPECT_NEAR(*facts.l1_norm, 1.0, kLinearAlgebra);
  EXPECT_EQ(facts.l1_unique, true);
  EXPECT_NEAR(*facts.l1_condition, 2.0 * std::sqrt(1.25), 1e-10);
  EXPECT_EQ(facts.positive_feasible, true);
  EXPECT_NEAR(*facts.positive_l1_norm, 1.0, kLinearAlgebra);
}

TEST(Facts, the_condition_bounds_the_distance_of_every_fit) {
  const Matrix x = gaussian_matrix(6, 15, 3);
  Vector planted = Vector::Zero(15);
  planted[2] = 1.0, planted[9] = -2.0;
  const Vector y = x * planted;
  const Facts facts = compute_facts(linear(x, y), {Fact::min_l1});
  ASSERT_TRUE(facts.l1_condition);
  EXPECT_NEAR(*facts.l1_norm, 3.0, 1e-10);
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    for (double size : {1e-3, 1.0}) {
      const Vector fit = testing::nearest_fit(x, y, planted + size * gaussian_vector(15, 100 + seed));
      EXPECT_LE((fit - planted).norm() / planted.norm(), *facts.l1_condition * (fit.lpNorm<1>() / 3.0 - 1.0) * (1.0 + 1e-9));
    }
}

TEST(Facts, a_minimiser_that_is_not_unique_has_no_condition) {
  const Facts facts = compute_facts(linear(Matrix{{1.0, 1.0}}, Vector{{1.0}}), {Fact::min_l1});
  EXPECT_NEAR(*facts.l1_norm, 1.0, kLinearAlgebra);
  EXPECT_FALSE(facts.l1_condition);
  EXPECT_NE(facts.l1_unique, std::optional(true));
}

// β = e_5 in one feature; three dual bounds are tight at the solver's dual, and none on the line to the least-norm one. A dual with
// all of them clear exists: ν = (-½, 0, 0) moved by any small (0, a, b) with 0 < a < 1, 0 < -b < 1.
TEST(Facts, a_minimiser_that_the_solver_proves_unique_has_its_condition) {
  const Matrix x{{-2, 0, -2, 0, -2, -1}, {0, 0, -2, 2, 0, -1}, {-2, 1, 0, -1, 0, -2}};
  const Facts facts = compute_facts(linear(x, Vector{{-2.0, 0.0, 0.0}}), {Fact::min_l1});
  EXPECT_NEAR(*facts.l1_norm, 1.0, kLinearAlgebra);
  EXPECT_EQ(facts.l1_unique, true);
  EXPECT_TRUE(facts.l1_condition);
  EXPECT_TRUE(facts.l1_rho);
}

TEST(Facts, data_that_need_a_sign_come_with_a_proof) {
  const Matrix x{{1.0, 2.0}, {3.0, 1.0}};
  const Vector y{{1.0, -1.0}};
  const Facts facts = compute_facts(linear(x, y), {Fact::positive_feasibility});
  EXPECT_EQ(facts.positive_feasible, false);
  ASSERT_TRUE(facts.positive_proof);
  EXPECT_GE((x.transpose() * *facts.positive_proof).minCoeff(), -kLinearAlgebra);
  EXPECT_LT(facts.positive_proof->dot(y), 0.0);
  EXPECT_FALSE(facts.positive_l1_norm);
}

TEST(Facts, empty_directions_and_single_samples_have_facts_too) {
  const std::vector<Fact> all = {Fact::rank,         Fact::spectrum,       Fact::min_l1, Fact::min_l2, Fact::positive_feasibility,
                                 Fact::separability, Fact::support_vectors};
  const Facts nothing = compute_facts(linear(Matrix::Zero(2, 3), Vector::Ones(2)), all);
  EXPECT_EQ(nothing.rank, 0);
  EXPECT_EQ(nothing.sigma_max, 0.0);
  EXPECT_EQ(nothing.inconsistency, 1.0);
  EXPECT_EQ(nothing.separable, false);
  EXPECT_FALSE(nothing.l1_norm);
  const Facts zero_targets =
      compute_facts(linear(gaussian_matrix(2, 3, 1), Vector::Zero(2)), {Fact::min_l1, Fact::min_l2, Fact::positive_feasibility});
  EXPECT_EQ(zero_targets.l1_norm, 0.0);
  EXPECT_EQ(zero_targets.l2_norm, 0.0);
  EXPECT_EQ(zero_targets.positive_feasible, true);
  const Facts one = compute_facts(linear(Matrix::Constant(1, 1, 2.0), Vector::Ones(1)), all);
  EXPECT_EQ(one.rank, 1);
  EXPECT_NEAR(*one.l1_norm, 0.5, kLinearAlgebra);
  EXPECT_NEAR(*one.margin, 2.0, kLinearAlgebra);
  EXPECT_NEAR(*one.l1_condition, 1.0, kLinearAlgebra);
}

TEST(Facts, the_matrix_of_the_quadratic_potential_is_read_from_its_file) {
  const testing::TemporaryFolder folder;
  Mirror mirror;
  mirror.potential.kind = "quadratic";
  mirror.potential.k = folder.write("k.csv", "2,1\n1,3\n");
  const Problem problem = linear(Matrix{{1.0, 2.0}}, Vector{{1.0}});
  const Facts facts = compute_facts(problem, mirror);
  ASSERT_TRUE(facts.potential_matrix);
  EXPECT_EQ(*facts.potential_matrix, (Matrix{{2.0, 1.0}, {1.0, 3.0}}));
  const auto predictions = testing::predictions_of(predict(problem, mirror, facts));
  ASSERT_EQ(predictions.size(), 1u);
  EXPECT_EQ(std::get<Quadratic>(std::get<BregmanProjection>(*predictions[0].limit).potential).k, *facts.potential_matrix);
  mirror.potential.k = folder.path("absent.csv");
  EXPECT_THROW(compute_facts(problem, mirror), InvalidInput);
}

// Two samples, four features: the support is the last two, so the dual is (80/49, -10/7) and the other prices are 45/49 and -30/49.
TEST(Facts, the_largest_price_off_the_support_of_a_least_l1_fit) {
  Matrix x(2, 4);
  x << 1, .5, .7, 0, .5, 1, .1, .7;
  const Facts facts = compute_facts(linear(x, Vector{{1.0, 0.0}}), {Fact::min_l1});
  ASSERT_TRUE(facts.l1_rho);
  EXPECT_NEAR(*facts.l1_rho, 45.0 / 49.0, kLinearAlgebra);
}

// One sample more than the support has features: the duals are a line, and the largest price is convex along it.
TEST(Facts, of_all_duals_the_one_with_the_least_largest_price_counts) {
  const Index n = 4, d = 9;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Matrix x = gaussian_matrix(n, d, seed);
    Vector beta = Vector::Zero(d);
    beta.head(n - 1) = gaussian_vector(n - 1, seed + 100);
    const auto rho = l1_rho(x, beta, false);
    const Eigen::MatrixXd on = x.leftCols(n - 1);
    const Vector base =
        Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(on.transpose()).solve(Vector(beta.head(n - 1).cwiseSign()));
    const Vector free = Eigen::FullPivHouseholderQR<Eigen::MatrixXd>(on).matrixQ().rightCols(1);
    const auto largest = [&](double t) { return (x.rightCols(d - n + 1).transpose() * (base + t * free)).cwiseAbs().maxCoeff(); };
    double low = -100.0, high = 100.0;
    for (int i = 0; i < 200; ++i) {
      const double left = low + (high - low) / 3.0, right = high - (high - low) / 3.0;
      (largest(left) < largest(right) ? high : low) = largest(left) < largest(right) ? right : left;
    }
    const double least = largest(0.5 * (low + high));
    ASSERT_EQ(rho.has_value(), least < 1.0) << "seed " << seed;
    // A section search along a line of slope |x_j . free| < 10 that ends when its interval is rounding.
    if (rho) {
      EXPECT_NEAR(*rho, least, 1e-12 * 100.0) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace penchant
