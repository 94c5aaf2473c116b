// C, C1, C2, C6: predictions for diagonal networks and their refusals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/theory/small_start.h"
#include "support/planted.h"
#include "support/problems.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

constexpr Index kSamples = 4, kFeatures = 8;

Problem network(const Diagonal& model, const Start& start, LossSpec loss = Squared{}) {
  return testing::problem_of(
      testing::dataset_of(testing::gaussian_matrix(kSamples, kFeatures, 1), testing::gaussian_vector(kSamples, 2)), model, loss,
      start);
}

Problem network(const Diagonal& model, double scale, LossSpec loss = Squared{}) {
  return network(model, testing::start_at(scale, model, kFeatures), loss);
}

Potential potential_of(const Prediction& prediction) { return std::get<BregmanProjection>(*prediction.limit).potential; }

TEST(DiagonalFlow, each_form_names_its_potential) {
  const auto flow = [](const Diagonal& model) {
    return potential_of(testing::predictions_of(predict(network(model, 0.1), GradientFlow{}, testing::easy_facts())).at(0));
  };
  EXPECT_NEAR(std::get<Hypentropy>(flow({2, DiagonalForm::difference_of_powers})).log_c, std::log(0.02), 1e-14);
  EXPECT_NEAR(std::get<Hypentropy>(flow({2, DiagonalForm::product})).log_c, std::log(0.005), 1e-14) << "c = |α² - 0|/2";
  EXPECT_TRUE(std::holds_alternative<Entropy>(flow({2, DiagonalForm::power})));
  const auto deep = std::get<DeepDiagonal>(flow({4, DiagonalForm::difference_of_powers}));
  EXPECT_EQ(deep.depth, 4);
  EXPECT_NEAR(deep.log_v[3], std::log(0.1), 1e-14);
  EXPECT_EQ(std::get<DeepDiagonal>(flow({3, DiagonalForm::power, Factors::separate})).log_v.size(), 0);
}

TEST(DiagonalFlow, entropy_starts_at_the_square_of_the_factor) {
  const auto prediction =
      testing::predictions_of(predict(network({2, DiagonalForm::power}, 0.1), GradientFlow{}, testing::easy_facts())).at(0);
  const SignedLog& origin = std::get<BregmanProjection>(*prediction.limit).origin;
  EXPECT_NEAR(origin.log_abs[5], 2.0 * std::log(0.1), 1e-14);
  EXPECT_EQ(origin.sign[5], 1.0);
}

TEST(DiagonalFlow, a_positive_form_is_refused_where_the_data_need_a_sign) {
  Facts facts = testing::easy_facts();
  facts.positive_feasible = false;
  facts.positive_proof = Vector{{0.0, -1.0, 0.0, -2.0}};
  const Refusal refusal = testing::refusal_of(predict(network({2, DiagonalForm::power}, 0.1), GradientFlow{}, facts));
  EXPECT_THAT(refusal.reason, HasSubstr("no β >= 0 has Xβ = y"));
  EXPECT_THAT(refusal.reason, HasSubstr("2 samples: 2 (-1), 4 (-2)"));
  EXPECT_THAT(refusal.nearest, HasSubstr("difference_of_powers"));
}

TEST(DiagonalFlow, inconsistent_targets_are_refused) {
  Facts facts = testing::easy_facts();
  facts.inconsistency = 1e-3;
  EXPECT_THAT(testing::refusal_of(predict(network({}, 0.1), GradientFlow{}, facts)).reason,
              HasSubstr("Xβ = y is not solvable: the least relative residual is 0.001"));
}

TEST(DiagonalScales, thresholds_are_given_as_logs_of_the_scale) {
  const auto prediction = testing::predictions_of(predict(network({}, 0.1), GradientFlow{}, testing::easy_facts())).at(0);
  const std::string threshold = power_of_ten_text(rich_log_alpha(0.1, 3.0, kFeatures) / std::log(10.0));
  EXPECT_THAT(prediction.notes, ::testing::Contains(HasSubstr(cat("(sufficient, not necessary) needs α <= ", threshold,
                                                                  "; this α = 0.1 carries no guarantee of 10 %"))));
}

TEST(DiagonalScales, a_small_start_is_near_the_least_l1_norm_with_the_bound_that_is_left) {
  const auto predictions = testing::predictions_of(predict(network({}, 1e-4), GradientFlow{}, testing::easy_facts()));
  const Prediction* rich = testing::find(predictions, "C.rich");
  ASSERT_NE(rich, nullptr);
  EXPECT_EQ(rich->strength, Strength::theorem_limit);
  const double beta1 = 2.0 * kFeatures * 1e-8;
  EXPECT_NEAR(rich->theory_error, 2.0 * std::log(2.0 * kFeatures) / std::log(3.0 / beta1), 1e-12)
      << "ε times the condition 2 of the facts";
  EXPECT_EQ(testing::find(predictions, "C.kernel"), nullptr);
}

TEST(DiagonalScales, without_a_unique_point_the_error_is_unknown) {
  Facts facts = testing::easy_facts();
  facts.l1_condition.reset();
  const auto predictions = testing::predictions_of(predict(network({}, 1e-4), GradientFlow{}, facts));
  ASSERT_NE(testing::find(predictions, "C.rich"), nullptr);
  EXPECT_TRUE(std::isnan(testing::find(predictions, "C.rich")->theory_error));
}

TEST(DiagonalScales, a_large_start_is_near_the_least_l2_norm) {
  const auto predictions = testing::predictions_of(predict(network({}, 100.0), GradientFlow{}, testing::easy_facts()));
  const Prediction* kernel = testing::find(predictions, "C.kernel");
  ASSERT_NE(kernel, nullptr);
  EXPECT_EQ(testing::find(predictions, "C.rich"), nullptr);
  const double epsilon = kernel->theory_error * kernel->theory_error;
  EXPECT_NEAR(2.0 * (1.0 + epsilon) * (1.0 + 2.0 / epsilon) * 1.25, 1e4, 1e-8 * 1e4) << "at the threshold for min ‖β‖₂ = 1.25";
}

TEST(DiagonalScales, a_shape_weighs_the_features_at_depth_three_and_not_at_depth_two) {
  Vector shape = Vector::Constant(kFeatures, 1e-3);
  shape[2] = 4e-3;
  for (int depth : {2, 3}) {
    const auto predictions = testing::predictions_of(
        predict(network({depth}, testing::start_of({shape, shape})), GradientFlow{}, testing::easy_facts()));
    const Prediction* rich = testing::find(predictions, "C.rich");
    ASSERT_NE(rich, nullptr);
    const auto& limit = std::get<MinL1>(*rich->limit);
    if (depth == 2) {
      EXPECT_EQ(limit.weights.size(), 0);
    } else {
      EXPECT_NEAR(limit.weights[0] / limit.weights[2], 4.0, 1e-13);
      EXPECT_TRUE(std::isnan(rich->theory_error));
    }
  }
}

TEST(DiagonalSteps, the_limit_waits_for_the_arrays_of_the_run) {
  const Problem problem = network({}, 0.1);
  const Dynamics dynamics = GradientDescent{.step_size = {0.01}};
  const auto before = testing::predictions_of(predict(problem, dynamics, testing::easy_facts()));
  EXPECT_EQ(before.at(0).id, "C.steps");
  EXPECT_FALSE(before[0].limit);
  EXPECT_EQ(before[0].needs, (std::vector<std::string>{"sgd_gain_plus", "sgd_gain_minus"}));
  EXPECT_EQ(before.at(1).id, "C.small_step");
  EXPECT_TRUE(std::isnan(before[1].theory_error));

  const Measured measured = {{"sgd_gain_plus", {"", Vector::Constant(kFeatures, 0.2)}},
                             {"sgd_gain_minus", {"", Vector::Constant(kFeatures, 0.6)}}};
  const auto after = testing::predictions_of(predict(problem, dynamics, testing::easy_facts(), measured));
  const auto shifted = std::get<ShiftedHypentropy>(potential_of(after.at(0)));
  EXPECT_NEAR(2.0 * shifted.log_u[1], 2.0 * std::log(0.1) - 0.2, 1e-14);
  EXPECT_NEAR(2.0 * shifted.log_v[1], 2.0 * std::log(0.1) - 0.6, 1e-14);
}

TEST(DiagonalSteps, arrays_of_another_length_are_an_error) {
  const Measured measured = {{"sgd_gain_plus", {"", Vector::Zero(3)}}, {"sgd_gain_minus", {"", Vector::Zero(3)}}};
  EXPECT_THROW(predict(network({}, 0.1), GradientDescent{.step_size = {0.01}}, testing::easy_facts(), measured), InvalidInput);
}

TEST(DiagonalSteps, sums_of_a_run_that_diverged_name_no_projection) {
  Vector lost = Vector::Zero(kFeatures);
  lost[1] = std::nan("");
  const Measured measured = {{"sgd_gain_plus", {"", lost}}, {"sgd_gain_minus", {"", Vector::Zero(kFeatures)}}};
  const auto predictions = testing::predictions_of(
      predict(network({}, 0.1), GradientDescent{.step_size = {0.01}}, testing::easy_facts(), measured));
  EXPECT_FALSE(predictions.at(0).limit);
  EXPECT_FALSE(predictions.at(0).needs.empty());
}

TEST(DiagonalSteps, momentum_and_depth_leave_only_the_small_step_limit) {
  for (const Diagonal& model : {Diagonal{2}, Diagonal{3}}) {
    const auto predictions = testing::predictions_of(
        predict(network(model, 0.1), GradientDescent{.step_size = {0.01}, .momentum = 0.9}, testing::easy_facts()));
    ASSERT_EQ(predictions.size(), 1u);
    EXPECT_EQ(predictions[0].id, "C.small_step");
    EXPECT_EQ(predictions[0].strength, Strength::theorem_limit);
  }
}

TEST(DiagonalOther, quasi_newton_and_classification_are_refused_by_name) {
  EXPECT_THAT(testing::refusal_of(predict(network({}, 0.1), Bfgs{}, testing::easy_facts())).reason,
              HasSubstr("BFGS of a depth-2 diagonal network"));
  const Problem classes = testing::problem_of(testing::dataset_of(testing::gaussian_matrix(2, kFeatures, 1), Vector{{1.0, -1.0}}),
                                              Diagonal{3}, Logistic{}, testing::start_at(0.1, Diagonal{3}, kFeatures));
  EXPECT_THAT(testing::refusal_of(predict(classes, GradientFlow{}, testing::easy_facts())).nearest, HasSubstr("D6, Gunasekar"));
}

}  // namespace
}  // namespace penchant
