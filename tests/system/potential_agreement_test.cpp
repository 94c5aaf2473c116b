// The maps of a potential are written twice, for training (dynamics/potential_map) and for solving (limits/potential_dual).
// Here they meet:
// the maps agree, and mirror descent ends where the solver says.
#include <gtest/gtest.h>

#include <functional>

#include "penchant/dynamics/mirror.h"
#include "penchant/limits/bregman_gap.h"
#include "penchant/limits/solve.h"
#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

constexpr Index kFeatures = 9;

struct Pair {
  std::string label;
  std::function<std::unique_ptr<PotentialMap>()> training;
  Potential solving;
  Vector start;            // of the run
  bool has_own_origin = false;  // the solving side: then the start is 0
  bool positive = false;

  SignedLog origin() const { return has_own_origin ? SignedLog{} : SignedLog::from(start); }
};

Matrix metric() {
  const Matrix a = gaussian_matrix(kFeatures, kFeatures, 31) / 3.0;
  return a * a.transpose() + Matrix::Identity(kFeatures, kFeatures);
}

std::vector<Pair> all_pairs() {
  std::vector<Pair> out;
  const Vector zero = Vector::Zero(kFeatures), some = 0.3 * gaussian_vector(kFeatures, 32), above = some.cwiseAbs().array() + 0.2;
  const auto add = [&](std::string label, PotentialSpec spec, Potential potential, const Vector& start, bool positive = false) {
    const bool own = std::holds_alternative<DeepDiagonal>(potential);
    out.push_back(
        {std::move(label), [spec] { return make_potential_map(spec, kFeatures); }, std::move(potential), start, own, positive});
  };
  const auto named = [](const char* kind) {
    PotentialSpec spec;
    spec.kind = kind;
    return spec;
  };
  add("euclidean", named("euclidean"), Euclidean{}, some);
  add("entropy", named("entropy"), Entropy{}, above, true);
  add("burg", named("burg"), Burg{}, above, true);
  for (double c : {1e-6, 0.5}) {
    PotentialSpec spec = named("hypentropy");
    spec.c = c;
    add("hypentropy", spec, Hypentropy{std::log(c)}, some);
  }
  for (double p : {1.3, 3.0}) {
    PotentialSpec spec = named("p_norm");
    spec.p = p;
    add("p_norm", spec, PNorm{p}, some);
    spec.kind = "squared_p_norm";
    add("squared_p_norm", spec, SquaredPNorm{p}, some);
  }
  for (int depth : {3, 5}) {
    PotentialSpec spec = named("diagonal");
    spec.depth = depth;
    spec.scale = 0.4;
    const Vector log_scale = Vector::Constant(kFeatures, std::log(0.4));
    add("diagonal", spec, DeepDiagonal{depth, log_scale, log_scale}, zero);
  }
  out.push_back({"quadratic", [] { return make_quadratic_map(metric(), kFeatures); }, Quadratic{metric()}, some});
  return out;
}

double unit_of(const DualForm& form) {
  const auto* powers = std::get_if<Powers>(&form);
  return powers ? std::exp(powers->log_unit) : 1.0;
}

Vector some_point(const Pair& pair, double size, std::uint64_t seed) {
  const Vector beta = size * gaussian_vector(kFeatures, seed);
  return pair.positive ? Vector(beta.cwiseAbs()) : beta;
}

TEST(PotentialAgreement, both_sides_give_a_predictor_the_same_dual_displacement) {
  for (const Pair& pair : all_pairs())
    for (double size : {1e-3, 1.0, 20.0})
      for (std::uint64_t seed : {41, 42, 43}) {
        const auto map = pair.training();
        const DualForm form = dual_form(pair.solving, pair.origin(), kFeatures);
        const Vector beta = some_point(pair, size, seed);
        const Vector z = map->dual(SignedLog::from(beta)), z0 = map->dual(SignedLog::from(pair.start));
        const Vector v = unit_of(form) * dual_coordinates(form, Predictor::vector(beta));
        EXPECT_LE((z - z0 - v).norm(), 100.0 * kEps * (z.norm() + z0.norm())) << pair.label << " at size " << size;
      }
}

TEST(PotentialAgreement, the_training_map_is_the_gradient_of_the_solver_s_dual_potential) {
  for (const Pair& pair : all_pairs()) {
    const auto map = pair.training();
    const DualForm form = dual_form(pair.solving, pair.origin(), kFeatures);
    const Vector z0 = map->dual(SignedLog::from(pair.start));
    const Vector z = map->dual(SignedLog::from(some_point(pair, 0.7, 44)));
    const Vector along = gaussian_vector(kFeatures, 45).cwiseProduct(z.cwiseAbs()) * 0.1;
    const double h = 0.1 * difference_step(1.0), unit = unit_of(form);
    const double slope =
        (dual_potential(form, (z + h * along - z0) / unit) - dual_potential(form, (z - h * along - z0) / unit)) / (2.0 * h) * unit;
    Vector beta(kFeatures);
    ASSERT_TRUE(map->primal(z, beta));
    constexpr double kFirstDerivative = 1e-7;
    EXPECT_NEAR(slope, beta.dot(along), kFirstDerivative * beta.norm() * along.norm()) << pair.label;
  }
}

TEST(PotentialAgreement, mirror_descent_ends_where_the_solver_says) {
  const Matrix x = gaussian_matrix(4, kFeatures, 46) / 3.0;
  const Vector y = x * Vector(gaussian_vector(kFeatures, 47).cwiseAbs().array() + 0.1);
  for (const Pair& pair : all_pairs()) {
    const Solution solution = solve(BregmanProjection{std::make_shared<DenseMap>(x), y, pair.solving, pair.origin()});
    ASSERT_EQ(solution.outcome.status, Status::solved) << pair.label << ": " << solution.outcome.text;
    const auto stepper = make_mirror(linear_problem(x, y, pair.start), Mirror{}, pair.training());
    while (stepper->progress().residual > 1e-13 && stepper->progress().steps < 4e5)
      if (!stepper->advance(kInfinity, 100)) break;
    constexpr double kSameEnd = 1e-10;  // residual 1e-13 times the condition of the data, with room for the solver's 1e-12
    EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, solution.predictor.values), kSameEnd)
        << pair.label << " " << stepper->failure_text();
  }
}

}  // namespace
}  // namespace penchant
