// Deep networks from small starts whose features depend on each other: feature 5 is 2 + 3 - 4, and all four have grown at the end.
// How they share the fit is decided by their slacks, alpha^{N-2}: by the 9th to 16th digit of what the run has accumulated.
#include <gtest/gtest.h>

#include "support/end_to_end.h"
#include "support/training.h"

namespace penchant {
namespace {

Matrix dependent_features() {
  Matrix x(4, 9);
  x <<  1,  1, -1,  3,  0,  2,  3,  2,  0,
        2,  2,  3,  1,  3,  1,  0, -1, -2,
       -1, -1, -3, -1, -2, -2, -2,  1, -1,
        3,  3, -1,  0,  0, -1,  3, -3, -3;
  return x;
}

Vector planted(const std::vector<double>& from_the_third) {
  Vector out = Vector::Zero(9);
  for (std::size_t k = 0; k < from_the_third.size(); ++k) out[static_cast<Index>(k) + 2] = from_the_third[k];
  return out;
}

Problem network(int depth, double scale, const Vector& beta) {
  return testing::problem_of(dependent_features(), dependent_features() * beta, Diagonal{.depth = depth}, Squared{},
                             InitSpec{.scale = scale});
}

TEST(TheoremC, deep_networks_share_a_fit_among_dependent_features_as_it_says) {
  struct Case {
    int depth;
    double scale;
    bool resolved;  // by the certificate of the limit: it reads X^T s in double, slacks of 1e-12 of dependent features are too
                    // small for it
  };
  for (const Case& c : {Case{4, 1e-4, true}, Case{5, 1e-3, true}, Case{6, 1e-3, false}, Case{6, 3e-3, true}}) {
    const auto training = testing::end_to_end(network(c.depth, c.scale, planted({1.0, 0.5, 0.75, 0.25})), GradientFlow{});
    const Comparison& compared = training.comparison("C.flow");
    EXPECT_EQ(compared.verdict, c.resolved ? Verdict::agrees : Verdict::undecided)
        << "depth " << c.depth << ", scale " << c.scale << ": " << compared.text;
    EXPECT_TRUE(compared.independent);
    EXPECT_LT(compared.distance, 1e-4);
    EXPECT_LT(compared.budget.run, 1e-5) << "reruns at looser tolerance find the same";
  }
}

TEST(TheoremC, equal_columns_stay_equal_at_any_depth) {
  Vector beta = planted({0.0});
  beta[0] = beta[1] = 0.7;
  beta[3] = 0.4;
  for (const int depth : {3, 4, 5, 6, 7, 8})
    for (const double scale : {1e-4, 1e-3, 3e-2}) {
      const Trajectory run = simulate(network(depth, scale, beta), GradientFlow{}, {});
      ASSERT_EQ(run.reason, StopReason::residual) << run.text;
      const Vector& end = run.predictor.values;
      EXPECT_NEAR(end[0], end[1], 1e-12 * end.norm()) << "depth " << depth << ", scale " << scale;
    }
}

}  // namespace
}  // namespace penchant
