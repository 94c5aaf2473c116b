#include "penchant/dynamics/wandering.h"

#include <gtest/gtest.h>

#include <cmath>

#include "penchant/dynamics/simulate.h"
#include "support/planted.h"
#include "support/problems.h"

namespace penchant {
namespace {

struct Moving {
  double shown = 0.0, predicted = 0.0;  // root mean squares of ‖β-β̄‖₂
};

// Over independent noise, long after the start is forgotten.
Moving moving(const ModelSpec& model, double step, const Stochastic& rule, Reduction reduction, int runs) {
  const Matrix x = testing::gaussian_matrix(4, 6, 31);
  const Vector y = x * (Vector::Ones(6) + 0.3 * testing::gaussian_vector(6, 32).array().sin().matrix());
  const double scale = std::holds_alternative<Linear>(model) ? 0.0 : 0.7;
  const Problem problem =
      make_problem(testing::dataset_of(x, y), model, Squared{reduction}, testing::start_at(scale, model, 6));
  Stochastic still = rule;  // the same steps without noise: what is left is the noise's
  still.step_size = {step};
  still.label_noise.reset();
  const Vector fit = simulate(problem, still, {.steps = 4000}).predictor.values;
  Moving out;
  for (int k = 0; k < runs; ++k) {
    Stochastic dynamics = rule;
    dynamics.step_size = {step};
    dynamics.seed = static_cast<std::uint64_t>(k);
    const Trajectory run = simulate(problem, dynamics, {.steps = 4000});
    out.shown += (run.predictor.values - fit).squaredNorm() / runs;
    out.predicted = run.measured.at("wandering").values[0];
  }
  out.shown = std::sqrt(out.shown);
  return out;
}

// 150 runs of 4 directions: the mean square has a relative deviation of √(2/600) = 6 %, its root half of that.
TEST(Wandering, of_the_linear_model_is_what_independent_runs_show) {
  for (Reduction reduction : {Reduction::sum, Reduction::mean})
    for (double momentum : {0.0, 0.5}) {
      const Stochastic rule{.batch = 0, .momentum = momentum, .label_noise = LabelNoise{LabelNoiseKind::gaussian, 0.1}};
      const Moving m = moving(Linear{}, reduction == Reduction::mean ? 0.02 : 0.005, rule, reduction, 150);
      EXPECT_NEAR(m.shown / m.predicted, 1.0, 0.12) << "momentum " << momentum;
    }
}

TEST(Wandering, on_batches_is_a_bound) {
  const Stochastic rule{.batch = 1, .replacement = true, .label_noise = LabelNoise{LabelNoiseKind::sign, 0.1}};
  const Moving m = moving(Linear{}, 0.003, rule, Reduction::sum, 150);
  EXPECT_LT(m.shown, 1.1 * m.predicted);
  EXPECT_GT(m.shown, 0.6 * m.predicted) << "and not far from it";
}

// The fit itself drifts (C8), by the square of so small a noise.
TEST(Wandering, of_a_diagonal_network_follows_its_tangent) {
  const Stochastic rule{.batch = 0, .label_noise = LabelNoise{LabelNoiseKind::gaussian, 0.01}};
  const Moving m = moving(Diagonal{}, 4e-3, rule, Reduction::sum, 150);
  EXPECT_NEAR(m.shown / m.predicted, 1.0, 0.15);
}

TEST(Wandering, of_runs_without_noise_is_not_mentioned) {
  const Matrix x = testing::gaussian_matrix(4, 6, 31);
  const Vector y = x * Vector::Ones(6);
  const Problem problem = make_problem(testing::dataset_of(x, y), Linear{}, Squared{}, testing::start_at(0.0, Linear{}, 6));
  EXPECT_EQ(simulate(problem, Stochastic{.batch = 2}, {.steps = 50}).measured.count("wandering"), 0u);
}

}  // namespace
}  // namespace penchant
