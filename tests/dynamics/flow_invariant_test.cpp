#include "penchant/dynamics/flow_invariant.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

#include "penchant/dynamics/alignment.h"
#include "penchant/dynamics/simulate.h"
#include "support/linear_problem.h"
#include "support/planted.h"

namespace penchant {
namespace {

using Arrays = Eigen::ArrayXXd;
using Wide = boost::multiprecision::cpp_bin_float_100;
using testing::dataset_of;
using testing::gaussian_vector;

constexpr Index kSamples = 4, kFeatures = 9;
// A log is held to its own rounding, up to 140 eps here.
constexpr double kRounding = 1e-13;

// Small integers. Features 0 and 1 are equal, and features 2 + 3 = 4 + 5.
Matrix dependent_features() {
  Matrix x(kSamples, kFeatures);
  x <<  1,  1, -1,  3,  0,  2,  3,  2,  0,
        2,  2,  3,  1,  3,  1,  0, -1, -2,
       -1, -1, -3, -1, -2, -2, -2,  1, -1,
        3,  3, -1,  0,  0, -1,  3, -3, -3;
  return x;
}

// s with x_j·s = 1 - slack_j for four independent features, by Cramer's rule in the wide type.
std::vector<Wide> multipliers(const Matrix& x, const std::vector<Index>& features, const std::vector<Wide>& slacks) {
  const auto n = static_cast<std::size_t>(kSamples);
  std::vector<std::vector<Wide>> a(n, std::vector<Wide>(n + 1));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) a[i][k] = x(static_cast<Index>(k), features[i]);
    a[i][n] = 1 - slacks[i];
  }
  for (std::size_t p = 0; p < n; ++p) {
    std::size_t best = p;
    for (std::size_t i = p; i < n; ++i)
      if (abs(a[i][p]) > abs(a[best][p])) best = i;
    std::swap(a[p], a[best]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == p) continue;
      const Wide share = a[i][p] / a[p][p];
      for (std::size_t k = p; k <= n; ++k) a[i][k] -= share * a[p][k];
    }
  }
  std::vector<Wide> s(n);
  for (std::size_t i = 0; i < n; ++i) s[i] = a[i][n] / a[i][i];
  return s;
}

// The factors' logs on the invariant at s, both terms starting equal.
Arrays point(const Matrix& x, int depth, const std::vector<Wide>& s) {
  Arrays out(x.cols(), 2);
  for (Index j = 0; j < x.cols(); ++j) {
    Wide pull = 0;
    for (Index i = 0; i < x.rows(); ++i) pull += Wide(x(i, j)) * s[static_cast<std::size_t>(i)];
    out(j, 0) = static_cast<double>(-log(1 - pull) / (depth - 2));
    out(j, 1) = static_cast<double>(-log(1 + pull) / (depth - 2));
  }
  return out;
}

FlowInvariant invariant(const Matrix& x, int depth, double log10_slack) {
  return {x, depth, {1.0, -1.0}, Arrays::Zero(x.cols(), 2), -log10_slack * std::log(10.0) / (depth - 2)};
}

// Features 2, 3, 4 have grown, and 5 with them.
std::vector<Wide> grown(const Matrix& x, double log10_slack) {
  const Wide slack = pow(Wide(10), Wide(log10_slack));
  return multipliers(x, {2, 3, 4, 6}, {slack, 2 * slack, slack / 2, Wide(0.4)});
}

TEST(FlowInvariant, a_point_on_it_is_its_own_nearest_at_any_slack) {
  const Matrix x = dependent_features();
  for (const int depth : {3, 4, 6, 8})
    for (const double log10_slack : {-1.0, -8.0, -24.0, -60.0}) {
      const Arrays on_it = point(x, depth, grown(x, log10_slack));
      ASSERT_TRUE(on_it.isFinite().all());
      FlowInvariant kept = invariant(x, depth, log10_slack);
      const auto found = kept.nearest(on_it);
      ASSERT_TRUE(found) << depth << ' ' << log10_slack;
      EXPECT_LT((*found - on_it).abs().maxCoeff(), kRounding) << depth << ' ' << log10_slack;
      EXPECT_LT(kept.departure(on_it), kRounding) << depth << ' ' << log10_slack;
    }
}

// The feature that grew last, in steps whose slacks fall ten-fold each, each with an error of 1e-9 in every log.
TEST(FlowInvariant, steps_with_errors_end_where_the_relation_of_the_slacks_holds) {
  const Matrix x = dependent_features();
  for (const int depth : {4, 8}) {
    FlowInvariant kept = invariant(x, depth, -24.0);
    Arrays now = Arrays::Zero(kFeatures, 2);
    for (int step = 1; step <= 24; ++step) {
      const Arrays ahead = point(x, depth, grown(x, -static_cast<double>(step)));
      Arrays noise(kFeatures, 2);
      for (Index t = 0; t < 2; ++t)
        noise.col(t) = 1e-9 * gaussian_vector(kFeatures, 100 * static_cast<std::uint64_t>(step) + t).array();
      const auto found = kept.nearest(ahead + noise);
      ASSERT_TRUE(found) << step;
      now = *found;
      kept.accept();
    }
    const Eigen::ArrayXd slacks = (-(depth - 2.0) * now.col(0)).exp();
    EXPECT_NEAR((slacks[2] + slacks[3]) / (slacks[4] + slacks[5]), 1.0, 1e-12);
    EXPECT_EQ(now(0, 0), now(1, 0)) << "equal columns";
    EXPECT_LT(kept.taken_back(), 1e-6) << "errors of 1e-9 a step";
    EXPECT_LT(kept.departure(now), 1e-6);
  }
}

// Feature 7 has grown when s is first asked for, and features 2 to 5 when it is asked for again: those that know s best are others.
TEST(FlowInvariant, s_is_asked_of_the_features_that_know_it_best_now) {
  const Matrix x = dependent_features();
  FlowInvariant kept = invariant(x, 6, -24.0);
  std::vector<Wide> along(static_cast<std::size_t>(kSamples));
  for (Index i = 0; i < kSamples; ++i) along[static_cast<std::size_t>(i)] = Wide(0.95) * x(i, 7) / x.col(7).squaredNorm();
  ASSERT_TRUE(kept.nearest(point(x, 6, along)));
  kept.accept();
  Arrays noise(kFeatures, 2);
  for (Index t = 0; t < 2; ++t) noise.col(t) = 1e-9 * gaussian_vector(kFeatures, 50 + static_cast<std::uint64_t>(t)).array();
  const auto found = kept.nearest(point(x, 6, grown(x, -24.0)) + noise);
  ASSERT_TRUE(found);
  EXPECT_LT((*found - point(x, 6, grown(x, -24.0))).abs().maxCoeff(), 1e-7);
  const Eigen::ArrayXd slacks = (-4.0 * found->col(0)).exp();
  EXPECT_NEAR((slacks[2] + slacks[3]) / (slacks[4] + slacks[5]), 1.0, 1e-12);
}

// A run of something else: one factor grows a hundredth faster than its equation says.
TEST(FlowInvariant, another_equation_is_seen_by_what_is_taken_back) {
  const Matrix x = dependent_features();
  FlowInvariant kept = invariant(x, 6, -24.0);
  Arrays before = Arrays::Zero(kFeatures, 2), now = before;
  for (int step = 1; step <= 24; ++step) {
    const Arrays ahead = point(x, 6, grown(x, -static_cast<double>(step)));
    Arrays wrong = now + (ahead - before);
    wrong(5, 0) += 1e-2 * (ahead - before)(5, 0);
    const auto found = kept.nearest(wrong);
    ASSERT_TRUE(found) << step;
    now = *found;
    before = ahead;
    kept.accept();
  }
  EXPECT_GT(kept.departure(now), kLeftRowSpace);
}

// A slack of 1e-12 takes a difference of 1e-12 between the logs of two equal columns, from when both had theirs at 1, to 1.
TEST(FlowInvariant, departures_count_at_the_scale_of_the_slack) {
  const Matrix x = dependent_features();
  const int depth = 6;
  const std::vector<Wide> s = multipliers(x, {0, 2, 3, 6}, {Wide(1e-12), Wide(0.3), Wide(0.6), Wide(0.4)});
  Arrays moved = point(x, depth, s);
  const FlowInvariant kept = invariant(x, depth, -12.0);
  EXPECT_LT(kept.departure(moved), kRounding);
  moved(1, 0) = -std::log(1.5e-12) / (depth - 2.0);
  EXPECT_NEAR(kept.departure(moved) * moved.maxCoeff(), std::log(1.5) / (depth - 2.0), 1e-3);
  // beside what the features moved by it is nothing, which is all that a share of the way shows
  EXPECT_LT(std::exp(-(depth - 2.0) * moved(0, 0)), 1e-11);
}

TEST(FlowInvariant, goes_on_from_what_was_saved) {
  const Matrix x = dependent_features();
  FlowInvariant kept = invariant(x, 4, -24.0), again = invariant(x, 4, -24.0);
  ASSERT_TRUE(kept.nearest(point(x, 4, grown(x, -9.0))));
  kept.accept();
  kept.forget();
  Writer out;
  kept.save(out);
  const std::string bytes = std::move(out).take();
  Reader in(bytes);
  again.load(in);
  const Arrays next = point(x, 4, grown(x, -10.0)) + 1e-9;
  const auto one = kept.nearest(next), other = again.nearest(next);
  ASSERT_TRUE(one && other);
  EXPECT_TRUE((*one == *other).all());
  EXPECT_EQ(kept.taken_back(), again.taken_back());
}

// Networks whose features depend on each other, from starts whose slacks end between 1e-3 and 1e-24.
TEST(FlowInvariant, deep_runs_keep_to_it) {
  Vector planted = Vector::Zero(kFeatures);
  planted.segment(2, 4) << 1.0, 0.5, 0.75, 0.25;
  const Matrix x = dependent_features();
  const Vector y = x * planted;
  for (const int depth : {3, 4, 5, 6, 7, 8})
    for (const double log10_scale : {-4.0, -3.0, -1.5})
      for (const Coordinates coordinates : {Coordinates::log_weights, Coordinates::weights}) {
        if (coordinates == Coordinates::weights && depth > 5) continue;  // many more steps
        const Problem problem =
            make_problem(dataset_of(x, y), Diagonal{.depth = depth}, Squared{}, InitSpec{.scale = std::pow(10.0, log10_scale)});
        const Trajectory run = simulate(problem, GradientFlow{.coordinates = coordinates}, {});
        const std::string what = cat("depth ", depth, ", log10 scale ", log10_scale, ", ", run.coordinates);
        ASSERT_EQ(run.reason, StopReason::residual) << what << ": " << run.text;
        const Vector& beta = run.predictor.values;
        EXPECT_LT(std::abs(beta[0] - beta[1]), 1e-12 * beta.norm()) << what;
        EXPECT_LT(run.snapshots.back().alignment, kLeftRowSpace) << what;
        if (log10_scale > -3.0) continue;  // the negative terms show
        const Eigen::ArrayXd slacks = beta.segment(2, 4).array().pow((2.0 - depth) / depth);
        EXPECT_NEAR((slacks[2] + slacks[3]) / (slacks[0] + slacks[1]), 1.0, 1e-8) << what;
      }
}

// At a tolerance of a hundredth a run in weights loses what its flow keeps, and nothing else would tell.
TEST(FlowInvariant, a_run_that_left_the_row_space_says_so) {
  const Matrix x = dependent_features();
  const auto trained = [&](double rtol) {
    const Problem problem =
        make_problem(dataset_of(x, x.col(2) + 0.5 * x.col(3)), Diagonal{.depth = 2}, Squared{}, InitSpec{.scale = 1e-3});
    return simulate(problem, GradientFlow{.coordinates = Coordinates::weights, .rtol = rtol}, {});
  };
  const Trajectory loose = trained(1e-2), tight = trained(1e-11);
  ASSERT_GT(loose.snapshots.back().alignment, kLeftRowSpace);
  EXPECT_NE(loose.text.find("off the row space by"), std::string::npos) << loose.text;
  ASSERT_LT(tight.snapshots.back().alignment, kLeftRowSpace);
  EXPECT_EQ(tight.text.find("off the row space"), std::string::npos) << tight.text;
}

}  // namespace
}  // namespace penchant
