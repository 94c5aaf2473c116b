// Gradient flow is one path, whatever it is computed in: runs in weights and in logs of weights against the mirror flow they are,
// against that mirror flow integrated by the plainest method in beta itself,
// and against the limit theory computes without any flow.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "penchant/core/decompositions.h"
#include "penchant/dynamics/simulate.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::dataset_of;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

constexpr Index kSamples = 6, kFeatures = 15;
// what the coordinates must agree to, asked for 1e-12 a step (1e-13 where leaving the saddle amplifies it)
constexpr double kSame = 1e-8;

Vector targets(bool positive) {
  if (!positive) return gaussian_vector(kSamples, 2);
  return gaussian_matrix(kSamples, kFeatures, 1) * gaussian_vector(kFeatures, 5).cwiseAbs();  // a positive fit exists
}

Problem diagonal_problem(const Diagonal& model, double scale) {
  return make_problem(dataset_of(gaussian_matrix(kSamples, kFeatures, 1), targets(model.form == DiagonalForm::power)), model,
                      Squared{}, InitSpec{.scale = scale});
}

Trajectory run(const Problem& problem, Coordinates coordinates, const StopSpec& stop, double rtol = 1e-12) {
  return simulate(problem, GradientFlow{.coordinates = coordinates, .rtol = rtol}, stop);
}

Vector at(const Problem& problem, Coordinates coordinates, double log10_time, double rtol = 1e-12) {
  const Trajectory t = run(problem, coordinates, {.log10_time = log10_time}, rtol);
  EXPECT_EQ(t.reason, StopReason::time) << t.text;
  return t.predictor.values;
}

struct Form {
  const char* name;
  Diagonal model;
  bool dual;
};

std::vector<Form> forms(int depth) {
  using enum DiagonalForm;
  return {{"difference tied", {depth, difference_of_powers, Factors::tied}, true},
          {"difference separate", {depth, difference_of_powers, Factors::separate}, true},
          {"power tied", {depth, power, Factors::tied}, true},
          {"power separate", {depth, power, Factors::separate}, true},
          {"product", {depth, product, Factors::separate}, depth == 2}};
}

bool has_logs(const Form& form) { return form.model.form != DiagonalForm::product || form.model.depth == 2; }

TEST(flow_coordinates, weights_logs_and_dual_are_one_trajectory) {
  for (const int depth : {2, 3, 4})
    for (const Form& form : forms(depth))
      for (const double scale : {0.8, 0.1}) {
        const Problem problem = diagonal_problem(form.model, scale);
        // around the time the saddle is left: log(1/scale) at depth 2, scale^(2-N) beyond
        const double escape =
            depth == 2 ? std::log10(0.05 * (1.0 - std::log(scale))) : std::log10(0.02) + (2 - depth) * std::log10(scale);
        for (const double later : {-0.5, 0.0, 1.0}) {
          const double rtol = depth == 2 ? 1e-12 : 1e-13;
          const Vector weights = at(problem, Coordinates::weights, escape + later, rtol);
          const auto same_in = [&](Coordinates other) {
            EXPECT_LE(relative_distance(at(problem, other, escape + later, rtol), weights), kSame)
                << form.name << " depth " << depth << " scale " << scale << " later " << later;
          };
          if (has_logs(form)) same_in(Coordinates::log_weights);
          if (form.dual) same_in(Coordinates::dual);
        }
      }
}

// Beside a start of 1e5 the terms of beta are 1e15 of it at depth 3. The limit is the least norm to (beta/alpha^N)^2,
// the path a straight line's: in the time that the start sets.
TEST(flow_coordinates, large_starts_lose_no_digit) {
  using enum DiagonalForm;
  for (const int depth : {2, 3, 5})
    for (const Factors factors : {Factors::tied, Factors::separate})
      for (const double scale : {30.0, 1e3, 1e5}) {
        const Problem problem = diagonal_problem({depth, difference_of_powers, factors}, scale);
        const Matrix& x = *problem.data->features->dense();
        const Vector least = Vector(x.transpose() * Vector((x * x.transpose()).ldlt().solve(problem.data->targets)));
        const double terms = std::pow(scale, depth), bend = std::pow(least.lpNorm<Eigen::Infinity>() / terms, 2);
        for (const Coordinates coordinates : {Coordinates::log_weights, Coordinates::dual}) {
          const Trajectory t = run(problem, coordinates, {.residual = 1e-11});
          ASSERT_EQ(t.reason, StopReason::residual) << depth << ' ' << scale << ": " << t.text;
          EXPECT_LE(relative_distance(t.predictor.values, least), 1e-9 + 10.0 * bend) << depth << ' ' << scale;
        }
      }
}

// Classical Runge-Kutta in beta with equal steps.
Vector plain_flow(const std::function<Vector(const Vector&)>& velocity, Vector beta, double time, int steps) {
  const double h = time / steps;
  for (int i = 0; i < steps; ++i) {
    const Vector a = velocity(beta), b = velocity(beta + 0.5 * h * a), c = velocity(beta + 0.5 * h * b), d = velocity(beta + h * c);
    beta += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
  }
  return beta;
}

TEST(flow_coordinates, reparametrised_flows_are_mirror_flows_at_their_clocks) {
  const double scale = 0.5, time = 0.1;
  const auto check = [&](const Diagonal& model, Vector start, const std::function<Vector(const Vector&)>& metric) {
    const Problem problem = diagonal_problem(model, scale);
    const Matrix& x = *problem.data->features->dense();
    const auto velocity = [&](const Vector& beta) -> Vector {
      return -metric(beta).cwiseProduct(x.transpose() * (x * beta - problem.data->targets));
    };
    EXPECT_LE(relative_distance(at(problem, Coordinates::weights, std::log10(time)), plain_flow(velocity, start, time, 20000)),
              kSame)
        << "depth " << model.depth;
  };
  using enum DiagonalForm;
  const Vector ones = Vector::Ones(kFeatures);
  check({2, power, Factors::tied}, scale * scale * ones, [](const Vector& b) -> Vector { return 4.0 * b; });  // entropy, 4x faster
  for (const double n : {3.0, 4.0}) {
    const Vector start = std::pow(scale, n) * ones;
    check({int(n), power, Factors::tied}, start, [n](const Vector& b) -> Vector { return n * n * b.array().pow(2.0 - 2.0 / n); });
    check({int(n), power, Factors::separate}, start, [n](const Vector& b) -> Vector { return n * b.array().pow(2.0 - 2.0 / n); });
  }
  const double c = 4.0 * std::pow(scale, 4);
  check({2, difference_of_powers, Factors::tied}, 0.0 * ones,
        [c](const Vector& b) -> Vector { return 4.0 * (b.array().square() + c).sqrt(); });
}

// argmin of the dual of section C by damped Newton, in the test's own words: beta(z), z = X^T s.
Vector dual_newton(const Matrix& x, const Vector& y, const std::function<bool(const Vector&, Vector&, Vector&)>& beta_and_slope) {
  Vector s = Vector::Zero(x.rows()), beta, slope, trial_beta, trial_slope;
  beta_and_slope(x.transpose() * s, beta, slope);
  for (int i = 0; i < 500; ++i) {
    const Vector r = x * beta - y;
    if (r.norm() < 1e-14 * y.norm()) break;
    const Eigen::MatrixXd hessian = x * slope.asDiagonal() * x.transpose();
    const Vector step = hessian.fullPivLu().solve(r);
    double length = 1.0;
    // the gradient's norm falls along the Newton direction of a convex function for short steps
    while (length > 1e-12) {
      const Vector z = x.transpose() * (s - length * step);
      if (beta_and_slope(z, trial_beta, trial_slope) && (x * trial_beta - y).norm() < (1.0 - 0.1 * length) * r.norm()) break;
      length *= 0.5;
    }
    if (length <= 1e-12) break;
    s -= length * step;
    beta = trial_beta;
    slope = trial_slope;
  }
  return beta;
}

TEST(flow_coordinates, the_end_of_the_flow_is_the_dual_newton_limit) {
  for (const int depth : {2, 3, 4})
    for (const double scale : {0.5, 0.1}) {
      const Problem problem = diagonal_problem({depth, DiagonalForm::difference_of_powers, Factors::tied}, scale);
      const double n = depth, power = n / (n - 2.0), size = std::pow(scale, n);
      const Vector limit =
          dual_newton(*problem.data->features->dense(), problem.data->targets, [&](const Vector& z, Vector& b, Vector& m) {
            if (depth == 2) {
              b = 2.0 * size * z.array().sinh();
              m = 2.0 * size * z.array().cosh();
              return z.allFinite() && b.allFinite();
            }
            if (z.cwiseAbs().maxCoeff() >= 1.0) return false;
            b = size * ((1.0 - z.array()).pow(-power) - (1.0 + z.array()).pow(-power));
            m = size * power * ((1.0 - z.array()).pow(-power - 1.0) + (1.0 + z.array()).pow(-power - 1.0));
            return true;
          });
      for (const Coordinates c : {Coordinates::log_weights, Coordinates::dual}) {
        const Trajectory end = run(problem, c, {.residual = 1e-13});
        EXPECT_EQ(end.reason, StopReason::residual) << end.text;
        // logs at depth > 2 keep the invariant to the accuracy of the steps, the others exactly
        const double tolerance = c == Coordinates::log_weights && depth > 2 ? 1e-9 : 1e-11;
        EXPECT_LE(relative_distance(end.predictor.values, limit), tolerance) << "depth " << depth << " scale " << scale;
      }
    }
}

TEST(flow_coordinates, a_start_of_1e300_reaches_its_fit) {
  const Problem problem = diagonal_problem({2, DiagonalForm::difference_of_powers, Factors::tied}, 1e-300);
  const Trajectory logs = run(problem, Coordinates::log_weights, {.residual = 1e-10}, 1e-10);
  const Trajectory dual = run(problem, Coordinates::dual, {.residual = 1e-10}, 1e-10);
  EXPECT_EQ(logs.reason, StopReason::residual) << logs.text;
  EXPECT_EQ(dual.reason, StopReason::residual) << dual.text;
  EXPECT_LE(relative_distance(logs.predictor.values, dual.predictor.values), 1e-8);
  EXPECT_TRUE(logs.left_saddle);
  // features that stayed small are known by their logs: 2 alpha^2 sinh(z) with |z| < 1400
  ASSERT_EQ(logs.predictor.logs.size(), kFeatures);
  EXPECT_LT(logs.predictor.logs.log_abs.minCoeff(), -100.0);
  EXPECT_TRUE(logs.predictor.logs.log_abs.allFinite());
}

TEST(flow_coordinates, depth_three_from_1e60_ends_at_the_least_l1_norm) {
  const Problem problem = diagonal_problem({3, DiagonalForm::difference_of_powers, Factors::tied}, 1e-60);
  const Trajectory end = run(problem, Coordinates::log_weights, {.residual = 1e-10}, 1e-8);
  ASSERT_EQ(end.reason, StopReason::residual) << end.text;
  EXPECT_GT(end.log10_time, 55.0);
  // optimality of min |beta|_1: n active features fix the multiplier nu, which must not exceed 1 on the others
  const Matrix& x = *problem.data->features->dense();
  std::vector<Index> active;
  for (Index j = 0; j < kFeatures; ++j)
    if (std::abs(end.predictor.values[j]) > 1e-6) active.push_back(j);
  ASSERT_EQ(active.size(), kSamples);
  const Eigen::MatrixXd columns = x(Eigen::all, active);
  const Vector signs = end.predictor.values(active).cwiseSign();
  const Vector nu = columns.transpose().fullPivLu().solve(signs);
  EXPECT_LE((x.transpose() * nu).cwiseAbs().maxCoeff(), 1.0 + 1e-9);
}

// log10 of the time at the end of a sentence: "t = 133.4" or "t = 10^59.9".
double last_time_named(const std::string& text) {
  const std::string power = "10^", word = text.substr(text.rfind(' ') + 1);
  return word.starts_with(power) ? std::stod(word.substr(power.size())) : std::log10(std::stod(word));
}

TEST(flow_coordinates, a_run_that_ends_at_its_saddle_says_when_it_would_leave) {
  const Problem deep = diagonal_problem({3, DiagonalForm::difference_of_powers, Factors::tied}, 1e-60);
  const Trajectory waiting = run(deep, Coordinates::log_weights, {.log10_time = 10.0}, 1e-8);
  EXPECT_FALSE(waiting.left_saddle);
  EXPECT_NE(waiting.text.find("still at the saddle"), std::string::npos) << waiting.text;
  // the time it names is the time it takes: at half of it the run waits, at three times it has left
  const double named = last_time_named(waiting.text);
  EXPECT_FALSE(run(deep, Coordinates::log_weights, {.log10_time = named - 0.3}, 1e-8).left_saddle);
  EXPECT_TRUE(run(deep, Coordinates::log_weights, {.log10_time = named + 0.5}, 1e-8).left_saddle);

  const Problem shallow = diagonal_problem({2, DiagonalForm::difference_of_powers, Factors::tied}, 1e-100);
  const Trajectory early = run(shallow, Coordinates::log_weights, {.log10_time = -2.0}, 1e-8);
  EXPECT_FALSE(early.left_saddle);
  const double shallow_time = last_time_named(early.text);
  EXPECT_TRUE(run(shallow, Coordinates::log_weights, {.log10_time = shallow_time + 0.3}, 1e-8).left_saddle);
}

// Negative control: a start whose u and v differ has another invariant, and the dual of the equal start does not describe it.
TEST(flow_coordinates, another_start_is_another_trajectory) {
  Problem problem = diagonal_problem({2, DiagonalForm::difference_of_powers, Factors::tied}, 0.3);
  const Vector same = at(problem, Coordinates::log_weights, 0.5);
  problem.start.blocks[1].log_abs.array() += 0.1;
  EXPECT_GT(relative_distance(at(problem, Coordinates::log_weights, 0.5), same), 1e5 * kSame);
}

}  // namespace
}  // namespace penchant
