// The normal form of a diagonal network's start, against the networks' own flows by Runge-Kutta in plain arithmetic.
#include "penchant/theory/diagonal_start.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/planted.h"
#include "support/problems.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using Blocks = std::vector<Vector>;

Vector beta_of(const Diagonal& net, const Blocks& w) {
  const std::size_t sides = net.form == DiagonalForm::difference_of_powers ? 2 : 1;
  const std::size_t per_side = w.size() / sides;
  Vector beta = Vector::Zero(w[0].size());
  for (std::size_t side = 0; side < sides; ++side) {
    Vector product = Vector::Ones(w[0].size());
    for (int k = 0; k < net.depth; ++k)
      product.array() *= w[side * per_side + (per_side == 1 ? 0 : static_cast<std::size_t>(k))].array();
    beta += side == 0 ? product : -product;
  }
  return beta;
}

// dw/dt = -dβ/dw ⊙ g with g the same at all times: z = ∫ of it is then anything we like.
Blocks velocity(const Diagonal& net, const Blocks& w, const Vector& g) {
  const std::size_t sides = net.form == DiagonalForm::difference_of_powers ? 2 : 1;
  const std::size_t per_side = w.size() / sides;
  Blocks out = w;
  for (std::size_t b = 0; b < w.size(); ++b) {
    const std::size_t side = b / per_side;
    Vector rest = Vector::Constant(g.size(), per_side == 1 ? net.depth : 1.0);
    for (int k = 0; k < net.depth; ++k) {
      const std::size_t other = side * per_side + (per_side == 1 ? 0 : static_cast<std::size_t>(k));
      if (per_side == 1 ? k > 0 : other != b) rest.array() *= w[other].array();
    }
    out[b] = (side == 0 ? -rest : rest).cwiseProduct(g);
  }
  return out;
}

Vector flow(const Diagonal& net, Blocks w, const Vector& g, double time) {
  constexpr int kSteps = 2000;
  const double h = time / kSteps;
  const auto moved = [&](const Blocks& v, double scale) {
    Blocks out = w;
    for (std::size_t b = 0; b < w.size(); ++b) out[b] += scale * v[b];
    return out;
  };
  for (int i = 0; i < kSteps; ++i) {
    const Blocks k1 = velocity(net, w, g), k2 = velocity(net, moved(k1, h / 2), g), k3 = velocity(net, moved(k2, h / 2), g),
                 k4 = velocity(net, moved(k3, h), g);
    for (std::size_t b = 0; b < w.size(); ++b) w[b] += h / 6 * (k1[b] + 2.0 * k2[b] + 2.0 * k3[b] + k4[b]);
  }
  return beta_of(net, w);
}

// β at the dual displacement z = -clock · time · g of the normal form.
Vector normal_form(const DiagonalStart& start, const Vector& z) {
  Vector beta(z.size());
  const double n = start.depth;
  for (Index j = 0; j < z.size(); ++j) {
    const double u = std::exp(start.log_u[j]), v = start.positive() ? 0.0 : std::exp(start.log_v[j]);
    if (start.depth == 2) {
      beta[j] = u * u * std::exp(z[j]) - v * v * std::exp(-z[j]);
    } else {
      const double power = -n / (n - 2.0);
      beta[j] = std::pow(u, n) * std::pow(1.0 - std::pow(u, n - 2) * z[j], power);
      if (!start.positive()) beta[j] -= std::pow(v, n) * std::pow(1.0 + std::pow(v, n - 2) * z[j], power);
    }
  }
  return beta;
}

// z moves at these speeds: 4 and N(N-2) for tied factors, N times slower (2 for a pair) for separate ones.
double clock(const Diagonal& net) {
  const bool tied = net.form != DiagonalForm::product && net.factors == Factors::tied;
  const double fast = net.depth == 2 ? 4.0 : net.depth * (net.depth - 2.0);
  return tied ? fast : fast / net.depth;
}

void expect_same_flow(const Diagonal& net, const Blocks& w) {
  const auto start = diagonal_start(net, testing::start_of(w));
  ASSERT_TRUE(std::holds_alternative<DiagonalStart>(start)) << std::get<NoDiagonalStart>(start).reason;
  const Vector g = testing::gaussian_vector(w[0].size(), 7);
  const double time = 0.1 / clock(net);  // z = -0.1 g stays inside the range of every depth
  const Vector expected = flow(net, w, g, time);
  const Vector got = normal_form(std::get<DiagonalStart>(start), -clock(net) * time * g);
  constexpr double kRungeKutta = 1e-11;  // the fourth power of steps below 1e-4 is far under it; rounding of 2000 steps
  EXPECT_LT(testing::relative_distance(got, expected), kRungeKutta) << "depth " << net.depth;
}

Blocks positive_blocks(std::size_t count, bool equal) {
  Blocks out;
  for (std::size_t b = 0; b < count; ++b) out.push_back((0.3 * testing::gaussian_vector(6, equal ? 3 : 10 + b)).array().exp());
  return out;
}

TEST(DiagonalStart, tied_factors_of_any_depth_flow_in_the_normal_form) {
  for (int depth : {2, 3, 4, 5}) {
    expect_same_flow({depth, DiagonalForm::difference_of_powers, Factors::tied}, positive_blocks(2, false));
    expect_same_flow({depth, DiagonalForm::power, Factors::tied}, positive_blocks(1, false));
  }
}

TEST(DiagonalStart, equal_separate_factors_flow_in_the_normal_form) {
  for (int depth : {2, 3, 4}) {
    expect_same_flow({depth, DiagonalForm::power, Factors::separate}, positive_blocks(static_cast<std::size_t>(depth), true));
    Blocks u = positive_blocks(static_cast<std::size_t>(depth), true), v = u;
    for (Vector& block : v) block *= 0.7;
    u.insert(u.end(), v.begin(), v.end());
    expect_same_flow({depth, DiagonalForm::difference_of_powers, Factors::separate}, u);
  }
}

TEST(DiagonalStart, two_factors_flow_in_the_normal_form_from_any_start) {
  expect_same_flow({2, DiagonalForm::product, Factors::tied}, {testing::gaussian_vector(6, 1), testing::gaussian_vector(6, 2)});
  expect_same_flow({2, DiagonalForm::product, Factors::tied}, {Vector::Constant(6, 0.3), Vector::Zero(6)});
  expect_same_flow({2, DiagonalForm::power, Factors::separate}, positive_blocks(2, false));
  expect_same_flow({2, DiagonalForm::difference_of_powers, Factors::separate}, positive_blocks(4, false));
}

TEST(DiagonalStart, unequal_factors_at_depth_three_have_no_normal_form) {
  const auto start = diagonal_start({3, DiagonalForm::power, Factors::separate}, testing::start_of(positive_blocks(3, false)));
  ASSERT_TRUE(std::holds_alternative<NoDiagonalStart>(start));
  EXPECT_NE(std::get<NoDiagonalStart>(start).reason.find("different values"), std::string::npos);
}

TEST(DiagonalStart, factors_at_zero_or_of_the_wrong_sign_are_named) {
  const auto zero = diagonal_start({2, DiagonalForm::difference_of_powers, Factors::tied},
                                   testing::start_of({Vector{{1.0, 0.0}}, Vector{{1.0, 1.0}}}));
  EXPECT_NE(std::get<NoDiagonalStart>(zero).reason.find("factor u starts at 0 at feature 2"), std::string::npos);
  const auto negative = diagonal_start({3, DiagonalForm::power, Factors::tied}, testing::start_of({Vector{{-1.0, 1.0}}}));
  EXPECT_NE(std::get<NoDiagonalStart>(negative).reason.find("negative value at feature 1"), std::string::npos);
  const auto mixed =
      diagonal_start({2, DiagonalForm::product, Factors::tied}, testing::start_of({Vector{{1.0, 1.0}}, Vector{{1.0, 0.5}}}));
  EXPECT_NE(std::get<NoDiagonalStart>(mixed).reason.find("equal size at feature 1"), std::string::npos);
}

TEST(DiagonalStart, starts_far_below_double_stay_exact_in_logs) {
  Start start;
  const double log_alpha = -700.0 * std::log(10.0);
  start.blocks = {SignedLog::constant(3, log_alpha), SignedLog::constant(3, log_alpha)};
  const auto form = std::get<DiagonalStart>(diagonal_start({2, DiagonalForm::difference_of_powers, Factors::tied}, start));
  ASSERT_TRUE(form.uniform());
  const double log_c = std::get<Hypentropy>(flow_potential(form)).log_c;
  EXPECT_DOUBLE_EQ(log_c, std::log(2.0) + 2.0 * log_alpha);
  EXPECT_NEAR(form.log_sum(), std::log(6.0) + 2.0 * log_alpha, 1e-12 * std::abs(log_alpha));
  EXPECT_DOUBLE_EQ(form.log_min(), 2.0 * log_alpha);
}

}  // namespace
}  // namespace penchant
