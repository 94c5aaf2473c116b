#include <gtest/gtest.h>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/random.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/explicit_distance.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/solve.h"
#include "penchant/limits/stationary.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

constexpr double kCertified = 1e-10;   // relative gap
constexpr double kStationary = 1e-9;

ExplicitDistance problem(Matrix x, Vector y, int depth, double log_scale) {
  return {std::make_shared<DenseMap>(std::move(x)), std::move(y), depth, log_scale, false};
}

// Another fit: β plus a vector of the null space.
Vector moved(const Matrix& x, const Vector& beta, std::uint64_t seed, double size) {
  const Vector step = Feasible(x).project(gaussian_vector(x.cols(), seed), Vector::Zero(x.rows()));
  return beta + size * beta.norm() / step.norm() * step;
}

TEST(ExplicitLimit, one_equation_of_equal_features_is_shared_where_the_penalty_is_convex) {
  const ExplicitDistance limit = problem(Matrix::Ones(1, 4), Vector::Constant(1, 8.0), 2, std::log(0.5));
  const Solution s = solve(limit);
  EXPECT_LE((s.predictor.values.array() - 2.0).abs().maxCoeff(), 1e-12);
  EXPECT_NEAR(s.objective, 4 * explicit_coordinate(2, std::log(0.5), 2.0).value, 1e-12);
  EXPECT_NEAR(s.dual[0], std::exp(explicit_coordinate(2, std::log(0.5), 2.0).log_slope), 1e-11);
}

TEST(ExplicitLimit, depth_two_is_certified_at_every_scale) {
  for (auto [n, d] : {std::pair<Index, Index>{1, 3}, {4, 9}, {10, 30}, {5, 6}})
    for (double log_scale : {-690.0, -80.0, -10.0, -2.0, 0.0, 2.3}) {
      const Matrix x = gaussian_matrix(n, d, 5);
      const ExplicitDistance limit = problem(x, gaussian_vector(n, 6), 2, log_scale);
      const Solution s = solve(limit);
      EXPECT_EQ(s.outcome.status, Status::solved) << n << "x" << d << " " << log_scale << ": " << s.outcome.text;
      EXPECT_EQ(s.certificate.kind, CertificateKind::bracket);
      EXPECT_LE(s.certificate.relative_gap, kCertified);
      EXPECT_NEAR(s.certificate.upper / explicit_distance(2, log_scale, s.predictor.values), 1.0, 1e-9) << log_scale;
      for (std::uint64_t seed = 0; seed < 5 && d > n; ++seed)
        EXPECT_GE(explicit_distance(2, log_scale, moved(x, s.predictor.values, seed, 0.1)), s.certificate.lower * (1 - 1e-12));
    }
}

TEST(ExplicitLimit, positive_factors_are_the_squares_nearest_to_the_start) {
  Matrix x = gaussian_matrix(3, 8, 21).cwiseAbs();
  const Vector y = x * gaussian_vector(8, 22).cwiseAbs();
  ExplicitDistance limit = problem(x, y, 2, std::log(0.3));
  limit.positive = true;
  const Solution s = solve(limit);
  ASSERT_EQ(s.outcome.status, Status::solved) << s.outcome.text;
  const auto value = [](const Vector& beta) { return (beta.array().sqrt() - 0.3).square().sum(); };
  EXPECT_NEAR(s.certificate.upper, value(s.predictor.values), 1e-9);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Vector other = moved(x, s.predictor.values, seed, 0.02);
    if (other.minCoeff() >= 0.0) {
      EXPECT_GE(value(other), s.certificate.lower);
    }
  }
}

TEST(ExplicitLimit, deeper_is_stationary_a_local_minimum_and_says_no_more) {
  for (int depth : {3, 4, 5})
    for (double log_scale : {-690.0, -20.0, -3.0, -1.0}) {
      const Matrix x = gaussian_matrix(8, 24, 31);
      const ExplicitDistance limit = problem(x, gaussian_vector(8, 32), depth, log_scale);
      const Solution s = solve(limit);
      EXPECT_EQ(s.outcome.status, Status::solved) << depth << " " << log_scale << ": " << s.outcome.text;
      EXPECT_EQ(s.certificate.kind, CertificateKind::first_order_only);
      EXPECT_NE(s.certificate.text.find("first order only"), std::string::npos);
      EXPECT_NE(s.certificate.text.find("strict local minimum"), std::string::npos) << s.certificate.text;
      EXPECT_LE(s.certificate.complementarity, kStationary);
      EXPECT_LE(s.certificate.feasibility, 1e-12);
      for (std::uint64_t seed = 0; seed < 5; ++seed)
        EXPECT_GE(explicit_distance(depth, log_scale, moved(x, s.predictor.values, seed, 1e-3)), s.objective * (1 - 1e-12));
    }
}

// As far as any better point reaches, the penalty is convex: then the local minimum is the global one, and a dual shows it.
TEST(ExplicitLimit, deeper_is_certified_where_the_start_is_large_enough_for_the_penalty_to_be_convex) {
  const Matrix x = gaussian_matrix(5, 12, 41);
  const ExplicitDistance limit = problem(x, gaussian_vector(5, 42), 3, std::log(10.0));
  const Solution s = solve(limit);
  EXPECT_EQ(s.outcome.status, Status::solved) << s.outcome.text;
  ASSERT_EQ(s.certificate.kind, CertificateKind::bracket) << s.certificate.text;
  const MinDistance least{limit.x, limit.y, {}};
  EXPECT_LE(relative_distance(s.predictor.values, solve(least).predictor.values), 1e-3);  // a kernel already
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_GE(explicit_distance(3, limit.log_scale, moved(x, s.predictor.values, seed, 0.3)), s.certificate.lower);
}

TEST(ExplicitLimit, bounds_from_any_point_and_dual_never_exclude_the_best_known_value) {
  const RandomKey key(3, "duals");
  for (double log_scale : {-2.0, 0.0, 2.0}) {
    const Matrix x = gaussian_matrix(4, 10, 51);
    const ExplicitDistance limit = problem(x, gaussian_vector(4, 52), 3, log_scale);
    const Solution best = solve(limit);
    for (std::uint32_t trial = 0; trial < 50; ++trial) {
      Solution point;
      point.predictor = Predictor::vector(moved(x, best.predictor.values, trial, 0.5 * uniform(key, trial, 0, 0)));
      if (trial % 2 == 0) point.dual = best.dual + uniform(key, trial, 1, 0) * gaussian_vector(4, trial);
      const Certificate c = certify(limit, point);
      EXPECT_GE(c.upper, best.objective * (1 - 1e-12));
      if (!std::isnan(c.lower)) {
        EXPECT_LE(c.lower, best.objective * (1 + 1e-12));
      }
    }
  }
}

TEST(ExplicitLimit, a_fit_that_is_not_stationary_is_seen) {
  const Matrix x = gaussian_matrix(4, 10, 61);
  const ExplicitDistance limit = problem(x, gaussian_vector(4, 62), 3, -1.0);
  Solution s = solve(limit);
  s.predictor.values = moved(x, s.predictor.values, 1, 1e-3);
  s.dual.resize(0);
  EXPECT_GE(certify(limit, s).complementarity, 1e-5);
}

TEST(ExplicitLimit, several_starts_find_fits_as_good_as_a_thousand_random_ones) {
  const Matrix x = gaussian_matrix(3, 7, 71);
  const Vector y = gaussian_vector(3, 72);
  const ExplicitDistance limit = problem(x, y, 3, -12.0);
  const Solution s = solve(limit);
  // α -> 0: the best is a vertex. All of them, by enumeration.
  double best = 1e300;
  for (Index a = 0; a < 7; ++a)
    for (Index b = a + 1; b < 7; ++b)
      for (Index c = b + 1; c < 7; ++c) {
        const std::vector<Index> support = {a, b, c};
        const Matrix columns = x(Eigen::all, support);
        best = std::min(best, columns.lu().solve(y).cwiseAbs().array().pow(2.0 / 3.0).sum());
      }
  EXPECT_NEAR(s.objective / best, 1.0, 1e-3);
}

TEST(ExplicitLimit, nothing_fits_and_nothing_to_do_are_said) {
  Matrix x = Matrix::Ones(2, 3);
  const Solution none = solve(problem(x, Eigen::Vector2d(1.0, 2.0), 3, -1.0));
  EXPECT_EQ(none.outcome.status, Status::infeasible);
  EXPECT_EQ(none.certificate.kind, CertificateKind::infeasible);
  const Solution twice = solve(problem(x, Eigen::Vector2d(1.0, 1.0), 3, -1.0));
  EXPECT_EQ(twice.outcome.status, Status::solved) << twice.outcome.text;  // a repeated row
  const Solution zero = solve(problem(x, Eigen::Vector2d(0.0, 0.0), 3, -1.0));
  EXPECT_EQ(zero.outcome.status, Status::solved);
  EXPECT_EQ(zero.predictor.values.norm(), 0.0);
}

TEST(ExplicitLimit, bad_keys_are_refused_by_name) {
  const auto of = [](Value table) { return testing::refusal([&] { limit_from(table, Where{"limit"}); }); };
  EXPECT_NE(of(Value::object({{"kind", "explicit_distance"}})).find("needs the key scale"), std::string::npos);
  EXPECT_NE(
      of(Value::object({{"kind", "explicit_distance"}, {"scale", 1.0}, {"depth", 3}, {"positive", true}})).find("depth 2 only"),
      std::string::npos);
  EXPECT_NE(of(Value::object({{"kind", "explicit_distance"}, {"scale", 0.0}})).find("expected a number > 0"), std::string::npos);
  EXPECT_NE(of(Value::object({{"kind", "explicit_distance"}, {"scale", 1.0}, {"p", 0.5}})).find("does not read the key p"),
            std::string::npos);
  EXPECT_NE(of(Value::object({{"kind", "min_lp"}, {"p", 1.0}})).find("min_l1"), std::string::npos);
  EXPECT_NE(of(Value::object({{"kind", "min_lp"}, {"p", 1.5}})).find("(0, 1)"), std::string::npos);
  EXPECT_NE(of(Value::object({{"kind", "min_lp"}})).find("needs the key p"), std::string::npos);
  EXPECT_NE(of(Value::object({{"kind", "bregman_projection"}, {"potential", "p_norm"}, {"p", 0.5}})).find("a number > 1"),
            std::string::npos);
}

}  // namespace
}  // namespace penchant
