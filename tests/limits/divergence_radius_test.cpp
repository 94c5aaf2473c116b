#include "penchant/limits/divergence_radius.h"

#include <gtest/gtest.h>

#include <cmath>

#include "penchant/limits/bregman_gap.h"
#include "support/planted.h"

namespace penchant {
namespace {

using testing::gaussian_vector;

// D of Σ|b|^p/p between β and other, and of half the square of the norm.
double power_divergence(double p, const Vector& beta, const Vector& other) {
  double out = 0.0;
  for (Index j = 0; j < beta.size(); ++j)
    out += (std::pow(std::abs(beta[j]), p) - std::pow(std::abs(other[j]), p)) / p -
           std::copysign(std::pow(std::abs(other[j]), p - 1.0), other[j]) * (beta[j] - other[j]);
  return out;
}

double squared_divergence(double p, const Vector& beta, const Vector& other) {
  const auto size = [&](const Vector& v) { return std::pow(v.array().abs().pow(p).sum(), 1.0 / p); };
  const double s = size(beta), t = size(other);
  double along = 0.0;
  for (Index j = 0; j < beta.size(); ++j) along += std::copysign(std::pow(std::abs(other[j]) / t, p - 1.0), other[j]) * beta[j];
  return 0.5 * s * s + 0.5 * t * t - t * along;
}

// Near and far points, some of β's entries 0.
template <class Check>
void for_pairs(Check check) {
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    for (double size : {1e-3, 0.1, 1.0, 30.0}) {
      Vector beta = gaussian_vector(6, seed);
      if (seed % 3 == 0) beta[1] = beta[4] = 0.0;
      check(beta, Vector(beta + size * gaussian_vector(6, 1000 + seed)), seed);
    }
}

TEST(DivergenceRadius, holds_for_powers_beyond_2) {
  for (double p : {2.1, 2.5, 3.0, 4.0, 9.0}) {
    double tightest = 0.0;
    for_pairs([&](const Vector& beta, const Vector& other, std::uint64_t seed) {
      const double gap = power_divergence(p, beta, other), radius = power_radius(p, beta, gap);
      EXPECT_LE((beta - other).norm(), radius * (1.0 + 1e-9)) << "p " << p << ", seed " << seed;
      tightest = std::max(tightest, (beta - other).norm() / radius);
    });
    EXPECT_GT(tightest, 0.1) << "of use at p = " << p;
  }
}

TEST(DivergenceRadius, holds_for_squares_of_norms_beyond_2_and_is_absent_where_the_gap_reaches_0) {
  int known = 0;
  for (double p : {2.5, 3.0, 5.0})
    for_pairs([&](const Vector& beta, const Vector& other, std::uint64_t seed) {
      const double gap = squared_divergence(p, beta, other);
      const double radius = divergence_radius(SquaredNormPower{p, Vector::Zero(6)}, Predictor::vector(beta), gap);
      if (std::isnan(radius)) return;
      ++known;
      EXPECT_LE((beta - other).norm(), radius * (1.0 + 1e-9)) << "p " << p << ", seed " << seed;
    });
  EXPECT_GT(known, 1000);
  const Vector none = Vector::Zero(6), other = gaussian_vector(6, 5);
  const double gap = squared_divergence(3.0, none, other);
  EXPECT_LE(other.norm(), divergence_radius(SquaredNormPower{3.0, none}, Predictor::vector(none), gap) * (1.0 + 1e-9));
}

// The entropy of a β = 0 has D(0, β*) = Σβ*.
TEST(DivergenceRadius, reaches_from_the_edge_of_the_domain) {
  const Exponentials entropy{Vector::Constant(2, -1.0), Vector::Constant(2, -std::numeric_limits<double>::infinity())};
  for (double gap : {1e-150, 1e-12, 1.0, 1e6})
    EXPECT_LE(gap, divergence_radius(entropy, Predictor::vector(Vector::Zero(2)), gap)) << gap;
}

// A gap g away from 0 leaves √g: φ'' is positive there. At 0 it leaves g^{1/p}.
TEST(DivergenceRadius, falls_with_the_root_of_the_gap_away_from_0) {
  const Vector away = Vector::Ones(3), at = Vector::Unit(3, 0);
  EXPECT_NEAR(power_radius(4.0, away, 1e-16) / power_radius(4.0, away, 1e-14), 0.1, 1e-9);
  EXPECT_NEAR(power_radius(4.0, at, 1e-16) / power_radius(4.0, at, 1e-12), 0.1, 1e-3);
}

}  // namespace
}  // namespace penchant
