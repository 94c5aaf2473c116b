#include "penchant/limits/bregman_gap.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "penchant/core/error.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using Wide = boost::multiprecision::cpp_bin_float_100;
using testing::gaussian_vector;

constexpr double kSame = 1e-12;  // a few dozen roundings, some of exponents of size 30

Predictor at(double beta) { return Predictor::vector(Vector::Constant(1, beta)); }
Vector one(double v) { return Vector::Constant(1, v); }

// φ(β) + φ*(v) - βv for β = β(v'): φ(β) = βv' - φ*(v').
template <class Conjugate>
double wide_gap(const Conjugate& conjugate, Wide beta, Wide at_beta, double v) {
  return static_cast<double>(conjugate(Wide(v)) - conjugate(at_beta) - beta * (Wide(v) - at_beta));
}

TEST(BregmanGap, exponentials_match_the_definition_in_extended_precision) {
  for (double la : {-20.0, 0.0, 3.0})
    for (double lb : {-22.0, 0.0})
      for (double v : {-5.0, 0.1, 4.0})
        for (double delta : {1e-7, 0.01, 2.0}) {
          const Exponentials form{one(la), one(lb)};
          const Wide a = exp(Wide(la)), b = exp(Wide(lb)), v_at = Wide(v) + delta;
          const double beta = static_cast<double>(a * exp(v_at) - b * exp(-v_at));
          const Wide exact_at = log((Wide(beta) + sqrt(Wide(beta) * beta + 4 * a * b)) / (2 * a));
          const double want = wide_gap([&](Wide z) { return Wide(a * exp(z) + b * exp(-z)); }, Wide(beta), exact_at, v);
          // v' is rounded to 30 eps, which the gap sees relative to δ.
          EXPECT_NEAR(fenchel_gap(form, at(beta), one(v)) / want, 1.0, 1e-13 / delta * 60.0)
              << la << " " << lb << " " << v << " " << delta;
        }
}

TEST(BregmanGap, powers_match_the_definition_in_extended_precision) {
  for (double q : {1.0, 1.5, 3.0})
    for (double z : {-0.6, 0.0, 0.3, 0.9})
      for (double at_z : {-0.7, 0.05, 0.5, 0.97}) {
        Powers form{q, one(-3.0), one(-0.2), {}, {}, 0.0};
        const Wide a = exp(Wide(-3.0)), tau = exp(Wide(-0.2)), b = exp(Wide(-2.5)), sigma = 1;
        const auto potential = [&](Wide x) { return q == 1.0 ? Wide(-log(x)) : Wide((pow(x, Wide(1.0 - q)) - 1) / (Wide(q) - 1)); };
        const auto positive = [&](Wide v) { return Wide(a / tau * potential(1 - tau * v)); };
        const auto both = [&](Wide v) { return Wide(positive(v) + b / sigma * potential(1 + sigma * v)); };
        const Wide v_at(at_z), up = a * pow(1 - tau * v_at, Wide(-q)), down = b * pow(1 + sigma * v_at, Wide(-q));
        // β is rounded: both sides are compared through a bound of the gap's own derivative times that rounding.
        EXPECT_NEAR(fenchel_gap(form, at(static_cast<double>(up)), one(z)), wide_gap(positive, up, v_at, z), kSame);
        form.log_b = one(-2.5);
        form.log_sigma = one(0.0);
        EXPECT_NEAR(fenchel_gap(form, at(static_cast<double>(up - down)), one(z)), wide_gap(both, up - down, v_at, z), kSame);
        EXPECT_NEAR(dual_coordinates(form, at(static_cast<double>(up - down)))[0], at_z, kSame);
      }
}

TEST(BregmanGap, norms_match_the_definition) {
  const Vector beta = gaussian_vector(6, 1), v = gaussian_vector(6, 2), z0 = gaussian_vector(6, 3);
  for (double p : {1.2, 1.5, 2.0, 3.0, 7.0}) {
    const double q = p / (p - 1.0);
    const NormPower form{p, z0};
    const Vector z = z0 + v;
    const double size = std::pow(beta.array().abs().pow(p).sum(), 1.0 / p), dual = std::pow(z.array().abs().pow(q).sum(), 1.0 / q);
    const double want = std::pow(size, p) / p + std::pow(dual, q) / q - beta.dot(z);
    EXPECT_NEAR(fenchel_gap(form, Predictor::vector(beta), v), want, kSame * (1.0 + std::pow(dual, q)));
    const SquaredNormPower squared{p, z0};
    EXPECT_NEAR(fenchel_gap(squared, Predictor::vector(beta), v), 0.5 * (size * size + dual * dual) - beta.dot(z),
                kSame * (1.0 + dual * dual));
  }
}

TEST(BregmanGap, is_zero_exactly_at_matching_coordinates) {
  const Vector beta = gaussian_vector(5, 4);
  const Matrix k = Matrix::Identity(5, 5) * 3.0;
  for (const Potential& potential :
       {Potential(Euclidean{}), Potential(Hypentropy{-4.0}), Potential(PNorm{1.5}), Potential(SquaredPNorm{3.0}),
        Potential(Quadratic{k}), Potential(DeepDiagonal{4, Vector::Constant(5, -2.0), Vector::Constant(5, -1.0)})}) {
    const DualForm form = dual_form(potential, {}, 5);
    const Vector v = dual_coordinates(form, Predictor::vector(beta));
    EXPECT_NEAR(fenchel_gap(form, Predictor::vector(beta), v), 0.0, 1e-24) << potential.index();
    EXPECT_GT(fenchel_gap(form, Predictor::vector(beta), 0.9 * v), 1e-6) << potential.index();
  }
}

TEST(BregmanGap, positive_potentials_refuse_negative_points) {
  const DualForm entropy = dual_form(Entropy{}, {}, 1), burg = dual_form(Burg{}, {}, 1);
  EXPECT_FALSE(in_domain(entropy, at(-1.0)));
  EXPECT_TRUE(in_domain(entropy, at(0.0)));
  EXPECT_FALSE(in_domain(burg, at(0.0)));
  EXPECT_TRUE(std::isinf(fenchel_gap(entropy, at(-1.0), one(0.0))));
  EXPECT_NEAR(fenchel_gap(entropy, at(0.0), one(0.5)), std::exp(0.5), kSame) << "φ(0) = 0";
  EXPECT_THROW(dual_form(Burg{}, SignedLog::from(Vector::Constant(1, -1.0)), 1), InvalidInput);
  EXPECT_THROW(dual_form(PNorm{1.0}, {}, 1), InvalidInput);
  EXPECT_THROW(dual_form(Quadratic{-Matrix::Identity(2, 2)}, {}, 2), InvalidInput);
  EXPECT_THROW(dual_form(DeepDiagonal{2, Vector::Zero(1), {}}, {}, 1), InvalidInput);
}

// D_φ(β, β') <= gap must imply ‖β - β'‖ <= √(2 gap/μ).
TEST(BregmanGap, strong_convexity_bounds_the_distance_of_every_point_within_the_gap) {
  const Vector beta = gaussian_vector(4, 5);
  for (const Potential& potential : {Potential(Hypentropy{-6.0}), Potential(PNorm{1.5}), Potential(SquaredPNorm{1.5}),
                                     Potential(DeepDiagonal{3, Vector::Constant(4, -1.0), Vector::Constant(4, -1.5)})}) {
    const DualForm form = dual_form(potential, {}, 4);
    for (int trial = 0; trial < 40; ++trial) {
      const Vector other = beta + std::pow(10.0, -trial % 5) * gaussian_vector(4, 50 + std::uint64_t(trial));
      const double gap = fenchel_gap(form, Predictor::vector(beta), dual_coordinates(form, Predictor::vector(other)));
      const double mu = strong_convexity(form, Predictor::vector(beta), gap);
      EXPECT_LE((beta - other).norm(), std::sqrt(2.0 * gap / mu) * (1.0 + 1e-9)) << potential.index() << " trial " << trial;
    }
  }
}

}  // namespace
}  // namespace penchant
