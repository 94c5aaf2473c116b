#include <gtest/gtest.h>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/limits/solve.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

MinLp problem(Matrix x, Vector y, double p, Vector weights = {}) {
  return {std::make_shared<DenseMap>(std::move(x)), std::move(y), p, std::move(weights)};
}

double penalty(const MinLp& limit, const Vector& beta) {
  double sum = 0.0;
  for (Index j = 0; j < beta.size(); ++j)
    sum += (limit.weights.size() > 0 ? limit.weights[j] : 1.0) * std::pow(std::abs(beta[j]), limit.p);
  return sum;
}

// Every vertex of {Xβ = y}, X (2, d).
double best_vertex(const MinLp& limit, const Matrix& x) {
  double best = 1e300;
  for (Index a = 0; a < x.cols(); ++a)
    for (Index b = a + 1; b < x.cols(); ++b) {
      const std::vector<Index> support = {a, b};
      const Vector at = Matrix(x(Eigen::all, support)).lu().solve(limit.y);
      Vector beta = Vector::Zero(x.cols());
      beta(support) = at;
      best = std::min(best, penalty(limit, beta));
    }
  return best;
}

TEST(MinLp, ends_at_a_vertex_with_at_most_as_many_features_as_samples) {
  for (double p : {0.3, 0.5, 2.0 / 3.0, 0.95})
    for (auto [n, d] : {std::pair<Index, Index>{1, 4}, {3, 10}, {10, 40}}) {
      const Matrix x = gaussian_matrix(n, d, 3);
      const MinLp limit = problem(x, gaussian_vector(n, 4), p);
      const Solution s = solve(limit);
      ASSERT_EQ(s.outcome.status, Status::solved) << s.outcome.text;
      EXPECT_EQ(s.certificate.kind, CertificateKind::first_order_only);
      EXPECT_LE((s.predictor.values.array() != 0.0).count(), n);
      EXPECT_LE(s.certificate.feasibility, 1e-12);
      EXPECT_LE(s.certificate.complementarity, 1e-9);
      EXPECT_NEAR(s.objective, penalty(limit, s.predictor.values), 1e-12 * s.objective);
      EXPECT_NE(s.certificate.text.find("first order only"), std::string::npos);
    }
}

TEST(MinLp, one_equation_is_best_on_the_feature_of_largest_size) {
  const Solution s = solve(problem(Matrix((Matrix(1, 3) << 1.0, -4.0, 2.0).finished()), Vector::Constant(1, 8.0), 0.5));
  EXPECT_LE((s.predictor.values - Eigen::Vector3d(0.0, -2.0, 0.0)).norm(), 1e-14);
  EXPECT_NEAR(s.objective, std::sqrt(2.0), 1e-14);
}

// Not a theorem: on these data, with these starts, it is so in all but a few.
TEST(MinLp, of_eight_starts_the_best_is_mostly_the_best_vertex) {
  int global = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Matrix x = gaussian_matrix(2, 8, seed);
    const MinLp limit = problem(x, gaussian_vector(2, 100 + seed), 0.5);
    const double found = solve(limit).objective, best = best_vertex(limit, x);
    EXPECT_GE(found, best * (1 - 1e-12));
    global += found <= best * (1 + 1e-9) ? 1 : 0;
  }
  EXPECT_GE(global, 17);
}

TEST(MinLp, weights_move_the_choice) {
  const Matrix x = Matrix((Matrix(1, 2) << 1.0, 1.0).finished());
  EXPECT_EQ(solve(problem(x, Vector::Ones(1), 0.5, Eigen::Vector2d(1.0, 2.0))).predictor.values[1], 0.0);
  EXPECT_EQ(solve(problem(x, Vector::Ones(1), 0.5, Eigen::Vector2d(2.0, 1.0))).predictor.values[0], 0.0);
}

TEST(MinLp, a_fit_on_dependent_features_is_no_minimum_and_a_wrong_dual_is_seen) {
  const Matrix x = gaussian_matrix(3, 6, 9);
  const MinLp limit = problem(x, gaussian_vector(3, 10), 0.5);
  Solution spread;
  spread.predictor = solve(MinDistance{limit.x, limit.y, {}}).predictor;
  const Certificate dependent = certify(limit, spread);
  EXPECT_EQ(dependent.complementarity, 1.0);
  EXPECT_NE(dependent.text.find("not a minimum"), std::string::npos);
  Solution s = solve(limit);
  s.dual *= 1.01;
  EXPECT_GE(certify(limit, s).complementarity, 1e-3);
}

TEST(MinLp, nothing_fits_is_proved_and_nothing_asked_is_zero) {
  const Matrix x = Matrix::Ones(2, 3);
  const Solution none = solve(problem(x, Eigen::Vector2d(1.0, 2.0), 0.5));
  EXPECT_EQ(none.outcome.status, Status::infeasible);
  EXPECT_EQ(none.certificate.kind, CertificateKind::infeasible);
  EXPECT_EQ(solve(problem(x, Eigen::Vector2d(0.0, 0.0), 0.5)).predictor.values.norm(), 0.0);
}

TEST(MinLp, p_outside_its_range_is_refused) {
  EXPECT_THROW(solve(problem(Matrix::Ones(1, 2), Vector::Ones(1), 1.0)), InvalidInput);
  EXPECT_THROW(solve(problem(Matrix::Ones(1, 2), Vector::Ones(1), 0.0)), InvalidInput);
}

}  // namespace
}  // namespace penchant
