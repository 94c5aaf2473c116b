#include "penchant/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/planted.h"
#include "support/refusal.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

DatasetPtr dataset(Vector y) {
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(testing::gaussian_matrix(y.size(), 3, 1));
  data->targets = std::move(y);
  return data;
}

TEST(Problem, holds_its_parts) {
  const Problem problem = make_problem(dataset(Vector{{1.0, -1.0}}), Linear{}, Logistic{}, InitSpec{.scale = 2.0});
  EXPECT_EQ(problem.start.theta(), Vector::Constant(3, 2.0));
  EXPECT_EQ(problem.data->samples(), 2);
}

TEST(Problem, refuses_a_classification_loss_on_real_targets) {
  EXPECT_THAT(refusal([] { make_problem(dataset(Vector{{1.0, 0.5}}), Linear{}, Logistic{}, InitSpec{}); }),
              HasSubstr("target 2 is 0.5"));
}

TEST(Problem, refuses_a_start_of_another_shape) {
  const Diagonal model;
  EXPECT_THAT(refusal([&] { make_problem(dataset(Vector{{1.0}}), model, Squared{}, Start{{SignedLog::constant(3, 0.0)}}); }),
              HasSubstr("1 blocks, the model has 2"));
  const Start short_start{{SignedLog::constant(2, 0.0), SignedLog::constant(2, 0.0)}};
  EXPECT_THAT(refusal([&] { make_problem(dataset(Vector{{1.0}}), model, Squared{}, short_start); }),
              HasSubstr("block u has 2 entries"));
}

}  // namespace
}  // namespace penchant
