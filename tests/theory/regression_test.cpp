// A and B: which limit, from which facts, and which hypothesis refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/planted.h"
#include "support/problems.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

constexpr Index kSamples = 4, kFeatures = 8;

Problem linear(LossSpec loss, Vector start = Vector::Zero(kFeatures)) {
  return testing::problem_of(
      testing::dataset_of(testing::gaussian_matrix(kSamples, kFeatures, 1), testing::gaussian_vector(kSamples, 2)), Linear{}, loss,
      testing::start_of({std::move(start)}));
}

Facts inconsistent() {
  Facts facts = testing::easy_facts();
  facts.inconsistency = 0.25;
  return facts;
}

const Hypothesis& hypothesis(const Prediction& prediction, const std::string& name) {
  for (const Hypothesis& h : prediction.hypotheses)
    if (h.name == name) return h;
  ADD_FAILURE() << prediction.id << " has no hypothesis " << name;
  static const Hypothesis none;
  return none;
}

TEST(LeastSquares, the_limit_is_measured_from_the_start) {
  const Vector start = testing::gaussian_vector(kFeatures, 3);
  const auto predictions = testing::predictions_of(predict(linear(Squared{}, start), GradientFlow{}, testing::easy_facts()));
  ASSERT_EQ(predictions.size(), 1u);
  EXPECT_EQ(predictions[0].id, "A1");
  EXPECT_EQ(predictions[0].strength, Strength::theorem);
  EXPECT_LT((std::get<MinDistance>(*predictions[0].limit).origin - start).norm(), 1e-15 * start.norm() * kFeatures);
}

TEST(LeastSquares, targets_that_nothing_fits_are_allowed_for_the_squared_loss_only) {
  const auto predictions = testing::predictions_of(predict(linear(Squared{}), GradientFlow{}, inconsistent()));
  ASSERT_EQ(predictions.size(), 1u);
  EXPECT_THAT(predictions[0].notes.at(0), HasSubstr("least-squares solution nearest to the start"));
  EXPECT_THAT(testing::refusal_of(predict(linear(LogCosh{}), GradientFlow{}, inconsistent())).reason,
              HasSubstr("the least relative residual is 0.25"));
}

// σ_max = 2: the bounds are 2/4, 2(1.5)/4 and 2(1.5)/(2·4), n times larger under "mean".
TEST(LeastSquares, steps_are_held_against_the_bound_of_their_method) {
  struct Case {
    double momentum;
    bool nesterov;
    double bound;
  };
  for (const Case& c : {Case{0.0, false, 0.5}, Case{0.5, false, 0.75}, Case{0.5, true, 0.375}})
    for (Reduction reduction : {Reduction::sum, Reduction::mean}) {
      const double bound = c.bound * (reduction == Reduction::mean ? kSamples : 1);
      const auto at = [&](double step) {
        return predict(linear(Squared{reduction}),
                       GradientDescent{.step_size = {step}, .momentum = c.momentum, .nesterov = c.nesterov}, testing::easy_facts());
      };
      const auto predictions = testing::predictions_of(at(0.999 * bound));
      ASSERT_EQ(predictions.size(), 1u);
      EXPECT_NEAR(hypothesis(predictions[0], "step size").threshold, bound, 1e-15);
      EXPECT_EQ(hypothesis(predictions[0], "step size").holds, true);
      EXPECT_THAT(testing::refusal_of(at(1.001 * bound)).reason, HasSubstr(">= 2"));
    }
}

// Weight decay adds to every curvature: 2/(4 + λ), and with λ = 1 and momentum ½ 3/5 and 3/10.
TEST(LeastSquares, with_weight_decay_the_bounds_count_it) {
  struct Case {
    double momentum;
    bool nesterov;
    double bound;
  };
  for (const Case& c : {Case{0.0, false, 0.4}, Case{0.5, false, 0.6}, Case{0.5, true, 0.3}}) {
    const auto at = [&](double step) {
      return predict(linear(Squared{}),
                     GradientDescent{.step_size = {step}, .momentum = c.momentum, .nesterov = c.nesterov, .weight_decay = 1.0},
                     testing::easy_facts());
    };
    const auto predictions = testing::predictions_of(at(0.999 * c.bound));
    ASSERT_EQ(predictions.size(), 1u);
    EXPECT_EQ(predictions[0].id, "A1.decay");
    EXPECT_NEAR(hypothesis(predictions[0], "step size").threshold, c.bound, 1e-15);
    EXPECT_THAT(testing::refusal_of(at(1.001 * c.bound)).reason, HasSubstr(">= 2"));
  }
}

// The bounds are sharp on a quadratic: per singular direction a 2x2 recurrence, iterated here.
TEST(LeastSquares, the_bounds_are_those_of_the_recurrence) {
  const auto grows = [](double step, double mu, bool nesterov) {
    double before = 1.0, now = 1.0;  // error along one direction with σ = 2, at rest
    for (int k = 0; k < 4000; ++k) {
      const double ahead = now + mu * (now - before);
      const double next = nesterov ? ahead - step * 4.0 * ahead : ahead - step * 4.0 * now;
      before = now;
      now = next;
    }
    return std::abs(now) > 1.0;
  };
  for (double mu : {0.3, 0.9})
    for (bool nesterov : {false, true}) {
      const double bound = 2.0 * (1.0 + mu) / (4.0 * (nesterov ? 1.0 + 2.0 * mu : 1.0));
      EXPECT_FALSE(grows(0.99 * bound, mu, nesterov));
      EXPECT_TRUE(grows(1.01 * bound, mu, nesterov));
    }
}

TEST(LeastSquares, schedules_that_stop_short_or_blow_up_are_refused) {
  const auto with = [](StepSize step) {
    return predict(linear(Squared{}), GradientDescent{.step_size = step}, testing::easy_facts());
  };
  EXPECT_THAT(testing::refusal_of(with({PowerStep{0.1, 1.5}})).reason, HasSubstr("finite sum"));
  EXPECT_THAT(testing::refusal_of(with({LossProportionalStep{0.1}})).reason, HasSubstr("divided by the loss"));
  EXPECT_THAT(testing::refusal_of(with({PiecewiseStep{{0.1, 0.6}, {10}}})).reason, HasSubstr("step 0.6"));
  EXPECT_EQ(testing::predictions_of(with({PowerStep{5.0, 0.5}})).size(), 1u)
      << "steps that fall below the bound converge from wherever they start";
}

TEST(LeastSquares, a_missing_fact_leaves_the_hypothesis_not_checked) {
  const auto predictions = testing::predictions_of(predict(linear(Squared{}), GradientDescent{.step_size = {0.1}}, Facts{}));
  ASSERT_EQ(predictions.size(), 1u);
  EXPECT_EQ(hypothesis(predictions[0], "step size").holds, std::nullopt);
}

TEST(LeastSquares, stochastic_steps_need_targets_that_some_beta_fits) {
  const Dynamics constant = Stochastic{.step_size = {0.05}, .batch = 1, .replacement = true};
  EXPECT_EQ(testing::predictions_of(predict(linear(Squared{}), constant, testing::easy_facts())).at(0).id, "A2.stochastic");
  EXPECT_THAT(testing::refusal_of(predict(linear(Squared{}), constant, inconsistent())).reason,
              HasSubstr("Xβ = y is not solvable"));
  const Dynamics decaying = Stochastic{.step_size = {PowerStep{0.1, 0.75}}, .batch = 1, .replacement = true};
  EXPECT_EQ(testing::predictions_of(predict(linear(Squared{}), decaying, inconsistent())).size(), 1u);
}

// A run that noise moves for ever ends nowhere: exact only as the last step goes to 0.
TEST(LeastSquares, noise_on_the_targets_is_a_theorem_only_where_the_steps_decay) {
  const auto strength = [&](decltype(StepSize::rule) rule) {
    Stochastic dynamics{.step_size = {rule}, .batch = 1, .label_noise = LabelNoise{LabelNoiseKind::sign, 0.1}};
    return testing::predictions_of(predict(linear(Squared{}), dynamics, testing::easy_facts())).at(0).strength;
  };
  EXPECT_EQ(strength(1e-3), Strength::theorem_limit);
  EXPECT_EQ(strength(AutoStep{}), Strength::theorem_limit);
  EXPECT_EQ(strength(PowerStep{1e-3, 0.0}), Strength::theorem_limit);
  EXPECT_EQ(strength(PiecewiseStep{{1e-3, 1e-4}, {100}}), Strength::theorem_limit);
  EXPECT_EQ(strength(PowerStep{1e-3, 0.6}), Strength::theorem);
}

TEST(LeastSquares, full_batches_are_gradient_descent) {
  const auto predictions =
      testing::predictions_of(predict(linear(Squared{}), Stochastic{.step_size = {0.05}, .batch = kSamples}, inconsistent()));
  ASSERT_EQ(predictions.size(), 1u);
  EXPECT_EQ(predictions[0].id, "A1");
}

TEST(RegressionNorms, coordinate_descent_is_a_conjecture_from_zero_and_sign_descent_is_refused) {
  const auto l1 = [](Vector start) { return predict(linear(Squared{}, std::move(start)),
                                                    Steepest{SteepestNorm::l1, CoordinateRule::greedy,
                                                             {0.1}}, testing::easy_facts()); };
  const auto predictions = testing::predictions_of(l1(Vector::Zero(kFeatures)));
  const Prediction* end = testing::find(predictions, "A3.l1");
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(end->strength, Strength::conjecture);
  EXPECT_TRUE(std::holds_alternative<MinL1>(*end->limit));
  EXPECT_THAT(testing::refusal_of(l1(Vector::Ones(kFeatures))).reason, HasSubstr("β_0 is not 0"));
  const Refusal linf = testing::refusal_of(
      predict(linear(Squared{}), Steepest{SteepestNorm::linf, CoordinateRule::greedy, {0.1}}, testing::easy_facts()));
  EXPECT_EQ(linf.source, "gunasekar2018geometry");
}

Mirror mirror(const std::string& kind) {
  Mirror out;
  out.potential.kind = kind;
  out.step_size = {0.1};
  return out;
}

TEST(MirrorDescent, positive_potentials_ask_for_a_positive_start_and_a_positive_fit) {
  Facts wrong_sign = testing::easy_facts();
  wrong_sign.positive_feasible = false;
  wrong_sign.positive_proof = Vector::Constant(kSamples, -0.5);
  for (const char* kind : {"entropy", "burg"}) {
    EXPECT_THAT(testing::refusal_of(predict(linear(Squared{}), mirror(kind), testing::easy_facts())).reason,
                HasSubstr("feature 1 starts at 0"));
    const Problem positive = linear(Squared{}, Vector::Ones(kFeatures));
    EXPECT_EQ(testing::predictions_of(predict(positive, mirror(kind), testing::easy_facts())).at(0).id, "B");
    EXPECT_THAT(testing::refusal_of(predict(positive, mirror(kind), wrong_sign)).reason, HasSubstr("proves it, on 4 samples"));
  }
}

// β_0 = c sinh(z_0): u² e^z - v² e^{-z} starts at β_0 and keeps uv = c/2.
TEST(MirrorDescent, a_shifted_hypentropy_carries_its_start) {
  const Vector start{{0.7, -3.0, 0.0, 1e-3, -1e-3, 5.0, 0.1, -0.2}};
  Mirror dynamics = mirror("hypentropy");
  dynamics.potential.c = 0.4;
  const auto predictions = testing::predictions_of(predict(linear(Squared{}, start), dynamics, testing::easy_facts()));
  ASSERT_EQ(predictions.size(), 1u);
  const auto& potential = std::get<ShiftedHypentropy>(std::get<BregmanProjection>(*predictions[0].limit).potential);
  for (Index j = 0; j < start.size(); ++j) {
    EXPECT_NEAR(std::exp(2 * potential.log_u[j]) - std::exp(2 * potential.log_v[j]), start[j], 1e-14 * (1.0 + std::abs(start[j])));
    EXPECT_NEAR(potential.log_u[j] + potential.log_v[j], std::log(0.2), 1e-14);
  }
}

// u^{2-N} + v^{2-N} = 2 α^{2-N} and u^N - v^N = β_0.
TEST(MirrorDescent, a_shifted_deep_potential_carries_its_start) {
  const Vector start{{0.7, -3.0, 0.0, 1e-3, -1e-3, 5.0, 0.1, -0.2}};
  for (int depth : {3, 4, 6}) {
    Mirror dynamics = mirror("diagonal");
    dynamics.potential.depth = depth;
    dynamics.potential.scale = 0.5;
    const auto predictions = testing::predictions_of(predict(linear(Squared{}, start), dynamics, testing::easy_facts()));
    ASSERT_EQ(predictions.size(), 1u);
    const auto& potential = std::get<DeepDiagonal>(std::get<BregmanProjection>(*predictions[0].limit).potential);
    for (Index j = 0; j < start.size(); ++j) {
      const double u = std::exp(potential.log_u[j]), v = std::exp(potential.log_v[j]);
      EXPECT_NEAR(std::pow(u, depth) - std::pow(v, depth), start[j], 1e-12 * (1.0 + std::abs(start[j])));
      EXPECT_NEAR(std::pow(u, 2 - depth) + std::pow(v, 2 - depth), 2.0 * std::pow(0.5, 2 - depth),
                  1e-12 * std::pow(0.5, 2 - depth));
    }
  }
}

TEST(MirrorDescent, steps_with_a_finite_sum_are_refused) {
  Mirror dynamics = mirror("euclidean");
  dynamics.step_size = {PowerStep{0.1, 1.2}};
  EXPECT_THAT(testing::refusal_of(predict(linear(Squared{}), dynamics, testing::easy_facts())).reason, HasSubstr("finite sum"));
}

}  // namespace
}  // namespace penchant
