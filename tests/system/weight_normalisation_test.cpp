// C7 end to end: weight normalisation ends at the projection of its magnified start, solved for before any run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/text.h"
#include "penchant/theory/normalised_start.h"
#include "support/end_to_end.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::end_to_end;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::kControl;
using testing::relative_distance;

constexpr Index kSamples = 4, kFeatures = 9;
constexpr double kExact = 1e-10;  // promised agreement of real steps

Matrix features() { return gaussian_matrix(kSamples, kFeatures, 61) / 2.0; }
Vector targets() { return features() * Vector(gaussian_vector(kFeatures, 62).cwiseAbs()); }

Problem network(int depth, double rate_r, const InitSpec& init) {
  return make_problem(testing::dataset_of(features(), targets()), WeightNormalised{depth, rate_r}, Squared{}, init);
}

const std::vector<double> kShape = {1.0, 2.0, 0.5, 1.0, 1.5, 0.7, 1.0, 0.8, 1.2};

Limit from_magnification(const Problem& problem, double log_rho) {
  const auto start = normalised_start(std::get<WeightNormalised>(problem.model), problem.start);
  const DiagonalStart from = start->magnified(log_rho);
  return BregmanProjection{problem.data->features, problem.data->targets, flow_potential(from), flow_origin(from)};
}

TEST(TheoremC7, the_flow_ends_at_the_projection_of_its_magnified_start) {
  for (int depth : {2, 3, 4})
    for (double rate : {0.05, 0.4})
      for (const InitSpec& init : {InitSpec{.scale = 0.5}, InitSpec{.scale = 1.1}, InitSpec{.scale = 0.8, .shape = kShape}}) {
        const std::string what =
            cat("depth ", depth, ", rate_r ", rate, ", r_0 ", *init.scale, init.shape.empty() ? "" : ", from a shape");
        const Problem problem = network(depth, rate, init);
        const auto training = end_to_end(problem, GradientFlow{}, {.residual = 1e-10});
        ASSERT_FALSE(training.refusal) << what << ": " << training.refusal->reason;
        ASSERT_EQ(training.run.reason, StopReason::residual) << what << ": " << training.run.text;
        const Comparison& comparison = training.comparison("C.normalised");
        EXPECT_EQ(testing::verdict(comparison), "agrees") << what;
        EXPECT_TRUE(comparison.independent) << what;
        EXPECT_LT(comparison.distance, 1e-7) << what;
        EXPECT_LT(training.run.conserved_drift, 1e-7) << what << ": some 10^4 steps at a tolerance of 1e-11";
        ASSERT_TRUE(training.facts.log_magnification) << what;
        EXPECT_NEAR(training.run.measured.at("log_magnification").values[0] / *training.facts.log_magnification, 1.0, 1e-6) << what;
      }
}

// Controls: the magnification 10 % off, the exponent without its 2, the plain network's limit,
// a start that is not uniform where one is claimed.
TEST(TheoremC7, other_magnifications_and_other_starts_disagree) {
  for (int depth : {2, 3}) {
    const Problem problem = network(depth, 0.4, {.scale = 0.8});
    const auto training = end_to_end(problem, GradientFlow{}, {.residual = 1e-10});
    const double log_rho = training.run.measured.at("log_magnification").values[0];
    const auto start = normalised_start(std::get<WeightNormalised>(problem.model), problem.start);
    const double r = std::sqrt(training.run.predictor.values.array().pow(2.0 / depth).sum());
    const double without_two = 2.0 * log_rho - std::log(std::exp(start->log_r) / r);
    for (double wrong : {1.1 * log_rho, without_two, 0.0})
      EXPECT_GT(testing::excess(testing::against(training, "C.normalised", from_magnification(problem, wrong))), kControl)
          << "depth " << depth << ", log ρ " << wrong;
    const Problem shaped = network(depth, 0.4, {.scale = 0.8, .shape = kShape});
    EXPECT_GT(testing::excess(testing::against(training, "C.normalised", from_magnification(shaped, log_rho))), kControl)
        << "depth " << depth;
  }
}

TEST(TheoremC7, a_longer_v_changes_the_magnification_as_its_square_says) {
  Problem problem = network(2, 0.4, {.scale = 0.8});
  problem.start.blocks[1].log_abs.array() += std::log(1.5);
  const auto training = end_to_end(problem, GradientFlow{}, {.residual = 1e-10});
  EXPECT_EQ(testing::verdict(training.comparison("C.normalised")), "agrees");
  const Problem unit = network(2, 0.4, {.scale = 0.8});
  const auto other = testing::predictions_of(predict(unit, GradientFlow{}, compute_facts(unit, GradientFlow{})));
  EXPECT_GT(testing::excess(testing::against(training, "C.normalised", *other.at(0).limit)), kControl);
}

TEST(TheoremC7, a_fast_radius_has_its_magnification_from_the_run) {
  const Problem problem = network(2, 40.0, {.scale = 0.3});
  const auto before = testing::predictions_of(predict(problem, GradientFlow{}, compute_facts(problem, GradientFlow{})));
  EXPECT_EQ(before.at(0).needs, std::vector<std::string>{"log_magnification"});
  const auto training = end_to_end(problem, GradientFlow{}, {.residual = 1e-10});
  EXPECT_EQ(testing::verdict(training.comparison("C.normalised")), "agrees");
  EXPECT_GT(testing::excess(testing::against(training, "C.normalised", from_magnification(problem, 0.0))), kControl);
}

// rate_r = 0.01 magnifies a start of size 1 below 1e-30: the bound of C2 at the magnified start.
TEST(TheoremC7, a_slow_radius_makes_large_starts_rich) {
  const auto training = end_to_end(network(2, 0.01, {.scale = 1.0}), GradientFlow{}, {.residual = 1e-10});
  const Comparison& rich = training.comparison("C.normalised_rich");
  EXPECT_LE(rich.distance, rich.budget.total());
  const auto plain = end_to_end(make_problem(testing::dataset_of(features(), targets()), Diagonal{2, DiagonalForm::power},
                                             Squared{}, InitSpec{.scale = 1.0 / 3.0}),
                                GradientFlow{}, {.residual = 1e-10});
  const Vector least = training.solution("C.normalised_rich").predictor.values;
  EXPECT_GT(relative_distance(plain.run.predictor.values, least), kControl * rich.distance)
      << "the same start without normalisation";
}

// A factor 3 between step sizes; batches of one and all.
TEST(TheoremC7, real_steps_at_depth_two_end_exactly_where_their_gradients_say) {
  for (double rate : {0.3, 1.0})
    for (int batch : {0, 1, 2}) {
      const std::string what = cat("rate_r ", rate, ", batch ", batch);
      const Problem problem = network(2, rate, {.scale = 0.8, .shape = kShape});
      const double step = batch == 0 ? 0.01 : 0.003 * batch;
      const Dynamics steps = batch == 0 ? Dynamics{GradientDescent{.step_size = {step}}}
                                        : Dynamics{Stochastic{.step_size = {step}, .batch = batch, .seed = 5}};
      const auto training = end_to_end(problem, steps, {.steps = 2'000'000, .residual = 1e-13});
      ASSERT_EQ(training.run.reason, StopReason::residual) << what << ": " << training.run.text;
      const Comparison& comparison = training.comparison("C.normalised_steps");
      EXPECT_EQ(testing::verdict(comparison), "agrees") << what;
      EXPECT_LT(comparison.distance, kExact) << what;
      EXPECT_GT(training.comparison("C.normalised_small_step").distance, 1e3 * kExact) << what << ": the steps matter";
      for (const char* name : {"log_magnification", "sgd_gain_plus"}) {
        Measured perturbed = training.run.measured;
        perturbed.at(name).values[0] *= 1.01;
        const auto other = testing::predictions_of(predict(problem, steps, training.facts, perturbed));
        EXPECT_GT(testing::against(training, "C.normalised_steps", *other.at(0).limit).distance, kControl * comparison.distance)
            << what << ", " << name;
      }
    }
}

TEST(TheoremC7, starts_that_are_not_positive_are_refused_with_the_nearest_result) {
  Problem problem = network(3, 0.4, {.scale = 0.8});
  problem.start.blocks[1].sign[1] = -1.0;
  const Refusal refusal = testing::refusal_of(predict(problem, GradientDescent{}, testing::easy_facts()));
  EXPECT_THAT(refusal.reason, HasSubstr("needs r_0 > 0 and v_0 > 0"));
  EXPECT_THAT(refusal.nearest, HasSubstr("C7"));
}

}  // namespace
}  // namespace penchant
