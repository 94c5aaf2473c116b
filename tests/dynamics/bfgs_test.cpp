#include "penchant/core/decompositions.h"
#include "penchant/dynamics/bfgs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;
using ::testing::HasSubstr;

std::unique_ptr<Stepper> make(const std::string& method, const Problem& problem) {
  return method == "bfgs" ? make_bfgs(problem, {}) : make_lbfgs(problem, {.memory = 7});
}

// A strongly convex problem with a unique minimum: more samples than features.
TEST(Bfgs, both_methods_reach_the_least_squares_solution) {
  const Matrix x = gaussian_matrix(12, 5, 1);
  const Vector y = gaussian_vector(12, 2);
  const Vector best = (x.transpose() * x).inverse() * (x.transpose() * y);
  for (const char* method : {"bfgs", "lbfgs"}) {
    const auto stepper = make(method, linear_problem(x, y, Vector::Zero(5)));
    EXPECT_FALSE(stepper->advance(kInfinity, 500)) << "it ends by itself";
    EXPECT_EQ(stepper->failure(), StopReason::stationary) << stepper->failure_text();
    EXPECT_LE(stepper->progress().steps, 60.0);
    EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, best), 1e-10) << method;
  }
}

TEST(Bfgs, bfgs_needs_far_fewer_steps_than_the_condition_number) {
  Matrix x = gaussian_matrix(20, 10, 3);
  for (Index j = 0; j < 10; ++j) x.col(j) *= std::pow(10.0, -0.3 * static_cast<double>(j));  // condition of X^T X about 1e6
  const auto stepper = make_bfgs(linear_problem(x, x * Vector::Ones(10), Vector::Zero(10)), {});
  while (stepper->progress().residual > 1e-9 && stepper->progress().steps < 1000 && stepper->advance(kInfinity, 1)) {
  }
  EXPECT_LE(stepper->progress().residual, 1e-9);
  EXPECT_LE(stepper->progress().steps, 150.0);
}

// H_0 = I stays 1 across row(X) while it becomes 1/curvature inside: the rounding of the one is large beside the other.
TEST(Bfgs, what_left_the_row_space_is_measured) {
  for (const char* method : {"bfgs", "lbfgs"}) {
    double largest = 0.0;
    for (const double unit : {1e-3, 1.0, 1e3, 1e5})
      for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const Matrix x = unit * gaussian_matrix(2, 3, 40 + seed);
        const Vector across = Eigen::FullPivLU<Matrix>(x).kernel().col(0).normalized();
        const auto stepper = make(method, linear_problem(x, gaussian_vector(2, 80 + seed), Vector::Zero(3)));
        stepper->advance(kInfinity, 20);
        const Vector end = stepper->snapshot().predictor.values;
        const double left = std::abs(across.dot(end));
        EXPECT_NEAR(stepper->measured().at("rounding").values[0], left, 10.0 * kEps * end.norm()) << method << ", seed " << seed;
        largest = std::max(largest, left / end.norm());
      }
    EXPECT_LE(largest, 1e-5) << method;
    if (std::string(method) == "bfgs") { EXPECT_GE(largest, 1e-12) << "these data were to show more than a rounding of β"; }
  }
}

TEST(Bfgs, the_loss_never_rises) {
  for (const char* method : {"bfgs", "lbfgs"})
    for (const LossSpec& loss : {LossSpec{Squared{}}, LossSpec{LogCosh{}}, LossSpec{Logistic{}}, LossSpec{Exponential{}}}) {
      const bool classes = is_classification_loss(loss);
      const Vector y = classes ? Vector{{1.0, -1.0, 1.0}} : gaussian_vector(3, 4);
      const auto stepper = make(method, linear_problem(gaussian_matrix(3, 6, 5), y, gaussian_vector(6, 6), loss));
      double last = stepper->progress().log_loss;
      for (int k = 0; k < 40 && stepper->advance(kInfinity, 1); ++k) {
        EXPECT_LE(stepper->progress().log_loss, last + 1e-12 * std::abs(last)) << method;
        last = stepper->progress().log_loss;
      }
    }
}

TEST(Bfgs, a_diagonal_network_is_simulated_and_fits) {
  for (const char* method : {"bfgs", "lbfgs"}) {
    const Problem problem = make_problem(dataset_of(gaussian_matrix(3, 6, 7), gaussian_vector(3, 8)), Diagonal{.depth = 3},
                                         Squared{}, InitSpec{.scale = 0.5, .shape = {}, .factors = {}, .seed = {}});
    const auto stepper = make(method, problem);
    while (stepper->progress().residual > 1e-10 && stepper->progress().steps < 2000 && stepper->advance(kInfinity, 1)) {
    }
    EXPECT_LE(stepper->progress().residual, 1e-10) << method << " " << stepper->failure_text();
    EXPECT_GE(stepper->snapshot().alignment, 1e-3) << "the flow's invariant is not kept: theory refuses this run";
  }
}

TEST(Bfgs, what_remains_is_right_to_first_order_for_a_diagonal_network) {
  const Problem problem = make_problem(dataset_of(Matrix{{1.0}}, Vector{{2.0}}), Diagonal{.depth = 2, .form = DiagonalForm::power},
                                       Squared{}, InitSpec{.scale = 1.4, .shape = {}, .factors = {}, .seed = {}});
  // One weight: β = w² = 1.96, the flow owes 0.04.
  EXPECT_NEAR(make_bfgs(problem, {})->remaining(), 0.04, 1e-8);
}

TEST(Bfgs, both_methods_begin_with_the_same_step_along_the_gradient) {
  const Problem problem = linear_problem(gaussian_matrix(4, 5, 9), gaussian_vector(4, 10), Vector::Zero(5));
  const auto dense = make_bfgs(problem, {});
  const auto limited = make_lbfgs(problem, {.memory = 50});
  dense->advance(kInfinity, 1);
  limited->advance(kInfinity, 1);
  EXPECT_EQ(dense->snapshot().predictor.values, limited->snapshot().predictor.values);
}

TEST(Bfgs, a_separable_classification_runs_until_the_gradient_leaves_the_range_of_a_double) {
  const auto stepper = make_bfgs(linear_problem(Matrix{{1.0, 0.5}}, Vector{{1.0}}, Vector::Zero(2), Exponential{}), {});
  EXPECT_FALSE(stepper->advance(kInfinity, 100'000));
  EXPECT_EQ(stepper->failure(), StopReason::stationary);
  EXPECT_THAT(stepper->failure_text(), HasSubstr("whose square is no double, after"));
  EXPECT_LT(stepper->progress().log_loss, -340.0);  // log 1e-150
}

TEST(Bfgs, refusals_say_what_is_wrong) {
  const Problem wide = linear_problem(Matrix::Ones(1, 10'001), Vector{{1.0}}, Vector::Zero(10'001));
  EXPECT_THAT(refusal([&] { make_bfgs(wide, {}); }), HasSubstr("10001 are more than 10000; use lbfgs"));
  EXPECT_THAT(refusal([&] { make_lbfgs(wide, {.memory = 0}); }), HasSubstr("memory is 0, expected an integer >= 1"));
  const Problem tiny =
      make_problem(dataset_of(Matrix{{1.0}}, Vector{{1.0}}), Linear{}, Squared{}, Start{{SignedLog::constant(1, -5000.0)}});
  EXPECT_THAT(refusal([&] { make_bfgs(tiny, {}); }), HasSubstr("a start below 1e-308 is not a double"));
}

}  // namespace
}  // namespace penchant
