#include "penchant/dynamics/ensemble.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/planted.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

EnsembleStart sweep(Index d, Index members, double largest_step) {
  EnsembleStart start{Matrix(d, members), Matrix(d, members), Vector(members)};
  for (Index m = 0; m < members; ++m) {
    start.u.col(m).setConstant(0.1 + 0.01 * static_cast<double>(m));
    start.v.col(m).setConstant(0.1 + 0.01 * static_cast<double>(m));
    start.step_size[m] = largest_step / static_cast<double>(m + 1);
  }
  return start;
}

EnsembleStart member_of(const EnsembleStart& all, Index m) { return {all.u.col(m), all.v.col(m), all.step_size.segment(m, 1)}; }

TEST(Ensemble, a_members_bits_do_not_depend_on_the_batch) {
  for (Index members : {1, 2, 7, 8, 9, 16, 17, 31, 32, 33, 70})
    for (const auto& [n, d] : std::vector<std::pair<Index, Index>>{{5, 11}, {6, 16}, {3, 1}, {35, 11}}) {
      const Matrix x = gaussian_matrix(n, d, 1);
      const Vector y = gaussian_vector(n, 2);
      const EnsembleStart start = sweep(d, members, 0.02);
      const EnsembleEnd together = descend_ensemble(x, y, Reduction::sum, start, 25);
      for (Index m = 0; m < members; m += 3) {
        const EnsembleEnd alone = descend_ensemble(x, y, Reduction::sum, member_of(start, m), 25);
        EXPECT_EQ(Vector(together.u.col(m)), Vector(alone.u.col(0))) << members << " members, " << m;
        EXPECT_EQ(together.loss[m], alone.loss[0]);
      }
    }
}

TEST(Ensemble, a_member_is_gradient_descent_to_the_last_bit_at_every_size) {
  for (Index n : {1, 2, 3, 4, 5, 20, 33, 105})
    for (Index d = 1; d <= 33; ++d) {
      const Matrix x = gaussian_matrix(n, d, 1);
      const Vector y = gaussian_vector(n, 2);
      const double eta = 0.1 / static_cast<double>(n + d);
      const EnsembleEnd end = descend_ensemble(
          x, y, Reduction::mean, {Matrix::Constant(d, 3, 0.25), Matrix::Constant(d, 3, 0.25), Vector::Constant(3, eta)}, 20);
      const Problem problem = testing::problem_of(x, y, Diagonal{}, Squared{Reduction::mean}, InitSpec{.scale = 0.25});
      const Trajectory run = testing::train(problem, GradientDescent{{eta}, 0.0, false, true, false}, {.steps = 20});
      EXPECT_EQ(Vector(end.beta.col(1)), run.predictor.values) << n << " x " << d;
    }
}

TEST(Ensemble, each_member_rests_at_its_own_residual) {
  const Matrix x = gaussian_matrix(4, 9, 1);
  const Vector y = gaussian_vector(4, 2);
  const EnsembleStart start = sweep(9, 20, 0.02);
  const EnsembleEnd end = descend_ensemble(x, y, Reduction::sum, start, 100'000, 1e-6);
  for (Index m = 0; m < 20; ++m) {
    const auto steps = end.steps[static_cast<std::size_t>(m)];
    EXPECT_LE(end.residual[m], 1e-6);
    const EnsembleEnd again = descend_ensemble(x, y, Reduction::sum, member_of(start, m), steps);
    EXPECT_EQ(Vector(end.u.col(m)), Vector(again.u.col(0)));
    EXPECT_GT(descend_ensemble(x, y, Reduction::sum, member_of(start, m), steps - 1).residual[0], 1e-6) << "not a step too late";
  }
}

TEST(Ensemble, divergence_stays_in_its_lane) {
  const Matrix x = gaussian_matrix(4, 9, 1);
  const Vector y = gaussian_vector(4, 2);
  EnsembleStart start = sweep(9, 10, 0.02);
  const EnsembleEnd calm = descend_ensemble(x, y, Reduction::sum, start, 500);
  start.step_size[3] = 50.0;
  const EnsembleEnd wild = descend_ensemble(x, y, Reduction::sum, start, 500);
  EXPECT_FALSE(wild.residual[3] < 1.0);
  for (Index m : {2, 4, 9}) EXPECT_EQ(Vector(wild.u.col(m)), Vector(calm.u.col(m)));
}

TEST(Ensemble, refuses_shapes_that_do_not_match) {
  const Matrix x = gaussian_matrix(4, 9, 1);
  EXPECT_THROW(descend_ensemble(x, gaussian_vector(3, 2), Reduction::sum, sweep(9, 2, 0.1), 1), InvalidInput);
  EXPECT_THROW(descend_ensemble(x, gaussian_vector(4, 2), Reduction::sum, sweep(8, 2, 0.1), 1), InvalidInput);
  EnsembleStart start = sweep(9, 2, 0.1);
  start.step_size[1] = 0.0;
  EXPECT_THROW(descend_ensemble(x, gaussian_vector(4, 2), Reduction::sum, start, 1), InvalidInput);
}

}  // namespace
}  // namespace penchant
