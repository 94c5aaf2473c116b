#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "penchant/dynamics/ensemble.h"
#include "penchant/dynamics/kernels/diagonal_descent.h"
#include "penchant/dynamics/step_gain.h"
#include "support/instruction_sets.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::on_every_target;
using testing::gaussian_vector;
using testing::rounding;

struct State {
  Vector u, v;
};

// The order of operations of the header, written out.
double plain_output(const Vector& x, const Vector& beta, bool along_rows) {
  if (!along_rows) {
    double p[8] = {};
    for (Index j = 0; j < x.size(); ++j) p[j % 8] = std::fma(x[j], beta[j], p[j % 8]);
    return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
  }
  double f = 0.0;
  for (Index first = 0; first < x.size(); first += 8) {
    double t = x[first] * beta[first];
    for (Index j = first + 1; j < std::min(first + 8, x.size()); ++j) t = std::fma(x[j], beta[j], t);
    f += t;
  }
  return f;
}

double plain_gradient(const Vector& x, const Vector& c, bool along_rows) {
  double l[8] = {};
  const Index chains = along_rows ? 8 : 2;
  for (Index i = 0; i < x.size(); ++i) l[i % chains] = std::fma(x[i], c[i], l[i % chains]);
  return ((l[0] + l[1]) + (l[2] + l[3])) + ((l[4] + l[5]) + (l[6] + l[7]));
}

// weights: of the samples at step k; absent: 1.
State plain_run(const Matrix& x, const Vector& y, State state, double s, int steps,
                const std::function<Vector(int)>& weights = {}) {
  const Index n = x.rows(), d = x.cols();
  const bool along_rows = kernels::along_rows(static_cast<std::size_t>(n));
  auto& [u, v] = state;
  Vector beta(d), c(n);
  for (int k = 0; k < steps; ++k) {
    for (Index j = 0; j < d; ++j) beta[j] = std::fma(u[j], u[j], -(v[j] * v[j]));
    for (Index i = 0; i < n; ++i) c[i] = (plain_output(x.row(i), beta, along_rows) - y[i]) * s;
    if (weights) c = c.cwiseProduct(weights(k)).eval();
    for (Index j = 0; j < d; ++j) {
      const double g = plain_gradient(x.col(j), c, along_rows);
      u[j] = std::fma(-u[j], g, u[j]);
      v[j] = std::fma(v[j], g, v[j]);
    }
  }
  return state;
}

State kernel_run(const Matrix& x, const Vector& y, State state, double s, int steps) {
  kernels::DiagonalDescent kernel(x.data(), static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(x.cols()),
                                  static_cast<std::size_t>(x.cols()), y.data());
  kernel.set_state(state.u.data(), state.v.data());
  kernel.run(s, steps);
  kernel.get_state(state.u.data(), state.v.data());
  return state;
}

State started(Index d) { return {0.5 * Vector::Ones(d) + 0.01 * gaussian_vector(d, 3), 0.5 * Vector::Ones(d)}; }

// Every remainder of columns by 8; every number of rows up to where the outputs leave the registers, and beyond.
TEST(DiagonalDescentKernel, is_the_plain_recursion_to_the_last_bit_at_every_size) {
  std::vector<std::pair<Index, Index>> sizes;
  for (Index n = 1; n <= 9; ++n)
    for (Index d = 1; d <= 20; ++d) sizes.emplace_back(n, d);
  for (Index d = 57; d <= 72; ++d) sizes.emplace_back(5, d);
  for (Index d = 57; d <= 90; ++d) sizes.emplace_back(35, d);
  for (Index n = 10; n <= 118; ++n) sizes.emplace_back(n, 8 + n % 37);
  for (const auto& size : std::vector<std::pair<Index, Index>>{{20, 50}, {33, 131}, {100, 203}, {211, 41}, {450, 19}})
    sizes.push_back(size);
  for (const auto& [n, d] : sizes) {
    const Matrix x = gaussian_matrix(n, d, 1);
    const Vector y = gaussian_vector(n, 2);
    const double s = 0.2 / static_cast<double>(n + d);
    const State plain = plain_run(x, y, started(d), s, 7), fast = kernel_run(x, y, started(d), s, 7);
    EXPECT_EQ(fast.u, plain.u) << n << " x " << d;
    EXPECT_EQ(fast.v, plain.v) << n << " x " << d;
  }
}

// Batches of half the samples, some twice.
Vector batch_weights(Index n, int step) {
  Vector out(n);
  for (Index i = 0; i < n; ++i) out[i] = static_cast<double>((7 * i + 3 * step + i * step) % 4 % 3) * 0.7;
  return out;
}

TEST(DiagonalDescentKernel, of_batches_is_the_plain_recursion_with_weights_to_the_last_bit_at_every_size) {
  for (Index n = 1; n <= 118; ++n) {
    const Index d = 8 + n % 37;
    const Matrix x = gaussian_matrix(n, d, 1);
    const Vector y = gaussian_vector(n, 2);
    const double s = 0.2 / static_cast<double>(n + d);
    kernels::RandomSteps plan;
    plan.factor = [s](std::int64_t) { return s; };
    plan.weigh = [n](std::int64_t k, double* out, std::size_t stride) {
      const Vector weights = batch_weights(n, static_cast<int>(k));
      for (Index i = 0; i < n; ++i) out[static_cast<std::size_t>(i) * stride] = weights[i];
    };
    const State plain = plain_run(x, y, started(d), s, 7, [n](int k) { return batch_weights(n, k); });
    kernels::DiagonalDescent kernel(x.data(), static_cast<std::size_t>(n), static_cast<std::size_t>(d), static_cast<std::size_t>(d),
                                    y.data());
    const State start = started(d);
    State fast = start;
    kernel.set_state(start.u.data(), start.v.data());
    kernel.run_random(plan, 0, 3);
    kernel.run_random(plan, 3, 4);
    kernel.get_state(fast.u.data(), fast.v.data());
    EXPECT_EQ(fast.u, plain.u) << n << " x " << d;
    EXPECT_EQ(fast.v, plain.v) << n << " x " << d;
    kernel.run(s, 2);
    kernel.get_state(fast.u.data(), fast.v.data());
    EXPECT_EQ(fast.u, plain_run(x, y, plain, s, 2).u) << "steps on all samples after them, " << n << " x " << d;
  }
}

TEST(DiagonalDescentKernel, has_the_same_bits_on_every_instruction_set) {
  int targets = 0;
  on_every_target([&] {
    ++targets;
    for (const auto& [n, d] : std::vector<std::pair<Index, Index>>{{1, 1}, {5, 11}, {20, 50}, {33, 131}, {100, 203}, {109, 17}}) {
      const Matrix x = gaussian_matrix(n, d, 1);
      const Vector y = gaussian_vector(n, 2);
      const double s = 0.2 / static_cast<double>(n + d);
      EXPECT_EQ(kernel_run(x, y, started(d), s, 7).u, plain_run(x, y, started(d), s, 7).u) << n << " x " << d;
      const EnsembleStart start{Matrix(started(d).u.replicate(1, 21)), Matrix(started(d).v.replicate(1, 21)),
                                Vector::Constant(21, s / 2.0)};
      const EnsembleEnd end = descend_ensemble(x, y, Reduction::sum, start, 7);
      for (Index m : {0, 8, 20}) EXPECT_EQ(Vector(end.u.col(m)), plain_run(x, y, started(d), s, 7).u) << n << " x " << d;
    }
  });
  EXPECT_GE(targets, 1);
}

// Lanes along the columns and along the rows; remainders in both.
const std::vector<std::pair<Index, Index>> kBothOrders = {{7, 29}, {45, 29}, {34, 13}, {107, 13}};

TEST(DiagonalDescentKernel, gains_change_no_bit_of_the_weights) {
  for (const auto& [n, d] : kBothOrders) {
    const Matrix x = gaussian_matrix(n, d, 1);
    const Vector y = gaussian_vector(n, 2);
    kernels::DiagonalDescent kernel(x.data(), static_cast<std::size_t>(n), static_cast<std::size_t>(d), static_cast<std::size_t>(d),
                                    y.data());
    State state = started(d);
    kernel.set_state(state.u.data(), state.v.data());
    kernel.start_gains();
    kernel.run(0.003, 50);
    kernel.get_state(state.u.data(), state.v.data());
    EXPECT_EQ(state.u, plain_run(x, y, started(d), 0.003, 50).u) << n << " x " << d;
  }
}

// Large first steps take the scalar branch, later ones the series; 13 columns leave a remainder.
void expect_gains_of_gradients(Index n, double s) {
  const Index d = 13;
  const Matrix x = gaussian_matrix(n, d, 1);
  const Vector y = 2.0 * gaussian_vector(n, 2);
  kernels::DiagonalDescent kernel(x.data(), static_cast<std::size_t>(n), 13, 13, y.data());
  State state = started(d);
  kernel.set_state(state.u.data(), state.v.data());
  kernel.start_gains();
  Vector plus = Vector::Zero(d), minus = Vector::Zero(d);
  double largest = 0.0;
  for (int k = 0; k < 300; ++k) {
    const Vector beta = state.u.array().square() - state.v.array().square();
    const Vector g = s * x.transpose() * (x * beta - y);
    largest = std::max(largest, g.cwiseAbs().maxCoeff());
    plus += g.unaryExpr([](double t) { return step_gain(t); });
    minus += g.unaryExpr([](double t) { return step_gain(-t); });
    kernel.run(s, 1);
    kernel.get_state(state.u.data(), state.v.data());
  }
  EXPECT_GT(largest, 1.0 / 16.0) << "both branches are met";
  Vector fast_plus(d), fast_minus(d);
  kernel.get_gains(fast_plus.data(), fast_minus.data());
  // 300 steps of gradients that differ by the rounding of a sum of 13 and of n
  EXPECT_LT(testing::relative_distance(fast_plus, plus), rounding(300.0 * static_cast<double>(36 + n)));
  EXPECT_LT(testing::relative_distance(fast_minus, minus), rounding(300.0 * static_cast<double>(36 + n)));
}

TEST(DiagonalDescentKernel, gains_are_the_sums_over_the_gradients_used) {
  expect_gains_of_gradients(4, 0.03);
  expect_gains_of_gradients(37, 0.006);
}

TEST(DiagonalDescentKernel, reads_rows_at_their_stride) {
  const Matrix wide = gaussian_matrix(5, 30, 1);
  const Matrix x = wide.leftCols(11);
  const Vector y = gaussian_vector(5, 2);
  kernels::DiagonalDescent kernel(wide.data(), 5, 11, 30, y.data());
  State state = started(11);
  kernel.set_state(state.u.data(), state.v.data());
  kernel.run(0.01, 3);
  kernel.get_state(state.u.data(), state.v.data());
  EXPECT_EQ(state.u, plain_run(x, y, started(11), 0.01, 3).u);
}

}  // namespace
}  // namespace penchant
