// C from any start: unbalanced factors, β_0 other than 0, and which weighted ℓ1 norm a small start leads to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/flow_escape.h"
#include "penchant/dynamics/simulate.h"
#include "support/end_to_end.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::end_to_end;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

constexpr Index kSamples = 4, kFeatures = 9;
constexpr DiagonalForm kDifference = DiagonalForm::difference_of_powers, kProduct = DiagonalForm::product;

Matrix features() { return gaussian_matrix(kSamples, kFeatures, 71) / 2.0; }
Vector targets() { return features() * gaussian_vector(kFeatures, 72); }
Problem network(const Diagonal& model, const Start& start) {
  return make_problem(testing::dataset_of(features(), targets()), model, Squared{}, start);
}

MinL1 weighted(const Vector& plus, const Vector& minus) {
  const Problem problem = network({2, kDifference}, testing::start_at(0.1, Diagonal{}, kFeatures));
  return MinL1{.x = problem.data->features, .y = problem.data->targets, .weights = plus, .negative_weights = minus};
}

// Factors of both signs and sizes, so that β_0 = p q - r s is not 0; the flow keeps p² - q².
TEST(AnyStart, unbalanced_factors_and_a_start_away_from_zero_end_at_their_projection) {
  for (const Diagonal& model : {Diagonal{2, kProduct}, Diagonal{2, kDifference, Factors::separate}}) {
    Start start = testing::start_at(1.0, model, kFeatures);
    for (std::size_t k = 0; k < start.blocks.size(); ++k)
      start.blocks[k] = SignedLog::from(0.3 * gaussian_vector(kFeatures, 80 + k));
    const auto training = end_to_end(network(model, start), GradientFlow{.coordinates = Coordinates::weights}, {.residual = 1e-10});
    ASSERT_FALSE(training.refusal) << training.refusal->reason;
    EXPECT_EQ(testing::verdict(training.comparison("C.flow")), "agrees");
    EXPECT_LT(training.run.conserved_drift, 1e-6);
    EXPECT_GT(training.run.snapshots.front().predictor.values.norm(), 0.05) << "β_0 is not 0";
  }
}

// u_0 on the positive part, v_0 on the negative: weights u_0^{2-N}, v_0^{2-N}.
TEST(AnyStart, beyond_depth_two_each_sign_has_the_weights_of_its_own_factor) {
  for (int depth : {3, 4}) {
    const Diagonal model{depth, kDifference};
    const Vector u = (0.5 * gaussian_vector(kFeatures, 91)).array().exp(), v = (0.5 * gaussian_vector(kFeatures, 92)).array().exp();
    Start start = testing::start_of({u, v});
    for (SignedLog& block : start.blocks) block.log_abs.array() += std::log(depth == 3 ? 1e-5 : 1e-4);
    const auto training = end_to_end(network(model, start), GradientFlow{}, {.residual = 1e-11});
    const Comparison& rich = training.comparison("C.rich");
    EXPECT_LT(rich.distance, 1e-9) << "depth " << depth << ": what is left falls as α^N, far below";
    const Vector plus = u.array().pow(2 - depth), minus = v.array().pow(2 - depth);
    const Vector own = solve(weighted(plus, minus)).predictor.values;
    EXPECT_LT(relative_distance(training.run.predictor.values, own), 1e-9);
    // Controls: the weights of the two signs exchanged, and plain ℓ1.
    EXPECT_GT(relative_distance(solve(weighted(minus, plus)).predictor.values, own), 1e-3);
    EXPECT_GT(relative_distance(solve(weighted({}, {})).predictor.values, own), 1e-3);
  }
}

Start at_powers(double scale, const std::vector<double>& exponents, const Diagonal& model) {
  return make_start({.scale = scale, .exponents = exponents}, model, kFeatures, ".");
}

// x_0j = α^{2 g_j}: weights g_j, from doubles' last power of ten and far beyond.
TEST(AnyStart, at_depth_two_powers_of_the_scale_are_the_weights) {
  const std::vector<double> g = {1.0, 2.0, 1.5, 0.8, 3.0, 1.2, 1.0, 2.5, 0.9};
  const Vector weights = Eigen::Map<const Vector>(g.data(), kFeatures);
  const Vector limit = solve(weighted(weights, {})).predictor.values;
  for (const Diagonal& model : {Diagonal{2, kDifference}, Diagonal{2, kProduct}}) {
    std::vector<double> distances;
    for (double scale : {1e-20, 1e-60, 1e-100}) {
      const auto training = end_to_end(network(model, at_powers(scale, g, model)), GradientFlow{}, {.residual = 1e-11});
      EXPECT_EQ(training.prediction("C.rich").title, "Small start: near the least weighted ℓ1 norm");
      distances.push_back(training.comparison("C.rich").distance);
      EXPECT_NEAR(relative_distance(training.run.predictor.values, limit), distances.back(), 1e-9);
    }
    EXPECT_LT(distances[2], 1e-3);
    EXPECT_LT(distances[1], distances[0]);
  }
  EXPECT_GT(relative_distance(solve(weighted({}, {})).predictor.values, limit), 1e-2) << "plain ℓ1 is elsewhere";
}

TEST(AnyStart, at_depth_two_a_fixed_shape_is_forgotten_and_the_note_says_how_slowly) {
  const Diagonal model{2, kDifference};
  const Vector shape = (1.0 * gaussian_vector(kFeatures, 93)).array().exp();
  const Vector plain = solve(weighted({}, {})).predictor.values;
  std::vector<double> distances;
  for (double scale : {1e-3, 1e-30, 1e-150}) {
    Start start = testing::start_of({shape, shape});
    for (SignedLog& block : start.blocks) block.log_abs.array() += std::log(scale);
    const auto training = end_to_end(network(model, start), GradientFlow{}, {.residual = 1e-11});
    distances.push_back(relative_distance(training.run.predictor.values, plain));
    EXPECT_THAT(training.prediction("C.rich").notes, Contains(HasSubstr("a ratio that falls to 1 only as 1/log(1/scale)")));
  }
  EXPECT_LT(distances[2], 0.1 * distances[0]);
}

TEST(AnyStart, powers_of_the_scale_beyond_depth_two_have_no_weighted_limit) {
  const Diagonal model{3, kDifference};
  const Problem problem = network(model, at_powers(1e-4, {1.0, 1.1, 1.0, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0}, model));
  const auto predictions = testing::predictions_of(predict(problem, GradientFlow{}, compute_facts(problem, GradientFlow{})));
  EXPECT_NE(testing::find(predictions, "C.flow"), nullptr);
  EXPECT_EQ(testing::find(predictions, "C.rich"), nullptr);
}

// What a user who trains from too small a start is told: how many steps it would take, and what does not have to wait.
TEST(AnyStart, a_descent_that_cannot_leave_its_saddle_says_how_many_steps_it_would_take) {
  constexpr double kStep = 0.01;
  for (const auto& [model, scale] : {std::pair{Diagonal{2, kDifference}, 1e-30}, std::pair{Diagonal{3, kDifference}, 1e-4}}) {
    const Problem problem = network(model, testing::start_at(scale, model, kFeatures));
    const auto run = [&](double steps) {
      return simulate(problem, GradientDescent{.step_size = {kStep}}, {.steps = static_cast<std::int64_t>(steps)},
                      {.snapshots = 3, .observer = {}});
    };
    const double escape = std::pow(10.0, log10_escape_time(problem)) / kStep;
    // growth by a factor 10 in all has left: early where it is exponential
    const Trajectory early = run((model.depth == 2 ? 0.01 : 0.3) * escape);
    EXPECT_FALSE(early.left_saddle) << "depth " << model.depth;
    EXPECT_THAT(early.text, HasSubstr(cat("after about ", power_of_ten_text(std::log10(escape)), " steps")));
    EXPECT_THAT(early.text, HasSubstr("gradient_flow passes it in hundreds, in log_weights or dual coordinates"));
    EXPECT_TRUE(run(3.0 * escape).left_saddle) << "depth " << model.depth;
  }
  const auto flow = simulate(network({2, kDifference}, testing::start_at(1e-300, Diagonal{}, kFeatures)), GradientFlow{});
  EXPECT_TRUE(flow.left_saddle);
  EXPECT_LT(flow.steps, 2000.0);
}

}  // namespace
}  // namespace penchant
