#include "penchant/core/exact_dot.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

#include "penchant/core/double_double.h"

namespace penchant {
namespace {

using Exact = boost::multiprecision::cpp_rational;

Exact exact_dot(const Vector& x, const Vector& y) {
  Exact sum = 0;
  for (Index i = 0; i < x.size(); ++i) sum += Exact(x[i]) * Exact(y[i]);
  return sum;
}

TEST(ExactDot, finds_the_sign_of_what_cancels) {
  EXPECT_EQ(exact_sign_of_dot(Vector{{0.1, 0.2, -0.3}}, Vector{{1.0, 1.0, 1.0}}), 1) << "0.1 + 0.2 > 0.3 as doubles";
  EXPECT_EQ(exact_sign_of_dot(Vector{{0x1p60, 1.0, -0x1p60}}, Vector{{0x1p50, 0x1p-80, 0x1p50}}), 1);
  EXPECT_EQ(exact_sign_of_dot(Vector{{3.0, -6.0}}, Vector{{0.2, 0.1}}), 0) << "0.2 is twice 0.1 in binary";
  EXPECT_EQ(exact_sign_of_dot(Vector(), Vector()), 0);
  const double a = 1.0 + 0x1p-30;  // a² = 1 + 2^-29 + 2^-60, of which a double keeps all but the last
  EXPECT_EQ(exact_sign_of_dot(Vector{{a, -1.0}}, Vector{{a, 1.0 + 0x1p-29}}), 1);
  EXPECT_EQ(exact_sign_of_dot(Vector{{-a, 1.0}}, Vector{{a, 1.0 + 0x1p-29}}), -1);
  EXPECT_EQ(exact_sign_of_dot(Vector{{a, -1.0, -1.0}}, Vector{{a, 1.0 + 0x1p-29, 0x1p-60}}), 0);
  EXPECT_EQ(exact_sign_of_dot(Vector{{1e-200, 1.0}}, Vector{{1e-200, 1.0}}), std::nullopt) << "the error of 1e-400 is no double";
}

TEST(ExactDot, agrees_with_rational_arithmetic) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 2000; ++trial) {
    const Index n = 2 + static_cast<Index>(random() % 6);
    Vector x(n), y(n);
    for (Index i = 0; i < n; ++i) {
      x[i] = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 60) - 80);
      y[i] = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 60) - 80);
    }
    // The last entry takes off what a double can.
    y[n - 1] = 0.0;
    y[n - 1] = -exact_dot(x, y).convert_to<double>() / x[n - 1];
    const Exact sum = exact_dot(x, y);
    EXPECT_EQ(exact_sign_of_dot(x, y), sum > 0 ? 1 : sum < 0 ? -1 : 0) << trial;
  }
}

TEST(IntegerMultiple, finds_fractions_and_refuses_the_rest) {
  EXPECT_EQ(integer_multiple(Vector{{1.0 / 3, -2.0 / 7, 0.0}}), std::optional<Vector>(Vector{{7.0, -6.0, 0.0}}));
  EXPECT_EQ(integer_multiple(Vector{{0.5, 1e-17}}), std::optional<Vector>(Vector{{1.0, 0.0}}));
  EXPECT_EQ(integer_multiple(Vector{{1.0, std::sqrt(2.0)}}), std::nullopt);
  EXPECT_EQ(integer_multiple(Vector{{0.0, 0.0}}), std::nullopt);
}

TEST(DoubleDouble, keeps_a_hundred_bits) {
  std::mt19937_64 random(4);
  const auto value = [](DoubleDouble a) { return Exact(a.hi) + Exact(a.lo); };
  const auto near = [](const Exact& a, const Exact& b) { return abs(a - b) <= abs(b) * Exact(0x1p-100); };
  for (int trial = 0; trial < 500; ++trial) {
    const auto draw = [&] {
      const double top = std::ldexp(static_cast<double>(random() >> 11), -53) - 0.5;
      return DoubleDouble(top) + DoubleDouble(top * std::ldexp(static_cast<double>(random() >> 11), -107));
    };
    const DoubleDouble a = draw(), b = draw();
    EXPECT_TRUE(near(value(a * b), value(a) * value(b))) << trial;
    EXPECT_TRUE(near(value(a / b), value(a) / value(b))) << trial;
    EXPECT_LE(abs(value(a + b) - (value(a) + value(b))), (abs(value(a)) + abs(value(b))) * Exact(0x1p-100)) << trial;
    EXPECT_EQ(a < b, value(a) < value(b)) << trial;
  }
}

}  // namespace
}  // namespace penchant
