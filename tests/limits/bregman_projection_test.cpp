#include <gtest/gtest.h>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/limits/bregman_gap.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solve.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/planted.h"
#include "support/q_alpha_cases.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

constexpr double kFit = 1e-12;        // the solver's promise on ‖Xβ-y‖/‖y‖
constexpr double kCertified = 1e-10;  // the certificate's relative gap
constexpr double kOptimal = 1e-9;     // z of the form against X^T s

BregmanProjection problem(const Matrix& x, const Vector& y, Potential potential, SignedLog origin = {}) {
  return {std::make_shared<DenseMap>(x), y, std::move(potential), std::move(origin)};
}

Solution solved(const BregmanProjection& limit) {
  Solution s = solve_bregman_projection(limit, {});
  s.certificate = certify_bregman_projection(limit, s);
  return s;
}

void expect_certified(const Solution& s, const std::string& what) {
  EXPECT_EQ(s.outcome.status, Status::solved) << what << ": " << s.outcome.text;
  EXPECT_EQ(s.certificate.kind, CertificateKind::bracket) << what << ": " << s.certificate.text;
  EXPECT_LE(s.certificate.feasibility, kFit) << what;
  EXPECT_LE(s.certificate.relative_gap, kCertified) << what;
}

std::vector<Potential> signed_potentials(Index d) {
  const Matrix root = gaussian_matrix(d, d, 70);
  return {Euclidean{}, Hypentropy{-3.0}, ShiftedHypentropy{gaussian_vector(d, 71), gaussian_vector(d, 72)}, PNorm{1.3}, PNorm{3.0},
          PNorm{10.0}, SquaredPNorm{1.5},
          SquaredPNorm{3.0}, Quadratic{root * root.transpose() + Matrix::Identity(d, d)},
          DeepDiagonal{3, gaussian_vector(d, 73), gaussian_vector(d, 74)}, DeepDiagonal{5, Vector::Constant(d, -3.0),
                                                                                        Vector::Constant(d, -3.0)}};
}

std::vector<Potential> positive_potentials(Index d) {
  return {Entropy{}, Burg{}, DeepDiagonal{3, gaussian_vector(d, 75), {}}, DeepDiagonal{4, Vector::Constant(d, -5.0), {}}};
}

// Xβ = 0 with X > 0 leaves β = 0 alone; the feature without data keeps its start.
TEST(BregmanProjection, minimisers_at_the_edge_of_the_domain_are_bounded) {
  const Vector log_start = Vector::Constant(3, std::log(0.3));
  const Matrix x{{0.6, 0.2, 0.0}, {0.5, 0.9, 0.0}};
  for (const bool deep : {false, true}) {
    BregmanProjection limit{std::make_shared<DenseMap>(x), Vector::Zero(2), Entropy{}, {log_start, Vector::Ones(3)}};
    if (deep) limit = {limit.x, limit.y, DeepDiagonal{3, log_start, {}}, {}};
    const Solution solution = solve(limit);
    const Vector exact{{0.0, 0.0, deep ? 0.027 : 0.3}};
    EXPECT_EQ(solution.certificate.kind, CertificateKind::bracket) << solution.certificate.text;
    const double distance = (solution.predictor.values - exact).norm();
    EXPECT_LE(distance, solution.certificate.distance_bound + 1e-16);
    EXPECT_LT(solution.certificate.distance_bound, 1e-4);
  }
}

TEST(BregmanProjection, one_constraint_has_its_closed_forms) {
  const Matrix x = Matrix::Ones(1, 4);
  const Vector y = Vector::Constant(1, 8.0);  // by symmetry β = 2 everywhere
  for (const Potential& potential : {Potential(Entropy{}), Potential(Burg{}), Potential(Hypentropy{0.0}), Potential(PNorm{1.5}),
                                     Potential(SquaredPNorm{4.0}), Potential(DeepDiagonal{4, Vector::Zero(4), Vector::Zero(4)})}) {
    const Solution s = solved(problem(x, y, potential));
    EXPECT_LE((s.predictor.values.array() - 2.0).abs().maxCoeff(), kFit) << potential.index();
  }
  EXPECT_NEAR(solved(problem(x, y, Entropy{})).dual[0], std::log(2.0), kFit);
  EXPECT_NEAR(solved(problem(x, y, Burg{})).dual[0], 0.5, kFit) << "-1/2 = -1 + s";
  EXPECT_NEAR(solved(problem(x, y, Hypentropy{0.0})).dual[0], std::asinh(2.0), kFit);
  EXPECT_NEAR(solved(problem(x, y, PNorm{1.5})).dual[0], std::sqrt(2.0), kFit);
  EXPECT_NEAR(solved(problem(x, y, Entropy{})).certificate.upper, 4.0 * (2.0 * std::log(2.0) - 1.0), kFit) << "Σ β log β - β + 1";
}

TEST(BregmanProjection, every_potential_is_solved_and_certified) {
  const Matrix x = gaussian_matrix(8, 20, 60);
  for (const Potential& potential : signed_potentials(20))
    expect_certified(solved(problem(x, gaussian_vector(8, 61), potential)), std::to_string(potential.index()));
  const Vector y = x * gaussian_vector(20, 62).cwiseAbs();
  for (const Potential& potential : positive_potentials(20)) {
    const Solution s = solved(problem(x, y, potential));
    expect_certified(s, std::to_string(potential.index()));
    EXPECT_GT(s.predictor.values.minCoeff(), 0.0);
  }
}

TEST(BregmanProjection, the_dual_coordinates_of_the_solution_lie_in_the_row_space) {
  const Matrix x = gaussian_matrix(8, 20, 63);
  for (const Potential& potential : signed_potentials(20)) {
    const Solution s = solved(problem(x, gaussian_vector(8, 64), potential));
    const Vector v = dual_coordinates(dual_form(potential, {}, 20), s.predictor);
    EXPECT_LE((v - x.transpose() * s.dual).norm(), kOptimal * v.norm()) << potential.index();
  }
}

TEST(BregmanProjection, starts_that_are_not_the_natural_ones_are_projected) {
  const Matrix x = gaussian_matrix(6, 15, 65);
  const Vector y = x * gaussian_vector(15, 66).cwiseAbs();
  const SignedLog start = SignedLog::from(gaussian_vector(15, 67)), positive = SignedLog::from(gaussian_vector(15, 68).cwiseAbs());
  for (const Potential& potential :
       {Potential(Euclidean{}), Potential(Hypentropy{-3.0}), Potential(PNorm{1.5}), Potential(PNorm{3.0}),
        Potential(SquaredPNorm{1.5}), Potential(SquaredPNorm{3.0}), Potential(Quadratic{2.0 * Matrix::Identity(15, 15)})})
    expect_certified(solved(problem(x, y, potential, start)), std::to_string(potential.index()));
  for (const Potential& potential : {Potential(Entropy{}), Potential(Burg{})})
    expect_certified(solved(problem(x, y, potential, positive)), std::to_string(potential.index()));
  EXPECT_THROW(solved(problem(x, y, Entropy{}, start)), InvalidInput);
}

TEST(BregmanProjection, redundant_rows_get_no_weight_and_contradictory_ones_are_proved) {
  Matrix x = gaussian_matrix(6, 15, 69);
  x.row(5) = x.row(2);
  Vector y = x * gaussian_vector(15, 70);
  for (const Potential& potential : signed_potentials(15))
    expect_certified(solved(problem(x, y, potential)), std::to_string(potential.index()));
  y[5] += 1.0;
  for (const Potential& potential : signed_potentials(15)) {
    const Solution s = solved(problem(x, y, potential));
    EXPECT_EQ(s.outcome.status, Status::infeasible) << potential.index();
    EXPECT_EQ(s.certificate.kind, CertificateKind::infeasible);
    EXPECT_LT(s.dual.dot(y), 0.0);
    EXPECT_LE((x.transpose() * s.dual).norm(), kFit * s.dual.norm() * x.norm());
  }
}

TEST(BregmanProjection, more_samples_than_features_have_one_fit_or_none) {
  const Matrix x = gaussian_matrix(9, 4, 71);
  const Vector beta = gaussian_vector(4, 72).cwiseAbs();
  for (const Potential& potential :
       {Potential(Hypentropy{-1.0}), Potential(Entropy{}), Potential(DeepDiagonal{3, Vector::Zero(4), Vector::Zero(4)})}) {
    EXPECT_LE(relative_distance(solved(problem(x, x * beta, potential)).predictor.values, beta), kOptimal) << potential.index();
    EXPECT_EQ(solved(problem(x, gaussian_vector(9, 73), potential)).certificate.kind, CertificateKind::infeasible);
  }
}

TEST(BregmanProjection, targets_outside_the_cone_are_proved_infeasible) {
  const Matrix x = gaussian_matrix(5, 12, 74).cwiseAbs();
  const Vector y = -(x * gaussian_vector(12, 75).cwiseAbs());
  for (const Potential& potential : positive_potentials(12)) {
    const Solution s = solved(problem(x, y, potential));
    EXPECT_EQ(s.outcome.status, Status::infeasible) << potential.index();
    EXPECT_EQ(s.certificate.kind, CertificateKind::infeasible) << s.certificate.text;
    EXPECT_LT(s.dual.dot(y), 0.0);
    EXPECT_GE((x.transpose() * s.dual).minCoeff(), -kOptimal * s.dual.norm() * x.norm());
  }
}

TEST(BregmanProjection, a_false_proof_is_not_believed) {
  const Matrix x = gaussian_matrix(5, 12, 76).cwiseAbs();
  const BregmanProjection limit = problem(x, x * gaussian_vector(12, 77).cwiseAbs(), Entropy{});
  Solution point;
  point.predictor = Predictor::vector(Vector::Ones(12));
  point.dual = Vector::Ones(5);  // X^T ν >= 0, but ⟨ν, y⟩ > 0
  EXPECT_NE(certify_bregman_projection(limit, point).kind, CertificateKind::infeasible);
  point.dual = -Vector::Ones(5);  // ⟨ν, y⟩ < 0, but X^T ν < 0
  EXPECT_NE(certify_bregman_projection(limit, point).kind, CertificateKind::infeasible);
}

TEST(BregmanProjection, degenerate_data_are_all_right) {
  Matrix x = gaussian_matrix(4, 9, 78);
  x.col(3).setZero();
  for (const Potential& potential : signed_potentials(9)) {
    if (std::holds_alternative<Quadratic>(potential)) continue;  // features are coupled
    const Solution s = solved(problem(x, gaussian_vector(4, 79), potential));
    expect_certified(s, std::to_string(potential.index()));
  }
  const Solution zero = solved(problem(gaussian_matrix(4, 9, 78), Vector::Zero(4), Hypentropy{-5.0}));
  EXPECT_EQ(zero.predictor.values.norm(), 0.0);
  EXPECT_EQ(zero.certificate.relative_gap, 0.0);
  EXPECT_EQ(solved(problem(Matrix::Zero(2, 3), Vector::Zero(2), Hypentropy{-5.0})).predictor.values.norm(), 0.0);
  EXPECT_EQ(solved(problem(Matrix::Zero(2, 3), Vector::Ones(2), Hypentropy{-5.0})).certificate.kind, CertificateKind::infeasible);
  Matrix one(1, 1);
  one << 2.0;
  EXPECT_NEAR(solved(problem(one, Vector::Constant(1, 3.0), Entropy{})).predictor.values[0], 1.5, kFit);
}

// Any point and any dual: the bracket holds the optimum, and the distance bound the distance.
TEST(BregmanProjection, perturbed_points_never_certify_a_wrong_bound) {
  const Matrix x = gaussian_matrix(6, 15, 80);
  const auto check = [&](const Vector& y, const Potential& potential) {
    const BregmanProjection limit = problem(x, y, potential);
    const Solution best = solved(limit);
    const double optimum = best.certificate.upper, slack = kCertified * std::abs(optimum);
    for (int trial = 0; trial < 30; ++trial) {
      const double size = std::pow(10.0, -(trial % 10));
      Solution point;
      const Vector noise = size * gaussian_vector(15, 900 + std::uint64_t(trial));
      point.predictor = Predictor::vector(best.predictor.values.array() * (1.0 + noise.array()));
      if (trial % 3 == 1) point.dual = best.dual + size * best.dual.norm() * gaussian_vector(6, 950 + std::uint64_t(trial));
      if (trial % 3 == 2) point.dual = gaussian_vector(6, 990 + std::uint64_t(trial));
      const Certificate c = certify_bregman_projection(limit, point);
      if (std::isfinite(c.lower)) {
        EXPECT_LE(c.lower, optimum + slack) << potential.index() << " trial " << trial;
      }
      if (c.kind != CertificateKind::bracket) continue;
      EXPECT_GE(c.upper, optimum - slack) << potential.index() << " trial " << trial;
      if (!std::isfinite(c.distance_bound)) continue;
      const double away = (point.predictor.values - best.predictor.values).norm();
      EXPECT_LE(away, c.distance_bound * (1.0 + 1e-6) + kOptimal) << potential.index() << " trial " << trial;
    }
  };
  for (const Potential& potential : signed_potentials(15)) check(gaussian_vector(6, 81), potential);
  for (const Potential& potential : positive_potentials(15)) check(x * gaussian_vector(15, 82).cwiseAbs(), potential);
}

TEST(BregmanProjection, an_empty_dual_is_recovered_from_the_point) {
  const Matrix x = gaussian_matrix(6, 15, 83);
  for (const Potential& potential : signed_potentials(15)) {
    const BregmanProjection limit = problem(x, gaussian_vector(6, 84), potential);
    Solution s = solve_bregman_projection(limit, {});
    s.dual.resize(0);
    s.log_slack.resize(0);
    EXPECT_LE(certify_bregman_projection(limit, s).relative_gap, kCertified) << potential.index();
  }
}

TEST(BregmanProjection, shapes_that_do_not_match_are_refused) {
  const Matrix x = gaussian_matrix(3, 5, 85);
  EXPECT_THROW(solved(problem(x, Vector::Ones(4), Entropy{})), InvalidInput);
  EXPECT_THROW(solved(problem(x, Vector::Ones(3), Quadratic{Matrix::Identity(4, 4)})), InvalidInput);
  Solution point;
  point.predictor = Predictor::vector(Vector::Ones(4));
  EXPECT_THROW(certify_bregman_projection(problem(x, Vector::Ones(3), Entropy{}), point), InvalidInput);
}

// α -> ∞ is the min ℓ2 limit: with c = 2α² the potential is |β|²/2c up to O(1/c²).
// Two parts of 1e4 make up entries of 1: their difference keeps its digits.
TEST(BregmanProjection, starts_larger_than_their_fit_are_solved_at_every_scale) {
  for (const std::uint64_t seed : {1, 2, 3, 4})
    for (const double alpha : {3.0, 30.0, 60.0, 100.0, 130.0, 200.0, 500.0, 1e4}) {
      const Matrix x = gaussian_matrix(15, 35, 300 + seed);
      const Solution out =
          solve(problem(x, x * gaussian_vector(35, 400 + seed), Hypentropy{std::log(2.0) + 2.0 * std::log(alpha)}));
      EXPECT_EQ(out.outcome.status, Status::solved) << "α = " << alpha << ": " << out.outcome.text;
    }
}

TEST(BregmanProjection, a_large_start_gives_the_min_distance_fit) {
  const Matrix x = gaussian_matrix(6, 15, 86);
  const Vector y = gaussian_vector(6, 87);
  const MinDistance nearest{std::make_shared<DenseMap>(x), y, {}};
  const Vector limit = solve_min_distance(nearest, {}).predictor.values;
  const auto away = [&](double alpha) {
    return relative_distance(solved(problem(x, y, Hypentropy{std::log(2.0) + 2.0 * std::log(alpha)})).predictor.values, limit);
  };
  EXPECT_LE(away(1e3), 1e-11);
  EXPECT_NEAR(std::log10(away(5.0) / away(15.0)) / std::log10(3.0), 4.0, 0.05) << "the error falls as α^-4";
  for (int depth : {3, 4, 6})
    for (double alpha : {1e2, 1e4, 1e6}) {
      const Vector deep = Vector::Constant(15, std::log(alpha));
      const Solution s = solved(problem(x, y, DeepDiagonal{depth, deep, deep}));
      expect_certified(s, cat("depth ", depth, " from ", alpha));
      EXPECT_LE(relative_distance(s.predictor.values, limit), 1e-11) << depth << " " << alpha;
    }
}

// One fit of least ℓ1 norm, dual ν, ρ the largest |x_j·ν| off the support: the error falls as α^{2(1-ρ)} at depth 2, as α^N above.
TEST(BregmanProjection, a_small_start_gives_the_min_l1_fit_at_the_rate_of_its_depth) {
  Matrix x(1, 3);
  x << 2.0, 1.0, -0.5;  // min ℓ1: β = (y/2, 0, 0), ν = 1/2, ρ = 1/2
  const Vector y = Vector::Constant(1, 2.0);
  const auto error = [&](double alpha, int depth) {
    const Vector start = Vector::Constant(3, std::log(alpha));
    const Potential potential =
        depth == 2 ? Potential(Hypentropy{std::log(2.0) + 2.0 * std::log(alpha)}) : Potential(DeepDiagonal{depth, start, start});
    return std::abs(solved(problem(x, y, potential)).predictor.values[0] - 1.0);
  };
  EXPECT_NEAR(std::log10(error(1e-3, 2) / error(1e-4, 2)), 1.0, 0.01);
  EXPECT_NEAR(std::log10(error(1e-2, 3) / error(1e-3, 3)), 3.0, 0.05);
  EXPECT_NEAR(std::log10(error(3e-2, 4) / error(3e-3, 4)), 4.0, 0.05);
}

TEST(BregmanProjection, rotating_the_samples_changes_nothing_but_the_dual) {
  const Matrix x = gaussian_matrix(5, 12, 88);
  const Vector y = gaussian_vector(5, 89);
  Matrix mix = gaussian_matrix(5, 5, 90);
  for (const Potential& potential : signed_potentials(12)) {
    const Vector a = solved(problem(x, y, potential)).predictor.values,
                 b = solved(problem(mix * x, mix * y, potential)).predictor.values;
    EXPECT_LE(relative_distance(a, b), kOptimal) << potential.index();
  }
}

// Xβ = y is (1, 1), and the second feature is ε of the first: a residual of 1e-12 leaves it 1e-12/ε off.
TEST(BregmanProjection, solved_points_are_where_they_are_said_to_be) {
  for (const double small : {0x1p-20, 0x1p-24, 0x1p-28, 0x1p-32})
    for (const Potential& potential :
         std::vector<Potential>{Entropy{}, Burg{}, Hypentropy{-2.0}, PNorm{1.5},
                                DeepDiagonal{3, Vector::Constant(2, -1.0), Vector::Constant(2, -1.0)}}) {
      Matrix x(2, 2);
      x << 1.0, small, 1.0, -small;
      SignedLog origin;
      if (std::holds_alternative<Entropy>(potential) || std::holds_alternative<Burg>(potential))
        origin = SignedLog::from(Vector{{0.1, 0.3}});
      const Solution s = solve(Limit(problem(x, Eigen::Vector2d(1.0 + small, 1.0 - small), potential, origin)));
      const double off = (s.predictor.values - Vector::Ones(2)).norm();
      if (s.outcome.status == Status::solved) {
        EXPECT_LE(off, 1e-6) << potential.index() << " " << small;
      }
      if (s.certificate.kind == CertificateKind::bracket) {
        EXPECT_LE(off, s.certificate.distance_bound * (1.0 + kFit) + kFit) << potential.index() << " " << small;
        EXPECT_LE(s.certificate.relative_gap, (s.certificate.upper - s.certificate.lower) / s.certificate.upper + kFit);
        EXPECT_GE(s.certificate.relative_gap, (s.certificate.upper - s.certificate.lower) / s.certificate.upper - kCertified);
      }
    }
}

}  // namespace
}  // namespace penchant
