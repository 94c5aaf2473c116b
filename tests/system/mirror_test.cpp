// Mirror descent ends at argmin D_phi(beta, beta_0) s.t. X beta = y, whatever its steps, batches and dual momentum (theory B).
#include "penchant/core/decompositions.h"
#include "penchant/dynamics/mirror.h"

#include <gtest/gtest.h>

#include <functional>

#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

constexpr double kSameLimit = 1e-10;      // promised: the limit does not depend on the steps
constexpr double kResidual = 1e-13;       // where a run is called converged: 1e3 below kSameLimit
constexpr double kMaxSteps = 400'000;
constexpr Index kSamples = 4, kFeatures = 10;

Matrix features() { return gaussian_matrix(kSamples, kFeatures, 5) / std::sqrt(static_cast<double>(kFeatures)); }
// A positive fit exists, so that every potential can reach it.
Vector targets() { return features() * Vector(gaussian_vector(kFeatures, 6).cwiseAbs().array() + 0.1); }
Matrix metric() {
  const Matrix a = gaussian_matrix(kFeatures, kFeatures, 8) / 3.0;
  return a * a.transpose() + Matrix::Identity(kFeatures, kFeatures);
}

struct Case {
  std::string label;
  std::function<std::unique_ptr<PotentialMap>()> map;
  double start;      // of every entry of beta_0
  double step_size;  // converges, as do its half and its quarter
};

std::vector<Case> all_cases() {
  const auto of = [](PotentialSpec spec) { return [spec] { return make_potential_map(spec, kFeatures); }; };
  return {{"euclidean", of(potential("euclidean")), 0.3, 0.2},
          {"entropy", of(potential("entropy")), 0.5, 0.1},
          {"burg", of(potential("burg")), 0.5, 0.05},
          {"hypentropy", of(hypentropy(0.1)), 0.0, 0.2},
          {"p_norm 1.5", of(power("p_norm", 1.5)), 0.0, 0.1},
          {"p_norm 3", of(power("p_norm", 3.0)), 0.0, 0.1},
          {"squared_p_norm 1.2", of(power("squared_p_norm", 1.2)), 0.2, 0.05},
          {"squared_p_norm 3", of(power("squared_p_norm", 3.0)), 0.2, 0.02},
          {"diagonal 3", of(diagonal(3, 0.4)), 0.0, 0.1},
          {"diagonal 5", of(diagonal(5, 0.5)), 0.1, 0.1},
          {"quadratic", [] { return make_quadratic_map(metric(), kFeatures); }, 0.3, 0.2}};
}

struct End {
  Vector beta;
  double residual, alignment, steps;
  std::string text;
};

End run(const Case& c, const LossSpec& loss, Mirror dynamics) {
  dynamics.seed = 1;
  const Problem problem = linear_problem(features(), targets(), Vector::Constant(kFeatures, c.start), loss);
  const auto stepper = make_mirror(problem, dynamics, c.map());
  while (stepper->progress().residual > kResidual && stepper->progress().steps < kMaxSteps)
    if (!stepper->advance(kInfinity, 50)) break;
  const Snapshot end = stepper->snapshot();
  return {end.predictor.values, end.residual, end.alignment, end.steps, stepper->failure_text()};
}

Mirror with_step(StepSize step) {
  return {.potential = {}, .step_size = std::move(step), .batch = 0, .momentum = 0.0, .force = false, .seed = {}};
}

// Conditions that characterise the Bregman projection: X beta = y, and grad phi(beta) - grad phi(beta_0) in the row space.
void expect_projection(const End& end, const std::string& label) {
  EXPECT_LE(end.residual, kResidual) << label << " after " << end.steps << " steps " << end.text;
  EXPECT_LE(end.alignment, 1e-12) << label;
}

TEST(MirrorSystem, the_limit_does_not_depend_on_the_step_size) {
  for (const Case& c : all_cases()) {
    const End reference = run(c, Squared{}, with_step({}));
    expect_projection(reference, c.label + " auto");
    for (double share : {1.0, 0.5, 0.25}) {
      const End end = run(c, Squared{}, with_step({share * c.step_size}));
      expect_projection(end, c.label);
      EXPECT_LE(relative_distance(end.beta, reference.beta), kSameLimit) << c.label << " at " << share << " of its step";
    }
  }
}

TEST(MirrorSystem, the_limit_does_not_depend_on_batches_or_dual_momentum) {
  for (const Case& c : all_cases()) {
    const End reference = run(c, Squared{}, with_step({}));
    for (int batch : {1, 3, static_cast<int>(kSamples)})
      for (double momentum : {0.0, 0.6}) {
        Mirror dynamics = with_step({});
        dynamics.batch = batch;
        dynamics.momentum = momentum;
        const End end = run(c, Squared{}, dynamics);
        expect_projection(end, c.label);
        EXPECT_LE(relative_distance(end.beta, reference.beta), kSameLimit)
            << c.label << " batch " << batch << " momentum " << momentum;
      }
  }
}

TEST(MirrorSystem, schedules_and_another_loss_with_a_finite_root_end_at_the_same_point) {
  for (const Case& c : all_cases()) {
    const End reference = run(c, Squared{}, with_step({}));
    for (const End& end : {run(c, LogCosh{}, with_step({})), run(c, LogCosh{Reduction::mean}, with_step({2.0 * c.step_size})),
                           run(c, Squared{}, with_step({PowerStep{c.step_size, 0.1}})),
                           run(c, Squared{}, with_step({PiecewiseStep{{c.step_size, 0.3 * c.step_size}, {7}}}))}) {
      expect_projection(end, c.label);
      EXPECT_LE(relative_distance(end.beta, reference.beta), kSameLimit) << c.label;
    }
  }
}

TEST(MirrorSystem, quadratic_potentials_end_at_the_closed_form) {
  const Matrix x = features(), k = metric(), inverse = Eigen::MatrixXd(k).inverse();
  for (const Case& c : all_cases()) {
    const Vector start = Vector::Constant(kFeatures, c.start);
    if (c.label == "euclidean") {
      EXPECT_LE(relative_distance(run(c, Squared{}, with_step({})).beta, nearest_fit(x, targets(), start)), kSameLimit);
    } else if (c.label == "quadratic") {
      const Vector multiplier = (x * inverse * x.transpose()).eval().inverse() * (targets() - x * start);
      EXPECT_LE(relative_distance(run(c, Squared{}, with_step({})).beta, start + inverse * x.transpose() * multiplier), kSameLimit);
    }
  }
}

TEST(MirrorSystem, different_potentials_end_at_different_points) {  // otherwise the tests above would show nothing
  std::vector<std::pair<std::string, Vector>> ends;
  for (const Case& c : all_cases()) ends.emplace_back(c.label, run(c, Squared{}, with_step({})).beta);
  for (std::size_t i = 0; i < ends.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_GE(relative_distance(ends[i].second, ends[j].second), 1e7 * kSameLimit) << ends[i].first << " and " << ends[j].first;
}

// Negative control: heavy ball on beta instead of z leaves the dual row space, and its end depends on the step.
Vector primal_momentum(double step_size, double momentum) {
  const auto map = make_potential_map(potential("entropy"), kFeatures);
  Vector beta = Vector::Constant(kFeatures, 0.5), previous = beta;
  for (int i = 0; i < 20'000; ++i) {
    const Vector z = map->dual(SignedLog::from(beta)) - step_size * (features().transpose() * (features() * beta - targets()));
    Vector next(kFeatures);
    map->primal(z, next);
    next += momentum * (beta - previous);
    previous = beta;
    beta = next.cwiseMax(1e-300);
  }
  return beta;
}

TEST(MirrorSystem, momentum_on_the_primal_iterate_ends_elsewhere) {
  const Case entropy = all_cases()[1];
  const Vector limit = run(entropy, Squared{}, with_step({})).beta;
  for (double step_size : {0.1, 0.05}) {
    const Vector end = primal_momentum(step_size, 0.5);
    EXPECT_LE((features() * end - targets()).norm(), 1e-10 * targets().norm()) << "it does fit";
    EXPECT_GE(relative_distance(end, limit), 1e6 * kSameLimit);
  }
}

TEST(MirrorSystem, from_zero_both_p_norm_potentials_end_at_the_smallest_p_norm) {
  for (double p : {1.5, 3.0}) {
    const auto of = [p](const char* kind) {
      return Case{kind, [kind, p] { return make_potential_map(power(kind, p), kFeatures); }, 0.0, 0.05};
    };
    const Vector beta = run(of("p_norm"), Squared{}, with_step({})).beta;
    EXPECT_LE(relative_distance(run(of("squared_p_norm"), Squared{}, with_step({})).beta, beta), kSameLimit);
    const auto norm = [p](const Vector& b) { return b.array().abs().pow(p).sum(); };
    for (std::uint64_t seed : {1, 2, 3, 4}) {  // smaller than at any other fit
      const Vector step = 1e-3 * gaussian_vector(kFeatures, seed);
      EXPECT_GT(norm(nearest_fit(features(), targets(), beta + step)), norm(beta));
    }
  }
}

TEST(MirrorSystem, batches_on_inconsistent_targets_end_nowhere) {  // negative control: y must be consistent
  Matrix x(kSamples + 1, kFeatures);
  x << features(), features().row(0);
  Vector y(kSamples + 1);
  y << targets(), 2.0 * targets()[0];
  std::vector<Vector> ends;
  for (double step : {0.02, 0.01}) {
    Mirror dynamics = with_step({step});
    dynamics.batch = 1;
    dynamics.seed = 1;
    const auto stepper = make_mirror(linear_problem(x, y, Vector::Constant(kFeatures, 0.5)), dynamics,
                                     make_potential_map(potential("entropy"), kFeatures));
    stepper->advance(kInfinity, 100'000);
    ends.push_back(stepper->snapshot().predictor.values);
    EXPECT_LE(stepper->snapshot().alignment, 1e-12) << "the dual iterate still stays in the row space";
  }
  EXPECT_GE(relative_distance(ends[0], ends[1]), 1e6 * kSameLimit);
}

double norm(const Vector& v, double p) { return std::pow(v.array().abs().pow(p).sum(), 1.0 / p); }

// max_beta min_i z_i . beta / |beta|_p = min_q |Z^T q|_{p*} over q >= 0, sum q = 1; two samples: ternary search over q_1.
double largest_margin(const Matrix& z, double p) {
  const auto dual = [&](double q) { return norm(q * z.row(0).transpose() + (1.0 - q) * z.row(1).transpose(), p / (p - 1.0)); };
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 200; ++i) {
    const double left = low + (high - low) / 3.0, right = high - (high - low) / 3.0;
    (dual(left) < dual(right) ? high : low) = dual(left) < dual(right) ? right : left;
  }
  return dual(0.5 * (low + high));
}

TEST(MirrorSystem, a_potential_of_degree_p_ends_at_the_largest_margin_in_the_p_norm) {
  const Matrix z{{1.0, 2.0, -1.0}, {0.5, 3.0, 2.0}};
  const auto gap = [&](const Vector& beta, double p) { return 1.0 - (z * beta).minCoeff() / norm(beta, p) / largest_margin(z, p); };
  for (const auto& [p, other] : {std::pair{1.5, 3.0}, std::pair{3.0, 1.5}})
    for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
      const Problem problem = linear_problem(z, Vector::Ones(2), Vector::Zero(3), loss);
      const auto stepper = make_mirror(problem, with_step({}), make_potential_map(power("p_norm", p), 3));
      stepper->advance(kInfinity, 3000);
      const double early = gap(stepper->snapshot().predictor.values, p);
      stepper->advance(kInfinity, 27'000);
      const Vector beta = stepper->snapshot().predictor.values;
      EXPECT_LE(gap(beta, p), 1e-3) << "p = " << p;  // O(1/log(1/loss)): log loss is about -1e4
      EXPECT_LE(gap(beta, p), 0.3 * early) << "p = " << p;
      EXPECT_GE(gap(beta, other), 0.02) << "another norm has another answer";
    }
}

}  // namespace
}  // namespace penchant
