// Noise in the steps of a run: what it adds, to the bit, and what it leaves alone.
#include "penchant/dynamics/batches.h"
#include "penchant/dynamics/noise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/dynamics/simulate.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::problem_of;
using testing::refusal;
using testing::relative_distance;
using testing::train_on_batches;

constexpr LabelNoise kGaussian{LabelNoiseKind::gaussian, 0.7};
constexpr LabelNoise kSign{LabelNoiseKind::sign, 0.7};
constexpr GradientNoise kSpherical{GradientNoiseKind::spherical, 0.3};

Problem regression(const ModelSpec& model, const LossSpec& loss = Squared{}) {
  return problem_of(gaussian_matrix(6, 10, 1), 0.5 * gaussian_vector(6, 2), model, loss, InitSpec{.scale = 0.4});
}

// β = u² - v² by the formulas of dynamics/spec.h, one line each.
Vector plain_run(const Problem& problem, const Stochastic& dynamics, double eta, int steps) {
  const Matrix& x = *problem.data->features->dense();
  Vector u = Vector::Constant(x.cols(), 0.4), v = u;
  LabelNoiseStream stream(dynamics.label_noise.value_or(LabelNoise{}), *dynamics.seed, x.rows());
  Batches batches(x.rows(), dynamics.batch, dynamics.replacement, *dynamics.seed);
  const bool sum = reduction(problem.loss) == Reduction::sum;
  for (int k = 0; k < steps; ++k) {
    const Vector noisy = problem.data->targets + Eigen::Map<const Vector>(stream.at(static_cast<std::uint64_t>(k)), x.rows());
    const std::vector<Index>& rows = batches.at(static_cast<std::uint64_t>(k));
    Vector weights = Vector::Zero(x.rows());
    for (const Index i : rows) weights[i] += static_cast<double>(sum ? x.rows() : 1) / static_cast<double>(rows.size());
    const Vector g = 2.0 * eta * (x.transpose() * weights.cwiseProduct(x * (u.cwiseAbs2() - v.cwiseAbs2()) - noisy));
    u -= g.cwiseProduct(u).eval();
    v += g.cwiseProduct(v).eval();
  }
  return u.cwiseAbs2() - v.cwiseAbs2();
}

TEST(LabelNoise, a_step_uses_the_targets_plus_fresh_noise) {
  for (const LabelNoise& noise : {kGaussian, kSign}) {
    const Problem problem = regression(Diagonal{});
    const Stochastic dynamics{.step_size = {0.01}, .batch = 0, .seed = 5, .label_noise = noise};
    const Trajectory run = train_on_batches(problem, dynamics, {.steps = 60});
    EXPECT_LT(relative_distance(run.predictor.values, plain_run(problem, dynamics, 0.01, 60)), 1e-12);
  }
}

TEST(LabelNoise, a_step_on_a_batch_uses_its_samples_alone) {
  for (const std::optional<LabelNoise>& noise : {std::optional<LabelNoise>{}, std::optional(kGaussian), std::optional(kSign)})
    for (const Reduction reduction : {Reduction::sum, Reduction::mean})
      for (const bool replacement : {false, true})
        for (const int batch : {1, 4, 6}) {  // 4: the second batch of a pass has two samples
          const Problem problem = regression(Diagonal{}, Squared{reduction});
          const double eta = reduction == Reduction::sum ? 0.005 : 0.03;
          const Stochastic dynamics{
              .step_size = {eta}, .batch = batch, .replacement = replacement, .seed = 5, .label_noise = noise};
          const Trajectory run = train_on_batches(problem, dynamics, {.steps = 60});
          EXPECT_LT(relative_distance(run.predictor.values, plain_run(problem, dynamics, eta, 60)), 1e-12) << batch << replacement;
        }
}

TEST(LabelNoise, of_a_batch_is_that_of_its_samples) {
  // one pass in batches at a vanishing step is one step of all samples, whose noise differs: with the noise of step k taken out
  // nothing is left
  const Problem problem = regression(Linear{});
  const double eta = 1e-9;
  const auto moved = [&](std::optional<LabelNoise> noise) {
    Stochastic dynamics{.step_size = {eta}, .batch = 2, .seed = 5};
    dynamics.label_noise = noise;
    return Vector(train_on_batches(problem, dynamics, {.steps = 1}).predictor.values);
  };
  Vector added = (moved(kGaussian) - moved({})) / eta;  // n/b X_Bᵀ ε_B
  LabelNoiseStream stream(kGaussian, 5, 6);
  const Eigen::Map<const Vector> noise(stream.at(0), 6);
  const Matrix& x = *problem.data->features->dense();
  double nearest = 1.0;  // over the pairs of samples
  for (Index i = 0; i < 6; ++i)
    for (Index k = 0; k < i; ++k)
      nearest = std::min(nearest, relative_distance(added, 3.0 * (x.row(i) * noise[i] + x.row(k) * noise[k]).transpose()));
  EXPECT_LT(nearest, 1e-6) << "eps/eta of rounding";
}

TEST(LabelNoise, a_seed_fixes_the_run_and_another_changes_it) {
  for (const LabelNoise& noise : {kGaussian, kSign}) {
    const auto run = [&](std::uint64_t seed) {
      return train_on_batches(regression(Diagonal{}), {.step_size = {0.01}, .batch = 0, .seed = seed, .label_noise = noise},
                              {.steps = 50})
          .predictor.values;
    };
    EXPECT_EQ(run(1), run(1));
    EXPECT_NE(run(1), run(2));
  }
}

TEST(LabelNoise, keeps_the_linear_model_in_the_row_space) {
  const Problem problem = problem_of(gaussian_matrix(4, 10, 1), gaussian_vector(4, 2), Linear{}, Squared{}, InitSpec{});
  const Trajectory run = train_on_batches(
      problem, {.step_size = {0.01}, .batch = 1, .replacement = true, .seed = 5, .label_noise = kGaussian}, {.steps = 500});
  EXPECT_LT(run.snapshots.back().alignment, 1e-12);
  EXPECT_GT(run.snapshots.back().residual, 0.01) << "a constant step goes on moving";
}

TEST(GradientNoise, moves_every_parameter_by_the_step_times_sigma) {
  const Problem signs = problem_of(gaussian_matrix(6, 10, 1), Vector{{1.0, -1.0, 1.0, 1.0, -1.0, 1.0}}, Diagonal{}, Logistic{},
                                   InitSpec{.scale = 0.4});  // any loss
  const double eta = 1e-3;
  const auto after_one = [&](bool noisy) {
    Stochastic dynamics{.step_size = {eta}, .batch = 0, .seed = 9};
    if (noisy) dynamics.gradient_noise = kSpherical;
    return Vector(train_on_batches(signs, dynamics, {.steps = 1}).predictor.values);
  };
  GradientNoiseStream stream(kSpherical, 9, 20);
  const Vector xi = stream.at(0);
  // d(u² - v²) = 2u du - 2v dv at u = v = 0.4, and the second order
  const Vector expected = -eta * 0.8 * (xi.head(10) - xi.tail(10));
  EXPECT_LT((after_one(true) - after_one(false) - expected).cwiseAbs().maxCoeff(), 10.0 * eta * eta);
  EXPECT_GT(expected.cwiseAbs().maxCoeff(), 100.0 * eta * eta);
}

TEST(GradientNoise, leaves_the_row_space) {
  const Problem problem = problem_of(gaussian_matrix(4, 10, 1), gaussian_vector(4, 2), Linear{}, Squared{}, InitSpec{});
  const Trajectory run =
      train_on_batches(problem, {.step_size = {0.01}, .batch = 0, .seed = 5, .gradient_noise = kSpherical}, {.steps = 500});
  EXPECT_GT(run.snapshots.back().alignment, 1e-3);
}

TEST(Noise, a_run_has_no_default_end_but_its_steps) {
  const Problem problem = regression(Linear{});
  EXPECT_FALSE(stop_limits(problem, Stochastic{.label_noise = kSign}, {}).residual);
  EXPECT_TRUE(stop_limits(problem, Stochastic{}, {}).residual);
  EXPECT_FALSE(stop_limits(problem, Stochastic{.gradient_noise = kSpherical}, {}).stationary);
}

TEST(Noise, on_the_targets_of_a_classification_is_refused) {
  const Problem problem =
      problem_of(gaussian_matrix(6, 10, 1), gaussian_vector(6, 2).cwiseSign(), Linear{}, Exponential{}, InitSpec{});
  for (const LossSpec& loss : {LossSpec{Exponential{}}, LossSpec{Logistic{}}}) {
    Problem classes = problem;
    classes.loss = loss;
    EXPECT_THAT(refusal([&] { simulate(classes, Stochastic{.label_noise = kSign}, {.steps = 1}); }),
                HasSubstr("expected loss.kind squared or log_cosh"));
  }
}

TEST(Noise, needs_a_kind_and_a_size_in_the_spec) {
  const auto read = [](const char* kind, Value sigma) {
    Value noise = Value::object({});
    if (kind) noise.set("kind", kind);
    if (!sigma.is_null()) noise.set("sigma", std::move(sigma));
    return dynamics_from(Value::object({{"kind", "stochastic"}, {"label_noise", noise}}), Where{"spec.toml", "dynamics", 1});
  };
  EXPECT_EQ(std::get<Stochastic>(read("sign", 0.5)).label_noise->sigma, 0.5);
  EXPECT_THAT(refusal([&] { read("sign", Value()); }), HasSubstr("sigma is missing"));
  EXPECT_THAT(refusal([&] { read(nullptr, 1.0); }), HasSubstr("kind is missing"));
  EXPECT_THAT(refusal([&] { read("gausian", 1.0); }), HasSubstr("gaussian"));
  EXPECT_THAT(refusal([&] { read("sign", 0.0); }), HasSubstr("a number > 0"));
}

}  // namespace
}  // namespace penchant
