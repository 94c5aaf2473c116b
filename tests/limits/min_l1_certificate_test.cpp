#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/random.h"
#include "penchant/limits/certify.h"
#include "support/l1_problems.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace penchant::testing;

// The planted optimum itself is rounded: about one rounding per row and nonzero.
constexpr double kPlantedRounding = 1e-14;

Certificate certificate_of(const MinL1& limit, const Vector& beta, const Vector& dual) {
  Solution point;
  point.predictor = Predictor::vector(beta);
  point.dual = dual;
  return certify_min_l1(limit, point);
}

Vector perturbed(const Vector& v, double size, std::uint64_t seed) {
  return v + size * v.norm() * gaussian_vector(v.size(), seed) / std::sqrt(double(v.size()));
}

class PerturbedMinL1 : public ::testing::TestWithParam<PlantedL1Options> {};

TEST_P(PerturbedMinL1, bounds_never_cross_the_optimum) {
  int brackets = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const PlantedL1 planted = planted_l1(seed % 10, GetParam());
    const double size = std::pow(10.0, -double(seed % 15));
    const Certificate certificate =
        certificate_of(planted.limit, perturbed(planted.beta, size, 2 * seed), perturbed(planted.dual, size, 2 * seed + 1));
    SCOPED_TRACE(seed);
    EXPECT_LE(certificate.lower, planted.objective * (1 + kPlantedRounding));
    if (certificate.kind != CertificateKind::bracket) continue;
    ++brackets;
    EXPECT_GE(certificate.upper, planted.objective * (1 - kPlantedRounding));
    EXPECT_NEAR(certificate.gap, certificate.upper - certificate.lower, kEps * certificate.upper);
    if (std::isnan(certificate.distance_bound)) continue;
    EXPECT_LE((perturbed(planted.beta, size, 2 * seed) - planted.beta).norm(), certificate.distance_bound * (1 + 1e-9));
  }
  // With β >= 0 a repair of a dense perturbation may leave the orthant: then there is rightly no upper bound.
  EXPECT_GE(brackets, GetParam().positive ? 10 : 60);
}

INSTANTIATE_TEST_SUITE_P(All, PerturbedMinL1,
                         ::testing::Values(PlantedL1Options{}, PlantedL1Options{.weighted = true},
                                           PlantedL1Options{.positive = true}, PlantedL1Options{.delta = 0.2},
                                           PlantedL1Options{.weighted = true, .positive = true, .delta = 0.1},
                                           PlantedL1Options{.rows = 20, .cols = 8, .nonzeros = 8, .delta = 0.1}));

TEST(MinL1Certificate, a_price_of_the_wrong_sign_complements_nothing) {
  MinL1 limit;
  limit.x = std::make_shared<DenseMap>(Matrix::Identity(2, 2));
  limit.y = Vector::Ones(2);
  EXPECT_EQ(certificate_of(limit, Vector::Ones(2), Vector::Ones(2)).complementarity, 0.0);
  const Vector wrong = (Vector(2) << 1.0, -1.0).finished();
  EXPECT_NEAR(certificate_of(limit, Vector::Ones(2), wrong).complementarity, 1.0, rounding(8)) << "(0 + 2)/2";
}

TEST(MinL1Certificate, closes_on_the_planted_pair_and_opens_with_either_half) {
  const PlantedL1 planted = planted_l1(1);
  EXPECT_LE(certificate_of(planted.limit, planted.beta, planted.dual).relative_gap, kPlantedRounding);
  EXPECT_GT(certificate_of(planted.limit, perturbed(planted.beta, 0.1, 5), planted.dual).relative_gap, 1e-3);
  EXPECT_GT(certificate_of(planted.limit, planted.beta, perturbed(planted.dual, 0.1, 5)).relative_gap, 1e-3);
}

TEST(MinL1Certificate, length_of_the_dual_does_not_matter) {
  const PlantedL1 planted = planted_l1(2, {.delta = 0.1});
  for (double factor : {1e-200, 0.5, 3.0, 1e200})
    EXPECT_LE(certificate_of(planted.limit, planted.beta, factor * planted.dual).relative_gap, kPlantedRounding) << factor;
}

TEST(MinL1Certificate, recovers_a_dual_from_the_point_alone) {
  for (const double delta : {0.0, 0.2}) {
    const PlantedL1 planted = planted_l1(3, {.nonzeros = 12, .delta = delta});
    EXPECT_LE(certificate_of(planted.limit, planted.beta, Vector()).relative_gap, 1e3 * kPlantedRounding) << delta;
  }
}

TEST(MinL1Certificate, point_that_cannot_be_repaired_gets_no_upper_bound) {
  // β_0 - β_1 = 1: from (0, 0.1) the nearest fit is (0.55, -0.45), and the support alone gives (0, -1).
  Matrix x(1, 2);
  x << 1.0, -1.0;
  MinL1 limit = min_l1(x, Vector{{1.0}});
  limit.positive = true;
  const Certificate certificate = certificate_of(limit, Vector{{0.0, 0.1}}, Vector{{1.0}});
  EXPECT_LE(certificate.lower, 1.0);
  EXPECT_NEAR(certificate.lower, 1.0, rounding(4)) << "less its own rounding";
  EXPECT_EQ(certificate.kind, CertificateKind::first_order_only);
  EXPECT_TRUE(std::isnan(certificate.upper));
}

TEST(MinL1Certificate, duplicate_features_make_the_minimiser_a_segment) {
  Matrix x(1, 2);
  x << 1.0, 1.0;
  const Certificate certificate = certificate_of(min_l1(x, Vector{{1.0}}), Vector{{1.0, 0.0}}, Vector{{1.0}});
  EXPECT_EQ(certificate.unique, false);
  EXPECT_TRUE(std::isnan(certificate.distance_bound));
  EXPECT_NE(certificate.text.find("1.414"), std::string::npos) << "the other end, (0, 1): " << certificate.text;
}

TEST(MinL1Certificate, feature_that_is_a_sum_at_the_same_price_makes_it_a_segment) {
  Matrix x(2, 3);
  x << 1.0, 0.0, 1.0, 0.0, 1.0, 1.0;
  MinL1 limit = min_l1(x, Vector{{1.0, 1.0}});
  limit.weights = Vector{{1.0, 1.0, 2.0}};
  EXPECT_EQ(certificate_of(limit, Vector{{1.0, 1.0, 0.0}}, Vector{{1.0, 1.0}}).unique, false);
  EXPECT_EQ(certificate_of(limit, Vector{{0.0, 0.0, 1.0}}, Vector{{1.0, 1.0}}).unique, false);
  EXPECT_EQ(certificate_of(limit, Vector{{0.5, 0.5, 0.5}}, Vector{{1.0, 1.0}}).unique, false) << "dependent already on the support";
}

TEST(MinL1Certificate, dependent_face_without_a_sign_keeping_direction_is_still_unique) {
  // y = (1, 0): β = (1, 0, 0) only, although ν = (1, 1) is tight on all three features, x_2 = x_0 + x_1 at price 2.
  Matrix x(2, 3);
  x << 1.0, 0.0, 1.0, 0.0, 1.0, 1.0;
  MinL1 limit = min_l1(x, Vector{{1.0, 0.0}});
  limit.weights = Vector{{1.0, 1.0, 2.0}};
  const Certificate certificate = certificate_of(limit, Vector{{1.0, 0.0, 0.0}}, Vector{{1.0, 1.0}});
  EXPECT_LE(certificate.relative_gap, rounding(8));
  EXPECT_EQ(certificate.unique, true);
  EXPECT_NE(certificate.text.find("a dual exists"), std::string::npos) << certificate.text;
}

TEST(MinL1Certificate, separating_dual_proves_infeasibility_and_others_do_not) {
  Matrix x(2, 2);
  x << 1.0, 2.0, 0.0, 0.0;
  const MinL1 limit = min_l1(x, Vector{{1.0, 1.0}});
  EXPECT_EQ(certificate_of(limit, Vector::Zero(2), Vector{{0.0, 1.0}}).kind, CertificateKind::infeasible);
  EXPECT_NE(certificate_of(limit, Vector::Zero(2), Vector{{1.0, 1.0}}).kind, CertificateKind::infeasible);
}

TEST(MinL1Certificate, wrong_shapes_are_refused) {
  const MinL1 limit = min_l1(gaussian_matrix(3, 5, 1), Vector::Ones(3));
  EXPECT_THROW(certificate_of(limit, Vector::Zero(4), Vector::Ones(3)), InvalidInput);
  EXPECT_THROW(certificate_of(limit, Vector::Zero(5), Vector::Ones(4)), InvalidInput);
  EXPECT_THROW(certificate_of(limit, Vector::Constant(5, std::nan("")), Vector::Ones(3)), InvalidInput);
}

}  // namespace
}  // namespace penchant
