#include "penchant/lab/recovery.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/tolerance.h"

namespace penchant {
namespace {

Dataset planted(const Vector& truth) {
  Dataset data = *make_dataset(Matrix::Ones(2, truth.size()), Vector::Ones(2));
  data.truth = truth;
  return data;
}

Predictor point(const Vector& w) {
  Predictor out;
  out.values = w;
  return out;
}

Vector vec(std::initializer_list<double> entries) {
  Vector out(static_cast<Index>(entries.size()));
  std::copy(entries.begin(), entries.end(), out.begin());
  return out;
}

TEST(Recovery, errors_and_support_of_a_point_worked_out_by_hand) {
  // two planted, 3 and -4; found above 0.03: 3 (planted), 0.5 (not); -0.02 is below
  const Recovery r = recovery_of(planted(vec({3, -4, 0, 0})), point(vec({3, -0.02, 0.5, 0})));
  EXPECT_NEAR(r.truth_error, 3.98 * 3.98 + 0.25, 1e-14 * 20);
  EXPECT_NEAR(r.relative_error, std::sqrt(3.98 * 3.98 + 0.25) / 5.0, testing::rounding(10));
  EXPECT_NEAR(r.error_l1, 4.48, testing::rounding(10) * 5.0);
  EXPECT_EQ(r.precision, 0.5);
  EXPECT_EQ(r.recall, 0.5);
  EXPECT_EQ(r.exact, 0.0);
}

TEST(Recovery, support_is_exact_if_some_threshold_separates_it) {
  const Dataset data = planted(vec({3, -4, 0, 0}));
  EXPECT_EQ(recovery_of(data, point(vec({0.2, -1, 0.1, 0.19}))).exact, 1.0) << "though both others are above 0.01 of the largest";
  EXPECT_EQ(recovery_of(data, point(vec({0.2, -1, 0.1, 0.2}))).exact, 0.0) << "a tie separates nothing";
  EXPECT_EQ(recovery_of(data, point(vec({0.2, 1, 0, 0}))).recall, 1.0);
  const Recovery nothing = recovery_of(data, point(Vector::Zero(4)));
  EXPECT_TRUE(std::isnan(nothing.precision));
  EXPECT_EQ(nothing.recall, 0.0);
  EXPECT_EQ(nothing.relative_error, 1.0);
}

TEST(Recovery, means_nothing_without_a_planted_vector_of_this_length) {
  Dataset data = planted(vec({1, 0}));
  EXPECT_TRUE(std::isnan(recovery_of(data, point(Vector::Zero(3))).truth_error));
  EXPECT_TRUE(recovery_value(data, point(Vector::Zero(3))).is_null());
  data.truth.reset();
  EXPECT_TRUE(std::isnan(recovery_of(data, point(Vector::Zero(2))).exact));
}

TEST(Recovery, the_best_moment_to_stop_is_the_nearest_snapshot) {
  Trajectory run;
  for (const double x : {0.0, 0.9, 1.5}) {
    run.snapshots.emplace_back();
    run.snapshots.back().log10_time = 2.0 * x;
    run.snapshots.back().predictor = point(vec({x, 0}));
  }
  const EarlyStop best = best_stop(planted(vec({1, 0})), run);
  EXPECT_NEAR(best.truth_error, 0.01, testing::rounding(4));
  EXPECT_EQ(best.log10_time, 1.8);
  EXPECT_TRUE(std::isnan(best_stop(planted(vec({1, 0, 0})), run).truth_error));
}

TEST(Recovery, best_term_errors_are_what_the_largest_terms_leave) {
  const Vector errors = best_term_errors(vec({1, -8, 0, 4, 2}));
  EXPECT_EQ(errors, vec({7, 3, 1, 0, 0}));
  EXPECT_EQ(best_term_errors(vec({1e-20, 1.0}))[0], 1e-20) << "no digits are lost to the large terms";
}

}  // namespace
}  // namespace penchant
