// C8 end to end, C6 under noise, and the edge of stability: on small data, each with a hypothesis broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/text.h"
#include "penchant/dynamics/simulate.h"
#include "penchant/lab/facts_l1.h"
#include "penchant/theory/diagonal_start.h"
#include "penchant/theory/label_noise.h"
#include "support/end_to_end.h"
#include "support/planted.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;
using testing::end_to_end;
using testing::gaussian_matrix;
using testing::kControl;
using testing::relative_distance;

constexpr Index kSamples = 8, kFeatures = 16;
constexpr DiagonalForm kDifference = DiagonalForm::difference_of_powers, kPower = DiagonalForm::power,
                       kProduct = DiagonalForm::product;

Matrix features() { return gaussian_matrix(kSamples, kFeatures, 72) / 2.0; }

Problem network(const Diagonal& model, double scale = 1.0, Reduction reduction = Reduction::sum) {
  Vector beta = Vector::Zero(kFeatures);
  beta[2] = 1.2;
  beta[7] = model.form == kPower ? 0.8 : -0.8;
  return make_problem(testing::dataset_of(features(), features() * beta), model, Squared{reduction},
                      testing::start_at(scale, model, kFeatures));
}

// Long at a step that shakes, then ever smaller: what is left of the noise at the end is √(ησ²/2) a sample.
Stochastic shaken(double sigma, LabelNoiseKind kind = LabelNoiseKind::gaussian, std::uint64_t seed = 1) {
  Stochastic out{.step_size = {PiecewiseStep{{0.02, 2e-3, 2e-4, 2e-5}, {40'000, 45'000, 55'000}}}, .batch = 0, .seed = seed};
  if (sigma > 0.0) out.label_noise = LabelNoise{kind, sigma};
  return out;
}
const StopSpec kToTheEnd{.steps = 100'000};

double weighted_norm(const Vector& beta) { return trace_weights(features()).dot(beta.cwiseAbs()); }

double least_weighted_norm(const Problem& problem) {
  const Solution least = solve(
      MinL1{.x = problem.data->features, .y = problem.data->targets, .weights = trace_weights(features()), .negative_weights = {}});
  return weighted_norm(least.predictor.values);
}

TEST(TheoremC8, decaying_steps_end_at_the_least_weighted_norm_the_nearer_the_stronger_the_noise) {
  const Problem problem = network({2, kDifference});
  const double least = least_weighted_norm(problem);
  double last = std::numeric_limits<double>::infinity();
  for (double sigma : {0.0, 0.25, 0.5}) {
    const Trajectory run = simulate(problem, shaken(sigma), kToTheEnd);
    const double excess = weighted_norm(run.predictor.values) / least - 1.0;
    EXPECT_LT(excess, 0.2 * last) << "sigma " << sigma << " against the one before";
    EXPECT_GT(excess, -0.01) << "a fit to what the noise leaves has at least the least norm";
    last = excess;
  }
  EXPECT_LT(last, 0.02) << "the promise: within 2 % at sigma 0.5";
  const Trajectory still = simulate(problem, shaken(0.0), kToTheEnd);
  EXPECT_GT(weighted_norm(still.predictor.values) / least - 1.0, kControl * 0.02) << "without noise the start is remembered";
}

TEST(TheoremC8, forms_kinds_of_noise_starts_and_reductions_agree) {
  struct Case {
    Diagonal model;
    double scale;
    LabelNoiseKind kind;
    double sigma;
  };
  for (const Case& c :
       {Case{{2, kDifference}, 1.0, LabelNoiseKind::gaussian, 1.0}, Case{{2, kDifference}, 0.3, LabelNoiseKind::sign, 1.0},
        Case{{2, kPower}, 1.0, LabelNoiseKind::gaussian, 1.0}, Case{{2, kProduct}, 1.0, LabelNoiseKind::sign, 2.0}}) {
    const std::string what = cat("form ", int(c.model.form), ", start ", c.scale);
    const auto training = end_to_end(network(c.model, c.scale), shaken(c.sigma, c.kind), kToTheEnd);
    ASSERT_FALSE(training.refusal) << what << ": " << training.refusal->reason;
    const Comparison& flattest = training.comparison("C.label_noise");
    EXPECT_TRUE(std::isfinite(flattest.budget.theory)) << what;
    EXPECT_LE(flattest.distance, flattest.budget.total()) << what << ": " << flattest.text;
    EXPECT_LT(flattest.budget.theory, 0.01) << what;
    EXPECT_NE(flattest.verdict, Verdict::disagrees) << what;
    const Comparison& steps = training.comparison("C.steps");
    EXPECT_LE(steps.distance, steps.budget.total()) << what << ": " << steps.text;
  }
}

TEST(TheoremC8, agrees_once_the_noise_of_the_last_steps_is_small) {
  Stochastic dynamics = shaken(0.5);
  std::get<PiecewiseStep>(dynamics.step_size.rule) = {{0.02, 2e-3, 2e-4, 2e-5, 2e-6}, {60'000, 65'000, 80'000, 180'000}};
  const auto training = end_to_end(network({2, kDifference}), dynamics, {.steps = 400'000});
  const Comparison& flattest = training.comparison("C.label_noise");
  EXPECT_EQ(testing::verdict(flattest), "agrees");
  EXPECT_EQ(testing::verdict(training.comparison("C.steps")), "agrees");
  // Controls: the plain norm, and the flow's limit from this start.
  const MapPtr x = training.problem.data->features;
  const Vector y = training.problem.data->targets;
  const auto flow = testing::predictions_of(predict(training.problem, GradientFlow{}, training.facts));
  const Comparison from_start = testing::against(training, "C.label_noise", *flow.at(0).limit);
  EXPECT_GT(testing::excess(from_start), kControl) << "noise forgets the start";
}

TEST(TheoremC8, one_run_at_a_constant_step_is_never_said_to_disagree) {
  for (double sigma : {0.1, 0.5, 2.0})
    for (double step : {0.002, 0.01}) {
      Stochastic dynamics{.step_size = {step}, .batch = 0, .seed = 3, .label_noise = LabelNoise{LabelNoiseKind::gaussian, sigma}};
      for (std::int64_t steps : {100, 3'000, 40'000}) {
        const auto training = end_to_end(network({2, kDifference}), dynamics, {.steps = steps});
        for (const Comparison& comparison : training.comparisons)
          EXPECT_NE(comparison.verdict, Verdict::disagrees)
              << comparison.prediction << ", sigma " << sigma << ", step " << step << ", " << steps << ": " << comparison.text;
      }
    }
}

// The mean of the weights' products over the second half of a run is about the stationary point of L + λR; a tenth of the step, a
// third of the distance or less.
TEST(TheoremC8, constant_steps_move_about_the_stationary_point_of_the_penalised_loss) {
  const auto distance = [&](const Diagonal& model, double step, double sigma) {
    const Problem problem = network(model);
    Stochastic dynamics{.step_size = {step}, .batch = 0, .seed = 2, .label_noise = LabelNoise{LabelNoiseKind::gaussian, sigma}};
    const auto predictions = testing::predictions_of(predict(problem, dynamics, compute_facts(problem, dynamics)));
    const auto* named = testing::find(predictions, "C.noisy_step");
    EXPECT_NE(named, nullptr);
    const Vector lasso = solve(*named->limit).predictor.values;
    SimulateOptions options;
    Vector mean = Vector::Zero(kFeatures);
    const int runs = 64;  // of independent noise
    for (int seed = 0; seed < runs; ++seed) {
      dynamics.seed = static_cast<std::uint64_t>(seed);
      mean += simulate(problem, dynamics, {.steps = 20'000}, options).predictor.values / runs;
    }
    const Vector fit = solve(MinL1{.x = problem.data->features,
                                   .y = problem.data->targets,
                                   .weights = trace_weights(features()),
                                   .negative_weights = {}})
                           .predictor.values;
    EXPECT_LT(relative_distance(mean, lasso), 0.4 * relative_distance(fit, lasso)) << "nearer to it than the fit it shrinks";
    return relative_distance(mean, lasso);
  };
  EXPECT_LT(distance({2, kDifference}, 0.02, 2.5), 0.06);
  EXPECT_LT(distance({2, kProduct}, 0.04, 2.5), 0.06);
}

TEST(TheoremC8, depth_three_and_other_noise_are_refused_with_the_reason) {
  const auto reason = [](const Problem& problem, const Stochastic& dynamics) {
    const PredictResult result = predict(problem, dynamics, compute_facts(problem, dynamics));
    const auto* refusal = std::get_if<Refusal>(&result);
    return refusal ? refusal->reason : std::string("predicted");
  };
  EXPECT_THAT(reason(network({3, kDifference}), shaken(0.5)), HasSubstr("Σ|β_j|^1.333"));
  Stochastic spherical = shaken(0.0);
  spherical.gradient_noise = GradientNoise{GradientNoiseKind::spherical, 0.1};
  EXPECT_THAT(reason(network({2, kDifference}), spherical), HasSubstr("nothing calls them back"));
  Stochastic heavy = shaken(0.5);
  heavy.momentum = 0.5;
  EXPECT_THAT(reason(network({2, kDifference}), heavy), HasSubstr("momentum"));
  EXPECT_THAT(reason(network({2, kPower, Factors::separate}), shaken(0.5)), HasSubstr("separate"));
}

TEST(TheoremC8, too_fast_a_decay_keeps_part_of_the_start_and_is_not_predicted) {
  Stochastic fast = shaken(0.5);
  fast.step_size = {PowerStep{0.02, 0.8}};
  const Problem problem = network({2, kDifference});
  const auto training = end_to_end(problem, fast, kToTheEnd);
  EXPECT_EQ(testing::find(training.predictions, "C.label_noise"), nullptr);
  EXPECT_GT(weighted_norm(training.run.predictor.values) / least_weighted_norm(problem) - 1.0, 0.2);
  Stochastic slow = fast;
  slow.step_size = {PowerStep{0.02, 0.3}};
  EXPECT_NE(testing::find(end_to_end(problem, slow, {.steps = 10}).predictions, "C.label_noise"), nullptr);
}

TEST(TheoremC8, depth_three_ends_at_another_norm) {
  const Problem problem = network({3, kDifference});
  Stochastic dynamics = shaken(0.5);
  std::get<PiecewiseStep>(dynamics.step_size.rule).values = {0.006, 6e-4, 6e-5, 6e-6};
  const Trajectory run = simulate(problem, dynamics, kToTheEnd);
  // min Σ|β_j|^{4/3} w_j has no zeros: features that the weighted ℓ1 norm leaves out are used.
  const Solution least = solve(
      MinL1{.x = problem.data->features, .y = problem.data->targets, .weights = trace_weights(features()), .negative_weights = {}});
  EXPECT_GT(relative_distance(run.predictor.values, least.predictor.values), 0.1);
}

// The bound of theory/label_noise.h against the two limits themselves, on planted shrunken starts.
TEST(ShrunkStartError, bounds_the_distance_between_the_two_limits) {
  int finite = 0, tight = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Matrix x = gaussian_matrix(8, 16, 100 + seed);
    Vector beta = Vector::Zero(16);
    beta[3] = 1.0;
    beta[9] = seed % 2 ? 0.4 : -2.0;
    const bool positive = seed % 4 == 1;
    const Vector y = x * beta, w = trace_weights(x), wobble = testing::gaussian_vector(16, 300 + seed).array().sin();
    const auto map = std::make_shared<DenseMap>(x);
    const auto least = trace_l1(map, y, positive);
    if (!least) continue;
    for (double kappa : {0.3, 1.0, 3.0, 10.0}) {
      DiagonalStart start{2, -0.5 * kappa * w.cwiseProduct(Vector(1.0 + 0.01 * wobble.array())), {}};
      if (!positive) start.log_v = -0.5 * kappa * w.cwiseProduct(Vector(1.0 - 0.01 * wobble.array()));
      const auto bound = shrunk_start_error(start, w, *least);
      const Vector near = solve(BregmanProjection{map, y, flow_potential(start), flow_origin(start)}).predictor.values;
      const Vector flat =
          solve(MinL1{.x = map, .y = y, .weights = w, .negative_weights = {}, .positive = positive}).predictor.values;
      const double distance = relative_distance(near, flat);
      if (!bound) continue;
      ++finite;
      tight += *bound < 0.01;
      EXPECT_LE(distance, *bound + 1e-8) << "seed " << seed << ", kappa " << kappa << ": the solvers' own error is below 1e-8";
    }
  }
  EXPECT_GT(finite, 40);
  EXPECT_GT(tight, 20);
}

// C6 near the edge: the largest steps that converge, and those beyond it.
TEST(EdgeOfStability, the_projection_is_exact_up_to_the_edge) {
  const Problem problem = network({2, kDifference}, 0.2);
  // curvature at the end of a run with small steps
  GradientDescent small{.step_size = {0.002}};
  small.measure = {CurvatureMeasure::sharpness};
  const Trajectory flow_like = simulate(problem, small, {.steps = 200'000, .residual = 1e-12});
  const double edge = 2.0 / flow_like.snapshots.back().sharpness;
  for (double share : {0.5, 0.9, 1.1}) {
    GradientDescent dynamics{.step_size = {share * edge}};
    dynamics.measure = {CurvatureMeasure::sharpness};
    const auto training = end_to_end(problem, dynamics, {.steps = 400'000, .residual = 1e-12});
    ASSERT_EQ(training.run.reason, StopReason::residual) << "share " << share << ": " << training.run.text;
    EXPECT_EQ(testing::verdict(training.comparison("C.steps")), "agrees") << "share " << share;
    // wherever it ended, it is stable there
    EXPECT_LE(training.run.snapshots.back().sharpness, 2.0 / (share * edge) * (1.0 + 1e-9)) << "share " << share;
  }
}

TEST(EdgeOfStability, steps_beyond_it_are_refused_or_recorded_as_they_diverge) {
  const Problem problem = network({2, kDifference}, 0.5);
  const auto message = testing::refusal([&] { simulate(problem, GradientDescent{.step_size = {5.0}}); });
  EXPECT_THAT(message, HasSubstr("not below the stability bound 2/λ"));
  EXPECT_THAT(message, HasSubstr("force = true"));
  const Trajectory forced = simulate(problem, GradientDescent{.step_size = {5.0}, .force = true});
  EXPECT_TRUE(forced.reason == StopReason::diverged || forced.reason == StopReason::not_finite) << forced.text;
  Stochastic noisy{.step_size = {5.0}, .batch = 0, .label_noise = LabelNoise{LabelNoiseKind::sign, 0.1}};
  EXPECT_THAT(testing::refusal([&] { simulate(problem, noisy, {.steps = 10}); }), HasSubstr("stability bound"));
}

}  // namespace
}  // namespace penchant
