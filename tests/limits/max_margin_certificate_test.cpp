#include <gtest/gtest.h>

#include "penchant/core/error.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/margin_data.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

Solution point_of(Vector beta, double intercept, Vector dual) {
  Solution out;
  out.predictor = Predictor::vector(std::move(beta));
  out.intercept = intercept;
  out.dual = std::move(dual);
  return out;
}

// Margin 3/√2 by hand: (2,1) and (1,2) hold w = (1/3, 1/3).
MaxMargin by_hand() { return margin_problem({{2, 1}, {1, 2}, {5, 5}, {-4, -4}}, {1, 1, 1, -1}, Intercept::none); }

TEST(MaxMarginCertificate, optimal_pair_at_any_scale_closes_the_bracket) {
  for (const double scale : {1e-100, 1.0, 1e100}) {
    const Certificate c = certify_max_margin(by_hand(), point_of(scale * Vector::Ones(2), 0, Vector{{3, 3, 0, 0}}));
    EXPECT_EQ(c.kind, CertificateKind::bracket);
    EXPECT_LE(c.lower, 3 / std::sqrt(2.0) * (1 + kEps));
    EXPECT_GE(c.upper, 3 / std::sqrt(2.0) * (1 - kEps));
    EXPECT_LE(c.relative_gap, 32 * kEps) << "the stated outward rounding and nothing more";
    EXPECT_LE(c.complementarity, 32 * kEps);
  }
}

TEST(MaxMarginCertificate, values_of_a_point_that_is_not_optimal) {
  // β = (1, 0): least margin 1 at (1,2). q = e_1: ‖(2,1)‖ = √5. Complementarity (2 - 1)/√5; cos of the angle bound 1/√5.
  const Certificate c = certify_max_margin(by_hand(), point_of(Vector{{2, 0}}, 0, Vector{{7, 0, 0, 0}}));
  EXPECT_NEAR(c.lower, 1.0, rounding(16));
  EXPECT_NEAR(c.upper, std::sqrt(5.0), rounding(32));
  EXPECT_NEAR(c.gap, std::sqrt(5.0) - 1, rounding(32));
  EXPECT_NEAR(c.complementarity, 1 / std::sqrt(5.0), rounding(32));
  EXPECT_NEAR(c.distance_bound, std::acos(1 / std::sqrt(5.0)), rounding(64));
  EXPECT_GE(c.distance_bound, M_PI / 4) << "the true angle between (1,0) and (1,1)";
}

TEST(MaxMarginCertificate, angle_bound_keeps_its_digits_for_tiny_gaps) {
  // β turned by θ = 1e-7 from the optimum: lower/upper = cos θ - sin θ/3 here, so the bound is √(2·1e-7/3) to first order.
  const double turn = 1e-7;
  const Vector beta{{std::cos(M_PI / 4 + turn), std::sin(M_PI / 4 + turn)}};
  const Certificate c = certify_max_margin(by_hand(), point_of(beta, 0, Vector{{1, 1, 0, 0}}));
  EXPECT_NEAR(c.distance_bound, std::sqrt(2 * turn / 3), 1e-6 * c.distance_bound);
  EXPECT_GE(c.distance_bound, turn);
}

TEST(MaxMarginCertificate, a_direction_that_separates_nothing_has_lower_bound_zero) {
  const Certificate c = certify_max_margin(by_hand(), point_of(Vector{{-1, 0}}, 0, Vector{{1, 1, 0, 0}}));
  EXPECT_EQ(c.kind, CertificateKind::bracket);
  EXPECT_EQ(c.lower, 0.0);
  EXPECT_NEAR(c.upper, 3 / std::sqrt(2.0), rounding(32) * 3);
  EXPECT_TRUE(std::isnan(c.distance_bound));
  const Certificate zero = certify_max_margin(by_hand(), point_of(Vector::Zero(2), 0, Vector{{1, 1, 0, 0}}));
  EXPECT_EQ(zero.lower, 0.0);
}

TEST(MaxMarginCertificate, negative_multipliers_count_as_zero) {
  const Certificate c = certify_max_margin(by_hand(), point_of(Vector::Ones(2), 0, Vector{{3, 3, -100, -100}}));
  EXPECT_NEAR(c.upper, 3 / std::sqrt(2.0), rounding(32) * 3);
}

TEST(MaxMarginCertificate, free_intercept_balances_the_classes_of_any_dual) {
  // Class + at x = 1, class - at x = -3: half distance 2 whatever the masses.
  const MaxMargin limit = margin_problem({{1}, {-3}}, {1, -1}, Intercept::free);
  for (const double mass : {1e-8, 1.0 / 3, 7.0}) {
    const Certificate c = certify_max_margin(limit, point_of(Vector{{1}}, 1, Vector{{mass, 0.1}}));
    EXPECT_NEAR(c.upper, 2.0, rounding(32) * 2);
    EXPECT_NEAR(c.lower, 2.0, rounding(32) * 2);
  }
}

TEST(MaxMarginCertificate, perturbed_points_never_leave_the_bracket) {
  for (const Intercept intercept : {Intercept::none, Intercept::free})
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      const MaxMargin limit = planted_margin(50, 7, 0.1, seed, intercept);
      const Solution best = solve_max_margin(limit, {});
      const double optimum = 1 / best.predictor.values.norm();
      for (int power = -16; power <= 2; ++power) {
        const double size = std::pow(10.0, power);
        const Vector turn = size * best.predictor.values.norm() * gaussian_vector(7, 100 + seed);
        const Vector shift = size * best.dual.maxCoeff() * gaussian_vector(50, 200 + seed);
        const Certificate c =
            certify_max_margin(limit, point_of(best.predictor.values + turn, best.intercept + size, best.dual + shift));
        SCOPED_TRACE(::testing::Message() << "seed " << seed << " size " << size << " free " << (intercept == Intercept::free));
        // The optimum itself is known to the rounding of its own solution.
        EXPECT_LE(c.lower, optimum * (1 + rounding(64)));
        EXPECT_GE(c.upper, optimum * (1 - rounding(64)));
        EXPECT_GE(c.gap, 0.0);
        if (c.lower > 0) {
          const double cosine = (best.predictor.values + turn).normalized().dot(best.predictor.values.normalized());
          EXPECT_GE(c.distance_bound, std::acos(std::min(1.0, cosine)) - 1e-7) << "acos itself resolves 1e-8";
        }
      }
    }
}

TEST(MaxMarginCertificate, without_a_dual_one_is_recovered_from_the_point) {
  const MaxMargin limit = planted_margin(60, 5, 0.3, 3, Intercept::none);
  const Solution best = solve_max_margin(limit, {});
  const Certificate c = certify_max_margin(limit, point_of(best.predictor.values, 0, Vector()));
  const double optimum = 1 / best.predictor.values.norm();
  EXPECT_GE(c.upper, optimum * (1 - rounding(64)));
  EXPECT_LE(c.upper, certify_max_margin(limit, point_of(best.predictor.values, 0, Vector::Ones(60))).upper);
}

TEST(MaxMarginCertificate, zero_combination_proves_inseparability_only_where_nothing_separates) {
  const MaxMargin limit = margin_problem({{1, 1}, {1, 1}, {2, 0}}, {1, -1, 1}, Intercept::none);
  const Certificate c = certify_max_margin(limit, point_of(Vector{{1, 0}}, 0, Vector{{1, 1, 0}}));
  EXPECT_EQ(c.kind, CertificateKind::infeasible);
  EXPECT_LE(c.upper, 1e-28) << "zero up to the counted rounding, second order in eps";
  // Margin 1e-16 against samples of size 1: the direction (0,1) separates, so the zero combination may not overrule it.
  const MaxMargin narrow = margin_problem({{1, 1e-16}, {-1, 1e-16}}, {1, 1}, Intercept::none);
  const Certificate d = certify_max_margin(narrow, point_of(Vector{{0, 1}}, 0, Vector{{1, 1}}));
  EXPECT_EQ(d.kind, CertificateKind::bracket);
  EXPECT_NEAR(d.lower, 1e-16, 1e-30);
}

TEST(MaxMarginCertificate, a_direction_of_any_length_is_judged_alike) {
  const MaxMargin limit = margin_problem({{1e9, 2e9}, {2e9, 1e9}, {-1e9, -3e9}}, {1, 1, -1}, Intercept::none);
  const Certificate unit = certify_max_margin(limit, point_of(Vector{{1, 1}}, 0, Vector{{1, 1, 0}}));
  for (const int power : {-1000, -500, 500, 1000}) {
    const double length = std::ldexp(1.0, power);
    const Certificate c = certify_max_margin(limit, point_of(Vector{{length, length}}, 0, Vector{{1, 1, 0}}));
    EXPECT_EQ(c.lower, unit.lower) << "2^" << power;
    EXPECT_EQ(c.upper, unit.upper);
  }
}

TEST(MaxMarginCertificate, shapes_and_values_that_do_not_fit_are_refused) {
  EXPECT_THROW(certify_max_margin(by_hand(), point_of(Vector::Ones(3), 0, Vector::Ones(4))), InvalidInput);
  EXPECT_THROW(certify_max_margin(by_hand(), point_of(Vector::Ones(2), 0, Vector::Ones(3))), InvalidInput);
  EXPECT_THROW(certify_max_margin(by_hand(), point_of(Vector{{1, std::nan("")}}, 0, Vector::Ones(4))), InvalidInput);
}

// On a line at 1, 4 (first class) and -2, -3 (second): half way between 1 and -2 lies b = 0.5, and the margin is 1.5. Through the
// origin it is 1.
TEST(MaxMarginCertificate, takes_the_best_free_intercept) {
  const MaxMargin limit = margin_problem({{1, 0}, {4, 1}, {-2, 0}, {-3, 2}}, {1, 1, -1, -1}, Intercept::free);
  Solution point;
  point.predictor = Predictor::vector(Vector{{2.0, 0.0}});
  point.intercept = std::nan("");
  const Certificate best = certify_max_margin(limit, point);
  EXPECT_NEAR(best.lower, 1.5, 32.0 * kEps);
  EXPECT_NEAR(best.upper, 1.5, 1e-12);
  point.intercept = 0.0;
  EXPECT_NEAR(certify_max_margin(limit, point).lower, 1.0, 32.0 * kEps);
}

// The classes are 2c apart on a line. Without a dual weights e^{-rate·margin} are tried, of which most leave the range of a double.
TEST(MaxMarginCertificate, weights_that_underflow_do_not_take_the_upper_bound_under_the_margin) {
  const MaxMargin limit = margin_problem({{-0.7977752685546875}, {-0.5909271240234375}, {1.35711669921875}, {1.155517578125}},
                                         {1, -1, -1, -1}, Intercept::free);
  const double margin = 0.5 * (0.7977752685546875 - 0.5909271240234375);
  for (const double size : {1e198, 1.0, 1e-198}) {
    const Certificate c = certify_max_margin(limit, point_of(Vector::Constant(1, -4.5 * size), 0.0, Vector::Zero(4)));
    EXPECT_GE(c.upper, margin) << size;
  }
  const Certificate tiny = certify_max_margin(limit, point_of(Vector::Constant(1, -1.0), 0.0, Vector{{1, 1e-309, 1e-309, 0}}));
  EXPECT_GE(tiny.upper, margin);
}

}  // namespace
}  // namespace penchant
