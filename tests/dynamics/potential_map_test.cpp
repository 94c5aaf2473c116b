#include "penchant/dynamics/potential_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "support/descriptions.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using Wide = boost::multiprecision::cpp_bin_float_50;

Matrix positive_definite(Index d) {
  const Matrix a = gaussian_matrix(d, d, 11);
  return a * a.transpose() + Matrix::Identity(d, d);
}

struct Case {
  std::string label;
  std::unique_ptr<PotentialMap> map;
  bool positive = false;
};

constexpr Index kFeatures = 5;

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  const auto add = [&](std::string label, const PotentialSpec& spec, bool positive = false) {
    cases.push_back({std::move(label), make_potential_map(spec, kFeatures), positive});
  };
  add("euclidean", potential("euclidean"));
  add("entropy", potential("entropy"), true);
  add("hypentropy c=1", hypentropy(1.0));
  add("hypentropy c=1e-8", hypentropy(1e-8));
  for (double p : {1.2, 1.5, 3.0, 8.0}) add("p_norm", power("p_norm", p)), add("squared_p_norm", power("squared_p_norm", p));
  add("burg", potential("burg"), true);
  for (int depth : {3, 4, 7}) add("diagonal", diagonal(depth, 0.3)), add("diagonal from 2", diagonal(depth, 2.0));
  cases.push_back({"quadratic", make_quadratic_map(positive_definite(kFeatures), kFeatures)});
  return cases;
}

Vector some_beta(const Case& c, double size) {
  Vector beta = size * gaussian_vector(kFeatures, 21);
  return c.positive ? Vector(beta.cwiseAbs()) : beta;
}

TEST(PotentialMap, going_to_the_dual_and_back_returns_the_start) {
  for (const Case& c : all_cases())
    for (double size : {1e-6, 0.1, 1.0, 30.0}) {
      const Vector beta = some_beta(c, size);
      const Vector z = c.map->dual(SignedLog::from(beta));
      Vector back(kFeatures);
      ASSERT_TRUE(c.map->primal(z, back)) << c.label;
      // Rounding of z moves β by slope · eps |z|, whatever the code does.
      Vector shift(kFeatures);
      c.map->tangent(z, kEps * z.cwiseAbs(), shift);
      EXPECT_LE((back - beta).norm(), 40.0 * shift.norm() + rounding(200) * beta.norm()) << c.label << " at size " << size;
    }
}

TEST(PotentialMap, the_tangent_is_the_derivative_of_the_primal_map) {
  for (const Case& c : all_cases()) {
    const Vector z = c.map->dual(SignedLog::from(some_beta(c, 0.7)));
    const Vector v = gaussian_vector(kFeatures, 22).cwiseProduct(z.cwiseAbs()) * 0.1;
    Vector tangent(kFeatures), plus(kFeatures), minus(kFeatures);
    c.map->tangent(z, v, tangent);
    const double h = 0.1 * difference_step(1.0);
    c.map->primal(z + h * v, plus);
    c.map->primal(z - h * v, minus);
    constexpr double kFirstDerivative = 1e-7;
    EXPECT_LE(relative_distance((plus - minus) / (2.0 * h), tangent), kFirstDerivative) << c.label;
  }
}

TEST(PotentialMap, the_dual_is_the_gradient_of_the_potential) {
  // phi of each kind, written out.
  const auto difference = [](auto phi, const Vector& beta) {
    Vector g(beta.size());
    for (Index j = 0; j < beta.size(); ++j) {
      const double h = difference_step(beta[j]) * 0.1;
      Vector plus = beta, minus = beta;
      plus[j] += h;
      minus[j] -= h;
      g[j] = (phi(plus) - phi(minus)) / (2.0 * h);
    }
    return g;
  };
  const Vector beta = gaussian_vector(kFeatures, 23).cwiseAbs().array() + 0.2;
  const auto check = [&](const PotentialMap& map, auto phi) {
    EXPECT_LE(relative_distance(difference(phi, beta), map.dual(SignedLog::from(beta))), 1e-7) << map.kind();
  };
  check(*make_potential_map(potential("euclidean"), kFeatures), [](const Vector& b) { return 0.5 * b.squaredNorm(); });
  check(*make_potential_map(potential("entropy"), kFeatures),
        [](const Vector& b) { return (b.array() * b.array().log() - b.array()).sum(); });
  check(*make_potential_map(potential("burg"), kFeatures), [](const Vector& b) { return -b.array().log().sum(); });
  check(*make_potential_map(hypentropy(0.3), kFeatures), [](const Vector& b) {
    double sum = 0.0;
    for (double x : b) sum += x * std::asinh(x / 0.3) - std::hypot(x, 0.3);
    return sum;
  });
  check(*make_potential_map(power("p_norm", 3.0), kFeatures), [](const Vector& b) { return b.array().abs().cube().sum() / 3.0; });
  check(*make_potential_map(power("squared_p_norm", 1.5), kFeatures),
        [](const Vector& b) { return 0.5 * std::pow(b.array().abs().pow(1.5).sum(), 4.0 / 3.0); });
  const Matrix k = positive_definite(kFeatures);
  check(*make_quadratic_map(k, kFeatures), [&](const Vector& b) { return 0.5 * b.dot(k * b); });
}

TEST(PotentialMap, the_diagonal_map_is_the_difference_of_two_powers_in_extended_precision) {
  for (int depth : {3, 4, 6})
    for (double scale : {0.05, 1.0, 5.0})
      for (double t : {1e-9, 0.2, 0.9, 0.999999}) {
        const auto map = make_potential_map(diagonal(depth, scale), 1);
        const double z = t * std::pow(scale, 2 - depth);
        Vector beta(1);
        ASSERT_TRUE(map->primal(Vector::Constant(1, z), beta));
        const Wide power = -Wide(depth) / (depth - 2), unit = Wide(z) * pow(Wide(scale), depth - 2);
        const Wide exact = pow(Wide(scale), depth) * (pow(1 - unit, power) - pow(1 + unit, power));
        const double conditioning = depth / (depth - 2.0) / (1.0 - t);  // of β in the rounding of t
        EXPECT_NEAR(static_cast<double>(beta[0] / exact), 1.0, rounding(8.0) * (conditioning + 20.0))
            << depth << " " << scale << " " << t;
      }
}

TEST(PotentialMap, a_diagonal_start_of_any_size_comes_back) {
  for (int depth : {3, 4, 9})
    for (double beta : {1e-200, 1e-20, 1e-3, 1.0, 1e3, 1e8}) {
      const auto map = make_potential_map(diagonal(depth, 0.5), 1);
      const Vector z = map->dual(SignedLog::from(Vector::Constant(1, -beta)));
      Vector back(1);
      if (!map->primal(z, back)) continue;  // 1 - |z| below eps
      Vector slope(1);
      map->tangent(z, Vector::Constant(1, kEps * std::abs(z[0])), slope);
      EXPECT_NEAR(back[0] / -beta, 1.0, rounding(1000) + 4.0 * std::abs(slope[0] / beta)) << depth << " " << beta;
    }
}

TEST(PotentialMap, the_edges_of_a_range_are_outside_it) {
  Vector beta(2);
  const auto burg = make_potential_map(potential("burg"), 2);
  EXPECT_TRUE(burg->primal(Vector{{-1.0, -1e-300}}, beta));
  EXPECT_FALSE(burg->primal(Vector{{-1.0, 0.0}}, beta));
  EXPECT_EQ(burg->outside(Vector{{-1.0, 0.5}}), 1);
  EXPECT_EQ(burg->outside(Vector{{-1.0, -0.5}}), -1);
  const auto deep = make_potential_map(diagonal(3, 0.5), 2);  // |z| < 2
  EXPECT_TRUE(deep->primal(Vector{{1.999, -1.999}}, beta));
  EXPECT_FALSE(deep->primal(Vector{{2.0, 0.0}}, beta));
  EXPECT_EQ(deep->outside(Vector{{0.0, -2.0}}), 1);
  EXPECT_EQ(make_potential_map(potential("entropy"), 2)->outside(Vector{{-1e9, 700.0}}), -1);
}

TEST(PotentialMap, starts_of_1e_300_and_ratios_beyond_a_double_are_numbers) {
  const auto entropy = make_potential_map(potential("entropy"), 1);
  EXPECT_EQ(entropy->dual(SignedLog::constant(1, -5000.0))[0], -5000.0);
  const auto narrow = make_potential_map(hypentropy(1e-300), 1);
  const Vector z = narrow->dual(SignedLog::from(Vector::Constant(1, 1e200)));  // asinh(1e500) = log(2e500)
  EXPECT_NEAR(z[0], std::log(2.0) + 500.0 * std::log(10.0), rounding(8) * 1200.0);
  Vector beta(1);
  narrow->primal(z, beta);
  EXPECT_NEAR(beta[0] / 1e200, 1.0, rounding(8) * 1200.0);
}

TEST(PotentialMap, homogeneity_is_the_degree_of_the_potential) {
  EXPECT_EQ(make_potential_map(power("p_norm", 3.0), 2)->homogeneity(), 3.0);
  EXPECT_EQ(make_potential_map(power("squared_p_norm", 3.0), 2)->homogeneity(), 2.0);
  EXPECT_EQ(make_potential_map(potential("euclidean"), 2)->homogeneity(), 2.0);
  EXPECT_FALSE(make_potential_map(hypentropy(1.0), 2)->homogeneity());
}

TEST(PotentialMap, refusals_say_what_is_wrong) {
  const auto make = [](const PotentialSpec& spec) { return [spec] { make_potential_map(spec, 2); }; };
  EXPECT_THAT(refusal(make(potential("entropi"))), HasSubstr("unknown potential \"entropi\" (did you mean \"entropy\"?)"));
  EXPECT_THAT(refusal(make(potential("hypentropy"))), HasSubstr("hypentropy needs \"c\", a number > 0"));
  EXPECT_THAT(refusal(make(hypentropy(-1.0))), HasSubstr("c is -1, expected a number > 0"));
  EXPECT_THAT(refusal(make(power("p_norm", 1.0))), HasSubstr("p is 1, expected a number > 1"));
  EXPECT_THAT(refusal(make(power("burg", 2.0))), HasSubstr("key \"p\" is given but this potential does not read it"));
  EXPECT_THAT(refusal(make(potential("diagonal"))), HasSubstr("needs \"depth\""));
  EXPECT_THAT(refusal(make(diagonal(2, 1.0))), HasSubstr("depth is 2, expected an integer >= 3"));
  EXPECT_THAT(refusal(make(diagonal(4, 1e-60))), HasSubstr("a dual iterate in double cannot hold"));
  EXPECT_THAT(refusal(make(potential("quadratic"))), HasSubstr("needs \"k\""));
  EXPECT_THAT(refusal([] { make_quadratic_map(Matrix::Identity(3, 3), 2); }), HasSubstr("K is (3, 3), expected (2, 2)"));
  EXPECT_THAT(refusal([] { make_quadratic_map(Matrix{{1.0, 0.5}, {0.0, 1.0}}, 2); }), HasSubstr("not symmetric"));
  EXPECT_THAT(refusal([] { make_quadratic_map(Matrix{{1.0, 2.0}, {2.0, 1.0}}, 2); }), HasSubstr("not positive definite"));
}

TEST(PotentialMap, a_start_outside_the_domain_is_refused_with_its_entry) {
  for (const char* kind : {"entropy", "burg"}) {
    const auto map = make_potential_map(potential(kind), 2);
    EXPECT_THAT(refusal([&] { map->dual(SignedLog::from(Vector{{1.0, 0.0}})); }), HasSubstr("entry 1 of β_0 is 0"));
    EXPECT_THAT(refusal([&] { map->dual(SignedLog::from(Vector{{-0.5, 1.0}})); }), HasSubstr("entry 0 of β_0 is -0.5"));
  }
  const auto burg = make_potential_map(potential("burg"), 1);
  EXPECT_THAT(refusal([&] { burg->dual(SignedLog::constant(1, -5000.0)); }), HasSubstr("beyond the range of a double"));
}

}  // namespace
}  // namespace penchant
