#include "penchant/core/accurate.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <limits>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::kEps;
using Wide = boost::multiprecision::cpp_bin_float_50;
constexpr double kInf = std::numeric_limits<double>::infinity();

// Pairs that cancel, spread over 2^±40, in an order that hides them from each other; their sum is that of `rest`.
Vector cancelling(Index n, std::uint64_t seed, const Vector& rest) {
  const Vector half = testing::gaussian_vector(n, seed);
  Vector out(2 * n + rest.size());
  for (Index i = 0; i < n; ++i) {
    const double big = std::ldexp(half[i], static_cast<int>(i % 81) - 40);
    out[i] = big;
    out[out.size() - 1 - i] = -big;
  }
  out.segment(n, rest.size()) = rest;
  return out;
}

TEST(Accurate, sums_keep_what_plain_sums_lose) {
  EXPECT_EQ(accurate_sum((Vector(4) << 1.0, 1e100, 1.0, -1e100).finished()), 2.0);
  EXPECT_EQ(accurate_sum(Vector()), 0.0);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Vector rest = testing::gaussian_vector(5, seed + 100);
    const Vector x = cancelling(200, seed, rest);
    Wide exact = 0;
    for (const double v : rest) exact += v;
    // eps |sum| + n eps^2 sum |x|, as the header promises.
    const double bound = kEps * std::abs(static_cast<double>(exact)) + static_cast<double>(x.size()) * kEps * kEps * x.lpNorm<1>();
    EXPECT_LE(std::abs(accurate_sum(x) - static_cast<double>(exact)), bound) << "seed " << seed;
    EXPECT_GT(std::abs(x.sum() - static_cast<double>(exact)), bound) << "the plain sum must not pass, seed " << seed;
  }
}

TEST(Accurate, dots_and_residuals_agree_with_50_digits) {
  const Matrix x = testing::gaussian_matrix(6, 40, 1);
  const Vector b = testing::gaussian_vector(40, 2);
  Vector y = x * b;  // the residual is nothing but the rounding of this product
  const Vector r = accurate_residual(x, b, y);
  for (Index i = 0; i < 6; ++i) {
    Wide dot = 0, size = 0;
    for (Index j = 0; j < 40; ++j) {
      dot += Wide(x(i, j)) * b[j];
      size += abs(Wide(x(i, j)) * b[j]);
    }
    const double exact = static_cast<double>(Wide(dot - y[i]));
    const double spill = 100.0 * kEps * kEps * static_cast<double>(size);
    EXPECT_NEAR(r[i], exact, kEps * std::abs(exact) + spill);
    EXPECT_NEAR(accurate_dot(x.row(i).transpose(), b), static_cast<double>(dot), kEps * std::abs(static_cast<double>(dot)) + spill);
  }
}

TEST(Accurate, logs_of_sums_agree_with_50_digits_over_the_whole_range) {
  for (const double a : {-1e4, -800.0, -40.0, -1.0, -1e-9, 0.0, 1e-9, 0.5, 36.0, 700.0, 1e4}) {
    EXPECT_NEAR(softplus(a), static_cast<double>(log1p(exp(Wide(a)))), 4.0 * kEps * static_cast<double>(log1p(exp(Wide(a))))) << a;
    for (const double b : {-900.0, -1.0, 0.0, 1e-12, 3.0, 1e4}) {
      const double sum = static_cast<double>(log(exp(Wide(a)) + exp(Wide(b))));
      EXPECT_NEAR(log_add(a, b), sum, 4.0 * kEps * (1.0 + std::abs(sum))) << a << ' ' << b;
      EXPECT_NEAR(log_sum_exp((Vector(2) << a, b).finished()), sum, 4.0 * kEps * (1.0 + std::abs(sum)));
      if (a == b) continue;
      const double difference = static_cast<double>(log(abs(exp(Wide(a)) - exp(Wide(b)))));
      EXPECT_NEAR(log_subtract(a, b), difference, 4.0 * kEps * (1.0 + std::abs(difference))) << a << ' ' << b;
    }
  }
}

TEST(Accurate, increases_of_exponentials_keep_their_digits_however_small) {
  for (const double at : {-700.0, -30.0, 0.0, 25.0, 600.0})
    for (const double by :
         {-900.0, -2.0, -0.5, -0.4999, -0.1, -1e-9, -1e-200, 0.0, 1e-300, 1e-15, 1e-6, 0.3, 0.4999, 0.5, 3.0, 90.0}) {
      const Eigen::ArrayXd from = Eigen::ArrayXd::Constant(1, std::exp(at)), to = Eigen::ArrayXd::Constant(1, std::exp(at + by));
      const double exact = static_cast<double>(Wide(from[0]) * expm1(Wide(by)));
      // e^at and e^(at + by) are given with their own rounding, |at| + |by| units of it
      const double tolerance = 4.0 * kEps * (1.0 + (std::abs(by) < 0.5 ? 0.0 : std::abs(at) + std::abs(by)));
      EXPECT_NEAR(exp_increase(from, to, Eigen::ArrayXd::Constant(1, by))[0], exact, tolerance * std::abs(exact))
          << at << ' ' << by;
    }
}

TEST(Accurate, increases_of_many_exponentials_are_those_of_each) {
  for (const Index n : {1, 7, 255, 256, 257, 600}) {
    const Eigen::ArrayXd at = testing::gaussian_vector(n, 11).array(), by = testing::gaussian_vector(n, 12).array();
    const Eigen::ArrayXd from = at.exp(), to = (at + by).exp(), all = exp_increase(from, to, by);
    for (Index j = 0; j < n; ++j)
      EXPECT_EQ(all[j], exp_increase(from.segment(j, 1), to.segment(j, 1), by.segment(j, 1))[0]) << j << " of " << n;
  }
}

TEST(Accurate, logs_of_nothing_are_minus_infinity) {
  EXPECT_EQ(log_sum_exp(Vector()), -kInf);
  EXPECT_EQ(log_sum_exp(Vector::Constant(3, -kInf)), -kInf);
  EXPECT_EQ(log_add(-kInf, -kInf), -kInf);
  EXPECT_EQ(log_add(-kInf, 2.0), 2.0);
  EXPECT_EQ(log_subtract(2.0, 2.0), -kInf);
  EXPECT_EQ(log_subtract(2.0, -kInf), 2.0);
  EXPECT_EQ(softplus(-kInf), 0.0);
  EXPECT_EQ(softplus(kInf), kInf);
}

}  // namespace
}  // namespace penchant
