#include "penchant/lab/trivial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/end_to_end.h"
#include "support/planted.h"

namespace penchant {
namespace {

using testing::end_to_end;
using ::testing::HasSubstr;

Problem regression(Index samples, Index features, const ModelSpec& model = Linear{}, double scale = 0.0) {
  const Matrix x = testing::gaussian_matrix(samples, features, 7);
  const Vector y = x * testing::gaussian_vector(features, 8);
  return make_problem(testing::dataset_of(x, y), model, Squared{}, testing::start_at(scale, model, features));
}

TEST(Trivial, where_one_fit_exists_every_training_agrees_and_none_is_evidence) {
  for (const ModelSpec& model : std::vector<ModelSpec>{Linear{}, Diagonal{}}) {
    const auto training = end_to_end(regression(6, 4, model, std::holds_alternative<Linear>(model) ? 0.0 : 0.3),
                                     GradientFlow{.coordinates = Coordinates::weights});
    const Comparison& first = training.comparisons.front();
    EXPECT_EQ(first.verdict, Verdict::agrees) << first.text;
    EXPECT_TRUE(first.trivial);
    EXPECT_TRUE(first.independent) << "which says what the two computations share, and nothing else";
    EXPECT_THAT(first.text, HasSubstr("trivial: one β only fits best (rank 4 = features)"));
  }
}

TEST(Trivial, with_fits_to_choose_from_an_agreement_counts) {
  const auto training = end_to_end(regression(4, 6), GradientFlow{});
  EXPECT_EQ(training.comparisons.front().verdict, Verdict::agrees);
  EXPECT_FALSE(training.comparisons.front().trivial) << training.comparisons.front().text;
}

TEST(Trivial, a_run_that_does_not_move_is_no_evidence) {
  Problem problem = regression(4, 6);
  const auto before = end_to_end(problem, GradientFlow{});
  problem.start.blocks[0] = SignedLog::from(before.run.predictor.values);  // a fit
  const auto training = end_to_end(problem, GradientFlow{});
  ASSERT_EQ(training.run.steps, 0.0) << training.run.text;
  EXPECT_TRUE(training.comparisons.front().trivial);
  EXPECT_THAT(training.comparisons.front().text, HasSubstr("0 steps"));
}

TEST(Trivial, penalties_are_chosen_for_whatever_fits) {
  const auto training = end_to_end(regression(6, 4), GradientFlow{.weight_decay = 0.3});
  EXPECT_FALSE(training.comparisons.front().trivial) << training.comparisons.front().text;
}

}  // namespace
}  // namespace penchant
