// The weights nearest to α that fit, against training: at depth 2 they are where a flow of depth 4 from √α ends,
// and not where one of depth 2 from α does.
#include <gtest/gtest.h>

#include "penchant/dynamics/simulate.h"
#include "penchant/limits/solve.h"
#include "support/end_to_end.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

constexpr Index kSamples = 5, kFeatures = 12;

Problem network(int depth, double scale) {
  const Diagonal model{.depth = depth};
  return make_problem(testing::dataset_of(gaussian_matrix(kSamples, kFeatures, 91) / 2.0, gaussian_vector(kSamples, 92)), model,
                      Squared{}, testing::start_at(scale, model, kFeatures));
}

TEST(ExplicitDistance, of_depth_two_is_where_the_flow_of_depth_four_from_the_root_ends) {
  for (double alpha : {0.02, 0.3, 1.5}) {
    const auto deep = testing::end_to_end(network(4, std::sqrt(alpha)), GradientFlow{.coordinates = Coordinates::weights});
    const ExplicitDistance nearest{deep.problem.data->features, deep.problem.data->targets, 2, std::log(alpha), false};
    const Comparison same = testing::against(deep, "C.flow", nearest);
    EXPECT_EQ(testing::verdict(same), "agrees") << alpha;
    const auto flow = testing::end_to_end(network(2, alpha), GradientFlow{.coordinates = Coordinates::weights});
    EXPECT_GT(testing::excess(testing::against(flow, "C.flow", nearest)), 10.0) << alpha;
  }
}

// S0's question, answered at depth 3: as α -> 0 the nearest weights leave the flow, whose limit is least ℓ1 norm.
TEST(ExplicitDistance, of_depth_three_is_not_where_its_flow_ends_however_small_the_start) {
  const auto flow = testing::end_to_end(network(3, 0.05), GradientFlow{.coordinates = Coordinates::weights});
  const ExplicitDistance nearest{flow.problem.data->features, flow.problem.data->targets, 3, std::log(0.05), false};
  const Comparison apart = testing::against(flow, "C.flow", nearest);
  EXPECT_GT(apart.distance, 10.0 * flow.comparison("C.flow").budget.total());
  EXPECT_EQ(apart.verdict, Verdict::undecided);  // a stationary point has no distance bound: the verdict does not pretend to one
}

}  // namespace
}  // namespace penchant
