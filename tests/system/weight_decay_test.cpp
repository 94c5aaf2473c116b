// Weight decay end to end: ridge and Lasso, each with a hypothesis broken;
// and that no theorem about the loss alone is claimed beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/core/text.h"
#include "penchant/dynamics/simulate.h"
#include "penchant/theory/bibliography.h"
#include "support/end_to_end.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::end_to_end;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::kControl;

constexpr Index kSamples = 6, kFeatures = 10;
constexpr DiagonalForm kDifference = DiagonalForm::difference_of_powers, kProduct = DiagonalForm::product;

Matrix features() { return gaussian_matrix(kSamples, kFeatures, 81) / 2.0; }
Vector targets() { return gaussian_vector(kSamples, 82); }
Problem training_of(const ModelSpec& model, double scale, Reduction reduction = Reduction::sum) {
  return make_problem(testing::dataset_of(features(), targets()), model, Squared{reduction},
                      testing::start_at(scale, model, kFeatures));
}

void expect_agreement(const testing::EndToEnd& training, const std::string& id, const Limit& without_decay,
                      const std::string& what) {
  ASSERT_FALSE(training.refusal) << what << ": " << training.refusal->reason;
  const Comparison& comparison = training.comparison(id);
  EXPECT_EQ(testing::verdict(comparison), "agrees") << what << ": " << training.run.text;
  EXPECT_TRUE(comparison.independent) << what;
  EXPECT_GT(testing::excess(testing::against(training, id, without_decay)), kControl) << what;
}

TEST(WeightDecay, of_the_linear_model_ends_at_ridge_from_any_start) {
  for (Reduction reduction : {Reduction::sum, Reduction::mean})
    for (double decay : {0.05, 1.0}) {
      Problem problem = training_of(Linear{}, 0.0, reduction);
      problem.start.blocks[0] = SignedLog::from(gaussian_vector(kFeatures, 83));
      const MinDistance nearest{problem.data->features, problem.data->targets, problem.start.theta()};
      const std::string what = cat("decay ", decay, reduction == Reduction::mean ? ", mean" : ", sum");
      expect_agreement(end_to_end(problem, GradientFlow{.weight_decay = decay}), "A1.decay", nearest, what + ", flow");
      expect_agreement(end_to_end(problem, GradientDescent{.weight_decay = decay}), "A1.decay", nearest, what + ", descent");
      expect_agreement(end_to_end(problem, GradientDescent{.momentum = 0.5, .nesterov = true, .weight_decay = decay}), "A1.decay",
                       nearest, what + ", Nesterov");
    }
}

TEST(WeightDecay, of_diagonal_networks_of_depth_two_ends_at_the_lasso_from_any_scale) {
  for (const Diagonal& model :
       {Diagonal{2, kDifference, Factors::tied}, Diagonal{2, kDifference, Factors::separate}, Diagonal{2, kProduct, Factors::tied}})
    for (double scale : {1e-2, 0.7}) {
      const Problem problem = training_of(model, scale);
      const std::string what = cat("form ", int(model.form), ", factors ", int(model.factors), ", from ", scale);
      const MinL1 fit{.x = problem.data->features, .y = problem.data->targets, .weights = {}, .negative_weights = {}};
      const auto flow = end_to_end(problem, GradientFlow{.coordinates = Coordinates::weights, .weight_decay = 0.2});
      expect_agreement(flow, "C3.decay", fit, what + ", flow in weights");
      if (model.factors == Factors::tied)
        expect_agreement(end_to_end(problem, GradientFlow{.coordinates = Coordinates::log_weights, .weight_decay = 0.2}),
                         "C3.decay", fit, what + ", in logs");
      expect_agreement(end_to_end(problem, GradientDescent{.weight_decay = 0.2}), "C3.decay", fit, what + ", descent");
      // The price matters: twice the penalty is another Lasso.
      Limit other = *flow.prediction("C3.decay").limit;
      std::get<Penalised>(other).lambda *= 2.0;
      EXPECT_GT(testing::excess(testing::against(flow, "C3.decay", other)), kControl) << what;
    }
}

TEST(WeightDecay, so_strong_that_nothing_pays_ends_at_zero) {
  const Problem problem = training_of(Diagonal{}, 0.3);
  const auto training = end_to_end(problem, GradientFlow{.weight_decay = 50.0});
  ASSERT_FALSE(training.refusal);
  EXPECT_EQ(training.run.reason, StopReason::stationary) << training.run.text;
  EXPECT_EQ(training.solution("C3.decay").predictor.values.norm(), 0.0);
  EXPECT_LE(training.run.predictor.values.norm(), 1e-10);
}

// The other way round: without decay the run ends elsewhere, and says so.
TEST(WeightDecay, without_it_the_same_run_is_not_at_the_lasso) {
  const Problem problem = training_of(Diagonal{}, 0.3);
  const auto plain = end_to_end(problem, GradientFlow{});
  const Penalised lasso{problem.data->features, problem.data->targets, Penalty::l1, 0.1, {}, {}};
  EXPECT_GT(testing::excess(testing::against(plain, "C.flow", lasso)), kControl);
}

TEST(WeightDecay, every_theorem_on_the_loss_alone_is_withdrawn_with_its_hypothesis) {
  const std::vector<Problem> problems = {training_of(Linear{}, 0.0), training_of(Diagonal{}, 0.3),
                                         training_of(Diagonal{.depth = 3}, 0.3),
                                         training_of(Diagonal{.form = DiagonalForm::power}, 0.3)};
  for (const Problem& problem : problems)
    for (const Dynamics& dynamics : std::vector<Dynamics>{GradientFlow{.weight_decay = 0.1}, GradientDescent{.weight_decay = 0.1},
                                                          GradientDescent{.momentum = 0.9, .weight_decay = 0.1},
                                                          Stochastic{.batch = 2, .weight_decay = 0.1}}) {
      const PredictResult result = predict(problem, dynamics, compute_facts(problem, dynamics));
      if (const auto* refusal = std::get_if<Refusal>(&result)) {
        EXPECT_THAT(refusal->reason, HasSubstr("\"no weight decay\" fails: λ = 0.1"));
        continue;
      }
      for (const Prediction& prediction : std::get<std::vector<Prediction>>(result)) {
        EXPECT_THAT(prediction.id, HasSubstr(".decay"));
        EXPECT_THAT(prediction.notes.front(), HasSubstr("\"no weight decay\" fails"));
      }
    }
}

TEST(WeightDecay, deeper_networks_are_refused_with_the_penalty_they_have) {
  const auto refusal =
      end_to_end(training_of(Diagonal{.depth = 3}, 0.5), GradientFlow{.weight_decay = 0.1}, {.log10_time = 2.0}).refusal;
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->reason, HasSubstr("Σ|β_j|^{2/3}"));
  EXPECT_THAT(refusal->nearest, HasSubstr("depth 2"));
}

// What makes it a refusal: two starts, two ends.
TEST(WeightDecay, of_depth_three_depends_on_the_start) {
  const GradientFlow flow{.coordinates = Coordinates::weights, .weight_decay = 0.3};
  const Vector small = simulate(training_of(Diagonal{.depth = 3}, 0.05), flow).predictor.values;
  const Vector large = simulate(training_of(Diagonal{.depth = 3}, 1.0), flow).predictor.values;
  EXPECT_GT((large - small).norm(), 0.1 * large.norm());
}

// Two equal features: the Lasso has a segment of minimisers, and where on it the run ends is left to its start.
TEST(WeightDecay, where_the_lasso_is_not_unique_the_run_is_held_against_the_set) {
  Matrix x = features();
  x.col(1) = x.col(0);
  const Vector y = x.col(0) + 0.5 * x.col(4);
  Problem problem = make_problem(testing::dataset_of(x, y), Diagonal{}, Squared{}, testing::start_at(0.5, Diagonal{}, kFeatures));
  problem.start.blocks[0].log_abs[1] -= 1.0;
  for (const Dynamics& dynamics : std::vector<Dynamics>{GradientFlow{.weight_decay = 0.2}, GradientDescent{.weight_decay = 0.2}}) {
    const auto training = end_to_end(problem, dynamics);
    ASSERT_TRUE(std::isnan(training.solution("C3.decay").certificate.distance_bound));
    const Comparison& comparison = training.comparison("C3.decay");
    EXPECT_EQ(testing::verdict(comparison), "agrees");
    EXPECT_THAT(comparison.text, HasSubstr("distance to the set"));
    EXPECT_GT((training.run.predictor.values - training.solution("C3.decay").predictor.values).norm(), 0.01)
        << "the solver ended elsewhere on the segment";
    Limit other = *training.prediction("C3.decay").limit;
    std::get<Penalised>(other).lambda *= 2.0;
    const Comparison control = testing::against(training, "C3.decay", other);
    EXPECT_EQ(control.verdict, Verdict::disagrees) << control.text;
  }
}

}  // namespace
}  // namespace penchant
