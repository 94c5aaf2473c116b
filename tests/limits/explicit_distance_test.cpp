#include "penchant/limits/explicit_distance.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "penchant/limits/implicit_penalty.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using Wide = boost::multiprecision::number<
    boost::multiprecision::cpp_bin_float<50, boost::multiprecision::digit_base_10, void, std::int64_t>>;

// β/α^N is formed from logs of size up to N·700, each known to an ulp of itself.
double log_rounding(int depth, double log_alpha, double beta) {
  return 20.0 * testing::kEps * (4.0 + depth * std::abs(log_alpha) + std::abs(std::log(std::abs(beta))));
}

// Bisection in log a, a = u/α - 1, in fifty digits, from the definition: v is the stationary one, u^N - v^N = β.
struct Plain {
  Wide value, slope;
};
Plain plain(int depth, double log_alpha, double beta) {
  using namespace boost::multiprecision;
  const Wide alpha = exp(Wide(log_alpha)), t = Wide(std::abs(beta)) / pow(alpha, depth);
  const auto smaller = [&](const Wide& kappa) {  // q + κ q^{N-1} = 1
    Wide q = 1;
    for (int k = 0; k < 100; ++k) {
      const Wide step = (q + kappa * pow(q, depth - 1) - 1) / (1 + kappa * (depth - 1) * pow(q, depth - 2));
      q -= step;
      if (abs(step) < 1e-48) break;
    }
    return q;
  };
  Wide low = -1600, high = 2000;  // of log a
  for (int k = 0; k < 220; ++k) {
    const Wide a = exp((low + high) / 2), q = smaller(a / pow(1 + a, depth - 1));
    (pow(1 + a, depth) - pow(q, depth) > t ? high : low) = (low + high) / 2;
  }
  const Wide a = exp((low + high) / 2), c = 1 - smaller(a / pow(1 + a, depth - 1));
  return {alpha * alpha * (a * a + c * c), 2 * a / (depth * pow(1 + a, depth - 1)) * pow(alpha, 2 - depth)};
}

TEST(ExplicitDistance, is_that_of_fifty_digits_from_the_smallest_scale_to_the_largest) {
  for (int depth : {2, 3, 4, 7})
    for (double log_alpha : {-690.0, -40.0, -5.0, -1.0, 0.0, 2.3})
      for (double beta : {1e-12, 1e-3, 0.3, 1.0, 7.0, 1e5}) {
        const Plain exact = plain(depth, log_alpha, beta);
        const ExplicitCoordinate here = explicit_coordinate(depth, log_alpha, beta);
        const double allowed = log_rounding(depth, log_alpha, beta);
        EXPECT_LE(std::abs(static_cast<double>(here.value / exact.value - 1)), allowed) << depth << " " << log_alpha << " " << beta;
        EXPECT_LE(std::abs(here.log_slope - static_cast<double>(log(exact.slope))), allowed * 10)
            << depth << " " << log_alpha << " " << beta;
      }
}

TEST(ExplicitDistance, depth_two_solves_the_quartic_of_the_deck) {
  for (double beta : {1e-6, 0.1, 1.0, 40.0})
    for (double alpha : {1e-3, 0.5, 3.0}) {
      const ExplicitCoordinate at = explicit_coordinate(2, std::log(alpha), beta);
      const double lambda = std::exp(at.log_slope);
      // 1-λ loses log(1/α) digits
      EXPECT_NEAR(beta * (1 - lambda * lambda) * (1 - lambda * lambda) / (4 * alpha * alpha * lambda), 1.0, 1e-9 / alpha)
          << beta << " " << alpha;
      EXPECT_NEAR(at.u * (1 - lambda), alpha, 1e-9);
      EXPECT_NEAR(at.v * (1 + lambda), alpha, 1e-12);
    }
}

TEST(ExplicitDistance, no_factors_that_give_beta_are_nearer) {
  for (int depth : {2, 3, 4, 5})
    for (double beta : {0.01, 0.6, 3.0, 50.0}) {
      const ExplicitCoordinate at = explicit_coordinate(depth, std::log(0.7), beta);
      EXPECT_NEAR(std::pow(at.u, depth) - std::pow(at.v, depth), beta, 1e-12 * (1 + beta));
      for (double v = -4.0; v <= 4.0; v += 1e-3) {
        const double power = beta + std::pow(v, depth);
        if (depth % 2 == 0 && power < 0.0) continue;
        const double u = std::copysign(std::pow(std::abs(power), 1.0 / depth), power);
        EXPECT_GE((u - 0.7) * (u - 0.7) + (v - 0.7) * (v - 0.7), at.value * (1 - 1e-12)) << depth << " " << beta << " " << v;
      }
    }
}

TEST(ExplicitDistance, is_even_and_has_the_slope_and_curvature_it_says) {
  for (int depth : {2, 3, 5})
    for (double alpha : {1e-4, 0.3, 2.0})
      for (double beta : {1e-5, 0.2, 4.0}) {
        const double log_alpha = std::log(alpha), h = 1e-4 * beta;
        const auto value = [&](double b) { return explicit_coordinate(depth, log_alpha, b).value; };
        const ExplicitCoordinate at = explicit_coordinate(depth, log_alpha, beta);
        EXPECT_EQ(value(-beta), at.value);
        const double slope = std::exp(at.log_slope);
        EXPECT_NEAR((value(beta + h) - value(beta - h)) / (2 * h * slope), 1.0, 1e-6);
        const auto slope_at = [&](double b) { return std::exp(explicit_coordinate(depth, log_alpha, b).log_slope); };
        EXPECT_NEAR(beta * (slope_at(beta + h) - slope_at(beta - h)) / (2 * h * slope), at.curvature, 1e-6)
            << depth << " " << alpha << " " << beta;
        EXPECT_NEAR(std::exp(at.log_weight) * slope / beta, 1.0, 1e-12);
      }
}

TEST(ExplicitDistance, is_convex_at_depth_two_only_and_its_slope_over_beta_always_falls) {
  for (int depth : {2, 3, 4, 8}) {
    double last_weight = -1e9;
    bool concave_somewhere = false;
    for (double log_beta = -12.0; log_beta < 12.0; log_beta += 0.05) {
      const ExplicitCoordinate at = explicit_coordinate(depth, 0.0, std::exp(log_beta));
      EXPECT_GE(at.log_weight, last_weight - 1e-12) << depth << " " << log_beta;
      last_weight = at.log_weight;
      concave_somewhere = concave_somewhere || at.curvature < 0.0;
    }
    EXPECT_EQ(concave_somewhere, depth > 2);
  }
  // Depth 3 bends where u = 2α: there κ = 1/4, so v = 2(√2-1)α.
  const double v = 2.0 * (std::sqrt(2.0) - 1.0), bend = 8.0 - v * v * v;
  EXPECT_GT(explicit_coordinate(3, 0.0, bend * (1 - 1e-6)).curvature, 0.0);
  EXPECT_LT(explicit_coordinate(3, 0.0, bend * (1 + 1e-6)).curvature, 0.0);
}

TEST(ExplicitDistance, tends_to_the_power_two_over_depth_as_the_scale_falls) {
  for (int depth : {2, 3, 5})
    for (double beta : {1e-3, 2.5})
      EXPECT_NEAR(explicit_coordinate(depth, -690.0, beta).value / std::pow(beta, 2.0 / depth), 1.0, testing::rounding(20))
          << depth;
}

TEST(ExplicitDistance, of_depth_two_is_the_implicit_penalty_of_depth_four_from_the_square_root) {
  for (double log_alpha : {-200.0, -3.0, 0.0, 2.0})
    for (double beta : {1e-2, 1.0, 300.0}) {
      const double implicit = implicit_penalty(4, 0.5 * log_alpha, beta).value;
      EXPECT_NEAR(explicit_coordinate(2, log_alpha, beta).value / implicit, 1.0, 1e-11) << log_alpha << " " << beta;
    }
}

TEST(ExplicitDistance, reach_and_conjugate_are_what_a_search_finds) {
  constexpr int kGrid = 2000;
  for (int depth : {2, 3, 4})
    for (double alpha : {0.05, 0.8, 4.0}) {
      const double log_alpha = std::log(alpha), reach = explicit_reach(depth, log_alpha, 1.7);
      EXPECT_NEAR(explicit_coordinate(depth, log_alpha, reach).value, 1.7, 1e-11);
      for (double z : {0.0, 1e-3, 0.1, 0.7, 3.0}) {
        const double bound = explicit_conjugate(depth, log_alpha, z, reach);
        double best = 0.0;
        for (int k = 0; k <= kGrid; ++k) {
          const double b = reach * k / kGrid;
          best = std::max(best, b * z - explicit_coordinate(depth, log_alpha, b).value);
        }
        EXPECT_GE(bound, best * (1 - 1e-12)) << depth << " " << alpha << " " << z;
        // Between two points of the grid: h²/8 of the largest curvature, which is that at 0.
        const double spacing = reach / kGrid, curvature = std::exp(-explicit_coordinate(depth, log_alpha, 0.0).log_weight);
        EXPECT_LE(bound - best, 0.125 * spacing * spacing * curvature + 1e-12 * (1.0 + bound)) << depth << " " << alpha << " " << z;
      }
    }
}

TEST(ImplicitPenalty, of_depth_two_is_the_formula_of_the_deck) {
  for (double alpha : {0.03, 1.0, 5.0})
    for (double beta : {-3.0, 0.01, 2.0, 40.0}) {
      const double b = beta / (alpha * alpha), q = 2.0 - std::sqrt(4.0 + b * b) + b * std::asinh(b / 2.0);
      EXPECT_NEAR(implicit_penalty(2, std::log(alpha), beta).value, alpha * alpha * q,
                  1e-12 * (1.0 + alpha * alpha * (1 + std::abs(b))));
      EXPECT_NEAR(implicit_penalty(2, std::log(alpha), beta).slope, std::asinh(b / 2.0),
                  1e-13 * (1 + std::abs(std::asinh(b / 2.0))));
    }
}

TEST(ImplicitPenalty, has_the_slope_it_says_and_tends_to_the_size_of_beta) {
  for (int depth : {3, 4, 6}) {
    for (double beta : {0.02, 1.3, 30.0}) {
      const double h = 1e-5 * beta;
      const auto value = [&](double b) { return implicit_penalty(depth, std::log(0.5), b).value; };
      EXPECT_NEAR((value(beta + h) - value(beta - h)) / (2 * h), implicit_penalty(depth, std::log(0.5), beta).slope, 1e-8);
    }
    EXPECT_NEAR(implicit_penalty(depth, -690.0, 2.0).value, 2.0, 2.0 * log_rounding(depth, -690.0, 2.0));
  }
}

}  // namespace
}  // namespace penchant
