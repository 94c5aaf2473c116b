// Steepest descent in l1, l2 and linf: on separable classification the max margin in the norm (theory D2);
// on squared loss the nearest fit for l2 and no norm at all for l1 and linf (theory A3).
#include "penchant/core/decompositions.h"
#include "penchant/dynamics/steepest.h"

#include <gtest/gtest.h>

#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

constexpr Index kSamples = 3, kFeatures = 7;
Matrix features(std::uint64_t seed) { return gaussian_matrix(kSamples, kFeatures, 100 + seed); }
Vector targets(std::uint64_t seed) { return gaussian_vector(kSamples, 200 + seed); }

Vector end_of(std::uint64_t seed, const Steepest& dynamics) {
  const auto stepper = make_steepest(linear_problem(features(seed), targets(seed), Vector::Zero(kFeatures)), dynamics);
  while (stepper->progress().residual > 1e-12 && stepper->progress().steps < 1e6 && stepper->advance(kInfinity, 100)) {
  }
  EXPECT_LE(stepper->progress().residual, 1e-11);
  return stepper->snapshot().predictor.values;
}

// min |beta|_1 s.t. X beta = y is at a point with 3 non-zeros: all 35 of them.
double smallest_l1(const Matrix& x, const Vector& y) {
  double best = kInfinity;
  for (Index a = 0; a < kFeatures; ++a)
    for (Index b = a + 1; b < kFeatures; ++b)
      for (Index c = b + 1; c < kFeatures; ++c) {
        Eigen::Matrix3d columns;
        columns << x.col(a), x.col(b), x.col(c);
        best = std::min(best, (columns.inverse() * Eigen::Vector3d(y)).lpNorm<1>());
      }
  return best;
}

// min |beta|_inf is at a point with 5 entries ±t and two in between: all 21 · 32 of them.
double smallest_linf(const Matrix& x, const Vector& y) {
  double best = kInfinity;
  for (Index a = 0; a < kFeatures; ++a)
    for (Index b = a + 1; b < kFeatures; ++b)
      for (int bits = 0; bits < 128; ++bits) {
        if ((bits >> a) & 1 || (bits >> b) & 1) continue;
        Vector signs = Vector::Zero(kFeatures);
        for (Index j = 0; j < kFeatures; ++j)
          if (j != a && j != b) signs[j] = (bits >> j) & 1 ? 1.0 : -1.0;
        Eigen::Matrix3d columns;
        columns << x * signs, x.col(a), x.col(b);
        const Eigen::Vector3d solution = columns.inverse() * Eigen::Vector3d(y);
        if (solution[0] >= solution.tail<2>().lpNorm<Eigen::Infinity>()) best = std::min(best, solution[0]);
      }
  return best;
}

TEST(SteepestSystem, in_l2_it_is_gradient_descent_and_ends_at_the_nearest_fit) {
  const Matrix x = features(0);
  const Vector start = gaussian_vector(kFeatures, 9);
  for (const StepSize& step : {StepSize{}, StepSize{0.3 / smoothness(DenseMap(x), SteepestNorm::l2)}}) {
    const auto stepper = make_steepest(linear_problem(x, targets(0), start), steepest(SteepestNorm::l2, step));
    while (stepper->progress().residual > 1e-13 && stepper->advance(kInfinity, 100)) {
    }
    EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, nearest_fit(x, targets(0), start)), 1e-10);
    EXPECT_LE(stepper->snapshot().alignment, 1e-12);
  }
}

TEST(SteepestSystem, coordinate_descent_is_near_the_smallest_l1_norm_on_some_data_and_not_it_on_others) {
  int at_minimum = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const double excess =
        end_of(seed, steepest(SteepestNorm::l1, {1e-2})).lpNorm<1>() / smallest_l1(features(seed), targets(seed)) - 1.0;
    EXPECT_GE(excess, -1e-9) << "nothing is below the minimum";
    EXPECT_LE(excess, 0.1);
    at_minimum += excess < 1e-6;
  }
  EXPECT_GE(at_minimum, 1);
  EXPECT_LE(at_minimum, 4);
}

TEST(SteepestSystem, on_squared_loss_l1_and_linf_end_at_the_minimum_of_no_norm) {
  const Matrix x = features(0);
  const Vector y = targets(0), l2 = nearest_fit(x, y, Vector::Zero(kFeatures));
  for (const Steepest& dynamics : {steepest(SteepestNorm::l1), steepest(SteepestNorm::l1, {1e-3}),
                                   steepest(SteepestNorm::l1, {}, CoordinateRule::cyclic), steepest(SteepestNorm::linf)}) {
    const Vector end = end_of(0, dynamics);
    EXPECT_GE(relative_distance(end, l2), 0.2);
    EXPECT_GE(end.lpNorm<1>(), 1.01 * smallest_l1(x, y));
    EXPECT_GE(end.lpNorm<Eigen::Infinity>(), 1.01 * smallest_linf(x, y));
  }
}

TEST(SteepestSystem, on_squared_loss_the_end_depends_on_the_step) {
  const Vector end = end_of(0, steepest(SteepestNorm::l1)), small = end_of(0, steepest(SteepestNorm::l1, {1e-3}));
  EXPECT_GE(relative_distance(end, small), 0.01);
}

// Margins of two samples z in the norm of the method: max_beta min_i z_i.beta/|beta| = min_q |Z^T q|_* over q = (t, 1-t),
// by ternary search.
double norm(const Vector& v, SteepestNorm kind) {
  if (kind == SteepestNorm::l1) return v.lpNorm<1>();
  return kind == SteepestNorm::l2 ? v.norm() : v.lpNorm<Eigen::Infinity>();
}
SteepestNorm dual(SteepestNorm kind) {
  if (kind == SteepestNorm::l1) return SteepestNorm::linf;
  return kind == SteepestNorm::l2 ? SteepestNorm::l2 : SteepestNorm::l1;
}
double largest_margin(const Matrix& z, SteepestNorm kind) {
  const auto value = [&](double t) { return norm(t * z.row(0).transpose() + (1.0 - t) * z.row(1).transpose(), dual(kind)); };
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 200; ++i) {
    const double left = low + (high - low) / 3.0, right = high - (high - low) / 3.0;
    (value(left) < value(right) ? high : low) = value(left) < value(right) ? right : left;
  }
  return value(0.5 * (low + high));
}
double gap(const Matrix& z, const Vector& beta, SteepestNorm kind) {
  return 1.0 - (z * beta).minCoeff() / norm(beta, kind) / largest_margin(z, kind);
}

TEST(SteepestSystem, on_separable_data_each_norm_ends_at_its_own_largest_margin) {
  const Matrix z{{1.0, 2.0, -1.0}, {2.0, -0.5, 1.5}};
  const DenseMap map(z);
  for (SteepestNorm kind : {SteepestNorm::l1, SteepestNorm::l2, SteepestNorm::linf})
    for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
      // η = 0.5/(S L): the loss falls at every step because its curvature is at most L; log t grows with the steps.
      const StepSize step{LossProportionalStep{0.5 / smoothness(map, kind)}};
      const auto stepper = make_steepest(linear_problem(z, Vector::Ones(2), Vector::Zero(3), loss), steepest(kind, step));
      stepper->advance(kInfinity, 2000);
      const double early = gap(z, stepper->snapshot().predictor.values, kind);
      stepper->advance(kInfinity, 38'000);
      const Vector beta = stepper->snapshot().predictor.values;
      EXPECT_LE(gap(z, beta, kind), 1e-3);
      EXPECT_LE(gap(z, beta, kind), 0.2 * early) << "it goes on falling";
      for (SteepestNorm other : {SteepestNorm::l1, SteepestNorm::l2, SteepestNorm::linf}) {
        if (other == kind) continue;
        EXPECT_GE(gap(z, beta, other), 0.01) << "another norm has another answer";
      }
    }
}

TEST(SteepestSystem, constant_steps_have_the_same_margin_with_time_as_the_clock) {
  const Matrix z{{1.0, 2.0, -1.0}, {2.0, -0.5, 1.5}};
  for (SteepestNorm kind : {SteepestNorm::l1, SteepestNorm::linf}) {
    const auto stepper = make_steepest(linear_problem(z, Vector::Ones(2), Vector::Zero(3), Exponential{}), steepest(kind));
    stepper->advance(kInfinity, 300);
    const double early = gap(z, stepper->snapshot().predictor.values, kind);
    stepper->advance(kInfinity, 300'000);
    EXPECT_LE(gap(z, stepper->snapshot().predictor.values, kind), 0.7 * early);  // O(1/log t) at log t of 6 and 13
  }
}

}  // namespace
}  // namespace penchant
