#include "penchant/core/decompositions.h"
#include "penchant/theory/least_norm_risk.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/planted.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

struct Sample {
  double mean, error;
};

// The average over draws of X, e and a fixed β*, by a decomposition of Eigen's.
Sample measured(Index n, Index d, double noise, int draws) {
  Vector truth = gaussian_vector(d, 1);
  truth /= truth.norm();
  double sum = 0.0, squares = 0.0;
  for (int k = 0; k < draws; ++k) {
    const Matrix x = gaussian_matrix(n, d, 1000 + 2 * k);
    const Vector y = x * truth + std::sqrt(noise) * gaussian_vector(n, 1001 + 2 * k);
    const double risk = (Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(x).solve(y) - truth).squaredNorm();
    sum += risk;
    squares += risk * risk;
  }
  const double mean = sum / draws;
  return {mean, std::sqrt((squares / draws - mean * mean) / draws)};
}

TEST(LeastNormRisk, is_the_average_over_gaussian_data_on_both_sides_of_the_peak) {
  constexpr double kFourDeviations = 4.0;  // one false alarm in 16000 for each of the five cases
  for (auto [n, d] : {std::pair<Index, Index>{20, 8}, {20, 14}, {20, 30}, {20, 60}, {10, 100}}) {
    const Sample sample = measured(n, d, 0.25, 400);
    EXPECT_NEAR(sample.mean, least_norm_risk(double(n), double(d), 1.0, 0.25), kFourDeviations * sample.error) << n << ", " << d;
  }
}

TEST(LeastNormRisk, peaks_where_samples_meet_features_and_has_no_variance_without_noise) {
  EXPECT_TRUE(std::isinf(least_norm_risk(20, 20, 1, 0.1)));
  EXPECT_TRUE(std::isinf(least_norm_risk(20, 21, 1, 0.1)));
  EXPECT_EQ(least_norm_risk(20, 40, 1, 0), 0.5);
  EXPECT_EQ(least_norm_risk(20, 10, 1, 0), 0.0);
  EXPECT_GT(least_norm_risk(20, 23, 1, 0.1), least_norm_risk(20, 100, 1, 0.1));
  EXPECT_TRUE(std::isnan(least_norm_risk(0, 5, 1, 0.1)));
}

}  // namespace
}  // namespace penchant
