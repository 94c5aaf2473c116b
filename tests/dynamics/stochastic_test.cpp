#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/dynamics/step_gain.h"
#include "support/planted.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::problem_of;
using testing::relative_distance;
using testing::rounding;
using testing::train;
using testing::train_on_batches;

constexpr Diagonal kSigned{2, DiagonalForm::difference_of_powers, Factors::tied};
constexpr Diagonal kProduct{2, DiagonalForm::product, Factors::tied};

Problem regression(const ModelSpec& model, Reduction reduction, double scale = 0.4) {
  return problem_of(gaussian_matrix(6, 10, 1), 0.5 * gaussian_vector(6, 2), model, Squared{reduction}, InitSpec{.scale = scale});
}

TEST(Stochastic, one_batch_of_all_samples_is_gradient_descent_to_the_last_bit) {
  for (const ModelSpec& model : {ModelSpec{Linear{}}, ModelSpec{kSigned}, ModelSpec{kProduct}})
    for (Reduction reduction : {Reduction::sum, Reduction::mean})
      for (double momentum : {0.0, 0.5}) {
        const Problem problem = regression(model, reduction);
        const Trajectory sgd = train_on_batches(problem, Stochastic{{0.005}, 6, false, momentum, false, 3}, {.steps = 200});
        const Trajectory all = train_on_batches(problem, Stochastic{{0.005}, 0, false, momentum, false, 3}, {.steps = 200});
        EXPECT_EQ(sgd.predictor.values, all.predictor.values) << "0 means all samples";
        const Trajectory gd = train(problem, GradientDescent{{0.005}, momentum, false, false, false}, {.steps = 200});
        EXPECT_EQ(sgd.predictor.values, gd.predictor.values);
      }
}

TEST(Stochastic, steps_of_one_pass_average_to_the_full_gradient) {
  // at a vanishing step the passes are all at the start, so a pass of n/b batches moves as n/b full steps: the estimate is unbiased
  for (Reduction reduction : {Reduction::sum, Reduction::mean})
    for (int batch : {1, 2, 3}) {
      const Problem problem = regression(Linear{}, reduction);
      const double eta = 1e-9;
      const int steps = 6 / batch;
      const Vector start = problem.start.theta();
      const Vector moved =
          train_on_batches(problem, Stochastic{{eta}, batch, false, 0.0, false, 5}, {.steps = steps}).predictor.values - start;
      const Vector full = train(problem, GradientDescent{{eta}}, {.steps = steps}).predictor.values - start;
      EXPECT_LT(relative_distance(moved, full), 1e-6) << "second order in the step, and eps/eta of rounding";
    }
}

TEST(Stochastic, a_seed_fixes_the_run_and_another_changes_it) {
  const Problem problem = regression(kSigned, Reduction::sum);
  for (bool replacement : {false, true}) {
    const auto run = [&](std::uint64_t seed) {
      return train_on_batches(problem, Stochastic{{0.01}, 2, replacement, 0.0, false, seed}, {.steps = 50}).predictor.values;
    };
    EXPECT_EQ(run(1), run(1));
    EXPECT_NE(run(1), run(2));
  }
}

TEST(Stochastic, linear_iterates_stay_in_the_row_space) {
  const Trajectory run = train_on_batches(regression(Linear{}, Reduction::sum), Stochastic{{AutoStep{}}, 2, false, 0.3, false, 1});
  EXPECT_EQ(run.reason, StopReason::residual) << run.text;
  EXPECT_LT(run.snapshots.back().alignment, 1e-12);
}

TEST(Stochastic, refuses_a_batch_of_none_or_of_too_many) {
  const Problem problem = regression(Linear{}, Reduction::sum);
  EXPECT_THROW(train_on_batches(problem, Stochastic{{0.01}, 7, false, 0.0, false, 1}), InvalidInput);
  EXPECT_THROW(train_on_batches(problem, Stochastic{{0.01}, -1, false, 0.0, false, 1}), InvalidInput);
}

TEST(StepGain, is_right_to_rounding_on_every_branch) {
  // q+(x) = Σ_{k>=2} 2 x^k / k
  const auto series = [](double x) {
    double sum = 0.0;
    for (int k = 60; k >= 2; --k) sum += 2.0 * std::pow(x, k) / k;
    return sum;
  };
  for (double x : {1e-12, 1e-5, 1e-3, 0.1, 0.3, 0.45, -1e-12, -1e-5, -0.2, -0.45})
    EXPECT_NEAR(step_gain(x), series(x), rounding(16) * series(x)) << x;
  for (double x : {0.49999, 0.50001, 0.9, -0.6, -3.0, 1.5, 4.0}) {
    const double direct = -2.0 * x - std::log((1.0 - x) * (1.0 - x));
    EXPECT_NEAR(step_gain(x), direct, rounding(16) * (2.0 * std::abs(x) + std::abs(std::log(std::abs(1.0 - x))))) << x;
  }
}

// The identities of the header, weights against sums: log(w±^2 / w±(0)^2) = -Σq± ∓ 2Σx with Σx in row(X), so that
// the sum of the two logs is -Σq+ - Σq- whatever the row space part is.
TEST(StepGain, sums_are_what_the_weights_lost) {
  for (Reduction reduction : {Reduction::sum, Reduction::mean})
    for (const Diagonal& model : {kSigned, kProduct})
      for (int batch : {6, 1, 4}) {
        const double eta = reduction == Reduction::sum ? 0.01 : 0.06;
        const Problem problem = regression(model, reduction);
        const Trajectory run = train_on_batches(problem, Stochastic{{eta}, batch, false, 0.0, true, 2}, {.residual = 1e-12});
        ASSERT_EQ(run.reason, StopReason::residual) << run.text;
        const Vector& plus = run.measured.at("sgd_gain_plus").values;
        const Vector& minus = run.measured.at("sgd_gain_minus").values;
        EXPECT_GT(plus.minCoeff(), 0.0);
        // beta = c (a+ e^z - a- e^-z) with a± = alpha^2 exp(-Σq±): solve for z and see it in the row space
        const double log_alpha2 = std::log(0.16), c = model.form == DiagonalForm::product ? 0.25 : 1.0;
        Vector z(10);
        for (Index j = 0; j < 10; ++j) {
          const double half_gap = 0.5 * (minus[j] - plus[j]), log_mean = log_alpha2 - 0.5 * (plus[j] + minus[j]);
          z[j] = std::asinh(0.5 * run.predictor.values[j] / (c * std::exp(log_mean))) - half_gap;
        }
        const Matrix& x = *problem.data->features->dense();
        const Eigen::MatrixXd rows = x.transpose();
        const double off = (z - rows * (x * rows).ldlt().solve(x * z)).norm() / z.norm();
        EXPECT_LT(off, 1e-11) << "alignment of the corrected dual";
        EXPECT_GT(run.snapshots.back().alignment, 1e-4) << "the plain flow's dual is visibly off";
      }
}

TEST(StepGain, is_measured_only_where_the_theorem_speaks) {
  const auto measured = [](const ModelSpec& model, double momentum) {
    return train(regression(model, Reduction::sum), GradientDescent{{1e-4}, momentum, false, false, false}, {.steps = 2})
        .measured.size();
  };
  EXPECT_EQ(measured(kSigned, 0.0), 2u);
  EXPECT_EQ(measured(kSigned, 0.5), 0u);
  EXPECT_EQ(measured(Linear{}, 0.0), 0u);
  EXPECT_EQ(measured(Diagonal{3, DiagonalForm::difference_of_powers, Factors::tied}, 0.0), 0u);
}

}  // namespace
}  // namespace penchant
