#include "penchant/dynamics/flow_chart.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::difference_step;
using testing::gaussian_matrix;
using testing::gaussian_vector;

constexpr Index kFeatures = 3;
// A central difference at h = eps^(1/3) of functions with derivatives of size 1e2.
constexpr double kDifference = 1e-6;

Problem problem_of(const ModelSpec& model, const std::vector<double>& starts) {
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(gaussian_matrix(2, kFeatures, 1));
  data->targets = gaussian_vector(2, 2);
  Start start;
  for (double value : starts)
    start.blocks.push_back(SignedLog::from(Vector::Constant(kFeatures, value) + 0.1 * gaussian_vector(kFeatures, 3).cwiseAbs()));
  return make_problem(data, model, Squared{}, start);
}

struct Named {
  const char* name;
  Problem problem;
};

std::vector<Named> problems() {
  const auto diagonal = [](int depth, DiagonalForm form, Factors factors) {
    return Diagonal{.depth = depth, .form = form, .factors = factors};
  };
  using enum DiagonalForm;
  return {
      {"linear", problem_of(Linear{}, {0.7})},
      {"difference tied 2", problem_of(diagonal(2, difference_of_powers, Factors::tied), {0.7, 0.5})},
      {"difference tied 3", problem_of(diagonal(3, difference_of_powers, Factors::tied), {0.7, 0.5})},
      {"difference tied 4", problem_of(diagonal(4, difference_of_powers, Factors::tied), {0.7, 0.5})},
      {"difference separate 2", problem_of(diagonal(2, difference_of_powers, Factors::separate), {0.7, 0.5, 0.4, 0.9})},
      {"difference separate 3", problem_of(diagonal(3, difference_of_powers, Factors::separate), {0.7, 0.5, 0.4, 0.9, 0.6, 0.8})},
      {"power tied 3", problem_of(diagonal(3, power, Factors::tied), {0.7})},
      {"power separate 3", problem_of(diagonal(3, power, Factors::separate), {0.7, 0.5, 0.6})},
      {"product 2", problem_of(diagonal(2, product, Factors::separate), {0.7, 0.2})},
      {"product 3", problem_of(diagonal(3, product, Factors::separate), {0.7, 0.5, -0.2})}};
}

std::vector<FlowChart> charts(const Problem& problem) {
  std::vector<FlowChart> out{FlowChart::weights(problem)};
  if (FlowChart::has_logs(problem)) out.push_back(FlowChart::logs(problem));
  return out;
}

TEST(flow_chart, q_is_the_derivative_of_beta) {
  for (const auto& [name, problem] : problems())
    for (const FlowChart& chart : charts(problem)) {
      ChartPoint point, up, down;
      chart.evaluate(chart.start(), 0.0, point);
      for (Index i = 0; i < chart.start().size(); ++i) {
        const double h = difference_step(1.0);
        Vector c = chart.start();
        c[i] += h;
        chart.evaluate(c, 0.0, up);
        c[i] -= 2.0 * h;
        chart.evaluate(c, 0.0, down);
        const Vector slope = (up.beta - down.beta) / (2.0 * h);
        Vector expected = Vector::Zero(kFeatures);
        expected[i % kFeatures] = point.q(i % kFeatures, i / kFeatures);
        EXPECT_LE((slope - expected).norm(), kDifference) << name << (chart.in_logs() ? " logs " : " weights ") << i;
      }
    }
}

TEST(flow_chart, velocity_slope_is_the_derivative_of_v_and_nothing_else_depends) {
  for (const auto& [name, problem] : problems())
    for (const FlowChart& chart : charts(problem)) {
      ChartPoint point, up, down;
      const double rate = 0.3;
      chart.evaluate(chart.start(), rate, point);
      for (Index l = 0; l < chart.blocks(); ++l) {
        const double h = difference_step(1.0);
        Vector c = chart.start();
        c.segment(l * kFeatures, kFeatures).array() += h;
        chart.evaluate(c, rate, up);
        c.segment(l * kFeatures, kFeatures).array() -= 2.0 * h;
        chart.evaluate(c, rate, down);
        Eigen::ArrayXXd expected = Eigen::ArrayXXd::Zero(kFeatures, chart.blocks());
        for (const DiagonalTerm& term : chart.terms()) {
          if (std::find(term.blocks.begin(), term.blocks.end(), l) == term.blocks.end()) continue;
          for (int k : term.blocks)
            expected.col(k) = chart.velocity_slope(chart.start(), point, rate, term, k, static_cast<int>(l));
        }
        EXPECT_LE(((up.v - down.v) / (2.0 * h) - expected).abs().maxCoeff(), 10.0 * kDifference) << name << chart.in_logs() << l;
      }
    }
}

TEST(flow_chart, beta_moves_alike_in_weights_and_in_logs) {
  for (const auto& [name, problem] : problems()) {
    if (!FlowChart::has_logs(problem)) continue;
    ChartPoint weights, logs;
    const FlowChart in_weights = FlowChart::weights(problem), in_logs = FlowChart::logs(problem);
    in_weights.evaluate(in_weights.start(), 0.0, weights);
    in_logs.evaluate(in_logs.start(), 0.0, logs);
    EXPECT_LE((weights.beta - logs.beta).norm(), testing::rounding(50)) << name;
    const Vector metric = (weights.v * weights.q).rowwise().sum(), log_metric = (logs.v * logs.q).rowwise().sum();
    EXPECT_LE((metric - log_metric).norm(), testing::rounding(200) * metric.norm()) << name;
    EXPECT_LE((in_logs.predictor(in_logs.start()).values - weights.beta).norm(), testing::rounding(100)) << name;
  }
}

TEST(flow_chart, log_speed_and_its_gradient) {
  for (const auto& [name, problem] : problems())
    for (const FlowChart& chart : charts(problem)) {
      if (chart.depth() < 3) continue;
      Eigen::ArrayXXd gradient;
      const double value = chart.log_speed(chart.start(), &gradient);
      double sum = 0.0;
      for (const SignedLog& block : problem.start.blocks) sum += (chart.depth() * block.log_abs.array()).exp().sum();
      const double depth = chart.depth();
      EXPECT_NEAR(value, (depth - 2.0) / depth * std::log(sum), testing::rounding(100)) << name;
      for (Index i = 0; i < chart.start().size(); ++i) {
        const double h = difference_step(1.0);
        Vector up = chart.start(), down = chart.start();
        up[i] += h;
        down[i] -= h;
        EXPECT_NEAR((chart.log_speed(up, nullptr) - chart.log_speed(down, nullptr)) / (2.0 * h),
                    gradient(i % kFeatures, i / kFeatures), kDifference)
            << name;
      }
    }
}

TEST(flow_chart, logs_hold_starts_that_weights_refuse) {
  Problem problem = problem_of(Diagonal{}, {0.7, 0.5});
  for (SignedLog& block : problem.start.blocks) block.log_abs.array() -= 720.0;  // exp(-720): subnormal
  EXPECT_THROW(FlowChart::weights(problem), InvalidInput);
  const FlowChart logs = FlowChart::logs(problem);
  EXPECT_EQ(logs.largest_log(logs.start()),
            std::max(problem.start.blocks[0].log_abs.maxCoeff(), problem.start.blocks[1].log_abs.maxCoeff()));
}

TEST(flow_chart, logs_refuse_factors_that_are_not_positive) {
  EXPECT_THROW(FlowChart::logs(problem_of(Diagonal{}, {0.7, -0.5})), InvalidInput);
  EXPECT_THROW(FlowChart::logs(problem_of(Linear{}, {0.7})), InvalidInput);
  EXPECT_THROW(FlowChart::logs(problem_of(Diagonal{.depth = 3, .form = DiagonalForm::product}, {0.7, 0.7, -0.7})), InvalidInput);
  EXPECT_THROW(FlowChart::logs(problem_of(Diagonal{.form = DiagonalForm::product}, {0.7, 0.7})), InvalidInput);  // u = v: w- = 0
}

}  // namespace
}  // namespace penchant
