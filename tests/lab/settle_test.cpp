#include "penchant/lab/settle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/end_to_end.h"
#include "support/planted.h"

namespace penchant {
namespace {

using testing::end_to_end;

Problem regression(const Vector& beta) {
  const Matrix x = testing::gaussian_matrix(5, 8, 17);
  Problem problem = make_problem(testing::dataset_of(x, x * beta), Linear{}, Squared{}, testing::start_at(0.0, Linear{}, 8));
  problem.start.blocks[0] = SignedLog::from(Vector::Constant(8, 0.5));
  return problem;
}

bool is_open(const Prediction& prediction) {
  return std::any_of(prediction.hypotheses.begin(), prediction.hypotheses.end(), [](const auto& h) { return !h.holds; });
}

Mirror entropy() { return Mirror{.potential = {.kind = "entropy"}}; }

TEST(Strength, no_theorem_has_a_hypothesis_that_was_not_checked) {
  const Problem problem = regression(testing::gaussian_vector(8, 18).cwiseAbs());
  const auto before = testing::predictions_of(predict(problem, entropy(), compute_facts(problem, entropy())));
  EXPECT_EQ(before.front().strength, Strength::conditional) << "that it converges is left to the run";
  EXPECT_TRUE(is_open(before.front()));
}

TEST(Strength, a_run_that_arrives_checks_what_was_left_to_it) {
  const auto training = end_to_end(regression(testing::gaussian_vector(8, 18).cwiseAbs()), entropy());
  EXPECT_EQ(training.predictions.front().strength, Strength::theorem);
  EXPECT_FALSE(is_open(training.predictions.front()));
  EXPECT_EQ(testing::verdict(training.comparisons.front()), "agrees");
}

TEST(Strength, a_run_that_is_stopped_on_its_way_leaves_the_theorem_conditional) {
  const auto training = end_to_end(regression(testing::gaussian_vector(8, 18).cwiseAbs()), entropy(), {.steps = 3});
  EXPECT_EQ(training.predictions.front().strength, Strength::conditional);
}

TEST(Strength, a_step_above_the_proven_bound_is_no_theorem) {
  const Problem problem = regression(testing::gaussian_vector(8, 18));
  const double sigma = compute_facts(problem, {Fact::spectrum}).sigma_max.value();
  const auto strength = [&](double step) {
    const Stochastic dynamics{.step_size = {step}, .batch = 1, .force = true};
    return testing::predictions_of(predict(problem, dynamics, compute_facts(problem, dynamics))).front().strength;
  };
  EXPECT_EQ(strength(1e-3 / (sigma * sigma)), Strength::theorem);
  EXPECT_EQ(strength(1.0), Strength::conditional) << "and a refusal where it is known not to converge";
}

}  // namespace
}  // namespace penchant
