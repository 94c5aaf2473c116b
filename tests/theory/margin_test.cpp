// D: the direction on separable data, its steps and its refusals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/theory/hypotheses.h"
#include "support/planted.h"
#include "support/problems.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

constexpr Index kSamples = 4, kFeatures = 8;

Problem classes(LossSpec loss, Vector start = Vector::Zero(kFeatures)) {
  return testing::problem_of(testing::dataset_of(testing::gaussian_matrix(kSamples, kFeatures, 1), Vector{{1.0, -1.0, -1.0, 1.0}}),
                             Linear{}, loss, testing::start_of({std::move(start)}));
}

TEST(Margin, flow_ends_in_the_margin_direction_from_any_start) {
  for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
    const auto predictions = testing::predictions_of(
        predict(classes(loss, testing::gaussian_vector(kFeatures, 5)), GradientFlow{}, testing::easy_facts()));
    ASSERT_EQ(predictions.size(), 1u);
    EXPECT_TRUE(predictions[0].direction_only);
    EXPECT_EQ(std::get<MaxMargin>(*predictions[0].limit).intercept, Intercept::none);
    ASSERT_EQ(predictions[0].rates.size(), 3u);
    EXPECT_EQ(predictions[0].rates[0].exponent, -1.0);
  }
}

// Exponential from 0: L = n (1 under "mean"), R = 1.5: 2/(2.25 n). Logistic: 8/σ_max² = 2, n times that under "mean".
TEST(Margin, steps_are_held_against_the_bound_of_their_loss) {
  struct Case {
    LossSpec loss;
    double bound;
  };
  for (const Case& c : {Case{Exponential{}, 2.0 / (2.25 * kSamples)}, Case{Exponential{Reduction::mean}, 2.0 / 2.25},
                        Case{Logistic{}, 2.0}, Case{Logistic{Reduction::mean}, 2.0 * kSamples}}) {
    const auto at = [&](double step) {
      return predict(classes(c.loss), GradientDescent{.step_size = {step}}, testing::easy_facts());
    };
    EXPECT_EQ(testing::predictions_of(at(0.999 * c.bound)).size(), 1u);
    EXPECT_THAT(testing::refusal_of(at(1.001 * c.bound)).reason, HasSubstr("2/λ"));
  }
}

// σ_max = 2.
TEST(Margin, the_bound_and_the_curvature_have_their_own_numbers) {
  const auto at = [&](double step) {
    return predict(classes(Logistic{}), GradientDescent{.step_size = {step}}, testing::easy_facts());
  };
  EXPECT_THAT(testing::refusal_of(at(2.5)).reason, HasSubstr("step 2.5 >= 2/λ = 2 (λ = σ_max²/4 = 1)"));
  EXPECT_EQ(testing::predictions_of(at(0.5)).at(0).hypotheses.back().text, "step 0.5 < 2/λ = 2 (λ = σ_max²/4 = 1)");
}

TEST(Margin, the_initial_loss_is_that_of_the_start) {
  const Vector start = testing::gaussian_vector(kFeatures, 5);
  for (Reduction reduction : {Reduction::sum, Reduction::mean})
    for (double scale : {1.0, 300.0}) {
      const Problem exponential = classes(Exponential{reduction}, scale * start),
                    logistic = classes(Logistic{reduction}, scale * start);
      Vector f(kSamples);
      exponential.data->features->apply(scale * start, f);
      const Vector m = exponential.data->targets.cwiseProduct(f);
      const double n = reduction == Reduction::mean ? kSamples : 1.0;
      const double expected = (-m).maxCoeff() + std::log((-m.array() - (-m).maxCoeff()).exp().sum() / n);
      EXPECT_NEAR(log_initial_loss(exponential), expected, 1e-12 * std::abs(expected) + 1e-14);
      const double sum =
          m.unaryExpr([](double v) { return v > 0 ? std::log1p(std::exp(-v)) : -v + std::log1p(std::exp(v)); }).sum() / n;
      EXPECT_NEAR(log_initial_loss(logistic), std::log(sum), 1e-12);
    }
}

TEST(Margin, data_that_no_plane_separates_are_refused_with_the_proof) {
  Facts facts = testing::easy_facts();
  facts.separable = false;
  facts.inseparable_weights = Vector{{0.0, 0.5, 0.25, 0.25}};
  for (const Dynamics& dynamics :
       {Dynamics{GradientFlow{}}, Dynamics{GradientDescent{.step_size = {0.1}}}, Dynamics{Stochastic{.step_size = {0.1}}}}) {
    const Refusal refusal = testing::refusal_of(predict(classes(Logistic{}), dynamics, facts));
    EXPECT_THAT(refusal.reason, HasSubstr("weights on 3 samples: 2 (0.5), 3 (0.25), 4 (0.25)"));
    EXPECT_THAT(refusal.nearest, HasSubstr("D5, Ji and Telgarsky 2019"));
  }
}

TEST(Margin, the_rate_of_the_angle_follows_from_the_duals) {
  const auto prediction = [](std::optional<bool> degenerate, std::optional<double> slowness) {
    Facts facts = testing::easy_facts();
    facts.degenerate_margin = degenerate;
    facts.margin_slowness = slowness;
    const auto predictions = testing::predictions_of(predict(classes(Exponential{}), GradientFlow{}, facts));
    EXPECT_EQ(predictions.size(), 1u);
    EXPECT_EQ(predictions[0].rates.size(), 3u);
    EXPECT_EQ(predictions[0].rates[1].variable, "log_time") << "the margin gap sees the square of the angle";
    return predictions[0];
  };
  const Prediction generic = prediction(false, {});
  EXPECT_EQ(generic.rates[0].variable, "log_time");
  EXPECT_TRUE(generic.rates[0].upper_bound_only) << "equal multipliers are faster";
  const Prediction degenerate = prediction(true, 0.25);
  EXPECT_EQ(degenerate.rates[0].variable, "log_time_over_log_log_time");
  EXPECT_FALSE(degenerate.rates[0].upper_bound_only);
  EXPECT_EQ(degenerate.rates[0].constant, 0.25);
  EXPECT_THAT(degenerate.notes, ::testing::Contains(HasSubstr("0.25 · log log t / log t")));
  const Prediction unknown = prediction({}, {});
  EXPECT_EQ(unknown.rates[0].variable, "log_time_over_log_log_time");
  EXPECT_TRUE(unknown.rates[0].upper_bound_only);
  EXPECT_FALSE(unknown.rates[0].constant);
}

TEST(Margin, heavy_ball_is_predicted_and_nesterov_refused) {
  const auto with = [](bool nesterov) {
    return predict(classes(Logistic{}), GradientDescent{.step_size = {0.1}, .momentum = 0.5, .nesterov = nesterov},
                   testing::easy_facts());
  };
  EXPECT_EQ(testing::predictions_of(with(false)).at(0).id, "D2.momentum");
  EXPECT_THAT(testing::refusal_of(with(true)).reason, HasSubstr("Nesterov"));
}

TEST(Margin, norms_without_a_solver_are_refused_by_name) {
  EXPECT_THAT(testing::refusal_of(
                  predict(classes(Logistic{}), Steepest{SteepestNorm::l1, CoordinateRule::greedy, {0.1}}, testing::easy_facts()))
                  .reason,
              HasSubstr("ℓ1 max margin"));
  EXPECT_THAT(testing::refusal_of(
                  predict(classes(Logistic{}), Steepest{SteepestNorm::linf, CoordinateRule::greedy, {0.1}}, testing::easy_facts()))
                  .reason,
              HasSubstr("ℓ∞ max margin"));
  EXPECT_EQ(testing::predictions_of(predict(classes(Logistic{}), Steepest{SteepestNorm::l2, CoordinateRule::greedy, {0.1}},
                                            testing::easy_facts())).at(0).id, "D1");
}

TEST(Margin, mirror_descent_on_half_the_square_is_gradient_descent_and_other_potentials_are_refused) {
  const auto with = [](const char* kind, double p, int batch) {
    Mirror mirror;
    mirror.potential.kind = kind;
    mirror.potential.p = p;
    mirror.step_size = {0.1};
    mirror.batch = batch;
    return predict(classes(Logistic{}), mirror, testing::easy_facts());
  };
  EXPECT_EQ(testing::predictions_of(with("euclidean", 2.0, 0)).at(0).id, "D1");
  EXPECT_EQ(testing::predictions_of(with("squared_p_norm", 2.0, 0)).at(0).id, "D1");
  EXPECT_EQ(testing::predictions_of(with("p_norm", 2.0, 1)).at(0).id, "D1.stochastic");
  EXPECT_THAT(testing::refusal_of(with("p_norm", 3.0, 0)).reason, HasSubstr("max margin in the 3-norm"));
  EXPECT_THAT(testing::refusal_of(with("hypentropy", 2.0, 0)).reason, HasSubstr("not homogeneous"));
}

}  // namespace
}  // namespace penchant
