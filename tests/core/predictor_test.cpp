#include "penchant/core/predictor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(SignedLog, holds_values_signs_and_zeros) {
  const SignedLog x = SignedLog::from((Vector(3) << -1.0, 0.0, std::exp(1.0)).finished());
  EXPECT_EQ(x.log_abs[0], 0.0);
  EXPECT_EQ(x.log_abs[1], -kInf);
  EXPECT_EQ(x.sign, (Vector(3) << -1, 0, 1).finished());
  EXPECT_EQ(x.values()[1], 0.0);
  const Vector v = testing::gaussian_vector(50, 1);
  // exp(log x) loses |log x| eps of x, and |log x| < 10 here.
  EXPECT_LE(((SignedLog::from(v).values() - v).array() / v.array()).abs().maxCoeff(), testing::rounding(12));
}

TEST(SignedLog, values_beyond_doubles_overflow_and_underflow_like_doubles) {
  SignedLog x = SignedLog::constant(3, -2000.0, -1.0);
  x.log_abs[1] = 2000.0;
  EXPECT_EQ(x.values()[0], 0.0);
  EXPECT_EQ(x.values()[1], -kInf);
  EXPECT_EQ(x.size(), 3);
}

TEST(Predictor, logs_are_kept_only_where_a_double_loses_the_value) {
  EXPECT_EQ(Predictor::vector(SignedLog::constant(2, -700.0)).logs.size(), 0);
  EXPECT_EQ(Predictor::vector(SignedLog::constant(2, -1e4)).logs.size(), 2);
  EXPECT_EQ(Predictor::vector(SignedLog::constant(2, -740.0)).logs.size(), 2) << "subnormal numbers have lost digits";
  EXPECT_EQ(Predictor::vector(SignedLog::constant(2, 1e4)).logs.size(), 2);
  EXPECT_EQ(Predictor::vector(SignedLog::from(Vector::Zero(2))).logs.size(), 0) << "a zero is a zero";
  EXPECT_EQ(Predictor::vector(Vector::Ones(2)).values, Vector::Ones(2));
  EXPECT_EQ(Predictor::vector(Vector::Ones(2)).kind, "vector");
}

}  // namespace
}  // namespace penchant
