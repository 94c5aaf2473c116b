#include "penchant/core/expansion.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

#include "penchant/core/error.h"
#include "support/planted.h"

namespace penchant {
namespace {

using Exact = boost::multiprecision::cpp_rational;
using testing::gaussian_vector;

constexpr Index kSize = 7;
constexpr double kEpsilon = 2.220446049250313e-16;

// What is added to an expansion, and its product with x, in rational numbers.
struct Sum {
  std::vector<Exact> entries = std::vector<Exact>(kSize);
  void add(const Vector& by) {
    for (Index i = 0; i < kSize; ++i) entries[static_cast<std::size_t>(i)] += Exact(by[i]);
  }
  Exact dot(const Vector& x) const {
    Exact out = 0;
    for (Index i = 0; i < kSize; ++i) out += Exact(x[i]) * entries[static_cast<std::size_t>(i)];
    return out;
  }
};

TEST(Expansion, holds_what_its_parts_have_bits_for) {
  for (const int parts : {2, 3, 5}) {
    ExpansionVector s(1, parts);
    const double small = std::ldexp(1.0, -50 * (parts - 1));
    s.add(Vector::Constant(1, 1.0));
    s.add(Vector::Constant(1, small));
    EXPECT_EQ(s.less_dot(1.0, Vector::Ones(1)), -small);
    s.add(Vector::Constant(1, -1.0));
    EXPECT_EQ(s.less_dot(0.0, Vector::Ones(1)), -small);
  }
}

// Sums of terms from 1 down to 1e-30, subtracted from what they nearly are: 30 to 60 digits cancel.
TEST(Expansion, differences_are_right_to_their_own_rounding_however_much_cancels) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    ExpansionVector s(kSize, 6);
    Sum exact;
    const Vector x = gaussian_vector(kSize, 100 + seed);
    double from = 0.0;
    for (int k = 0; k < 12; ++k) {
      const Vector by = std::pow(10.0, -4.0 * k) * gaussian_vector(kSize, 1000 * seed + static_cast<std::uint64_t>(k));
      s.add(by);
      exact.add(by);
      from = static_cast<double>(exact.dot(x));
      const double left = static_cast<double>(Exact(from) - exact.dot(x));
      EXPECT_NEAR(s.less_dot(from, x), left, 4.0 * kEpsilon * std::abs(left)) << "seed " << seed << ", term " << k;
    }
    // with the digits of the large terms taken away again
    for (int k = 0; k < 6; ++k) {
      const Vector by = -std::pow(10.0, -4.0 * k) * gaussian_vector(kSize, 1000 * seed + static_cast<std::uint64_t>(k));
      s.add(by);
      exact.add(by);
    }
    const double left = -static_cast<double>(exact.dot(x));
    EXPECT_NEAR(s.less_dot(0.0, x), left, 4.0 * kEpsilon * std::abs(left)) << "seed " << seed;
  }
}

// Up to 12 digits cancel, which two folds hold; every remainder of the lanes.
TEST(Expansion, differences_of_few_digits_are_right_to_their_own_rounding_at_any_length) {
  for (Index size = 1; size <= 13; ++size)
    for (int digits = 0; digits <= 12; ++digits) {
      ExpansionVector s(size, 4);
      const Vector x = gaussian_vector(size, 300 + static_cast<std::uint64_t>(size));
      Exact dot = 0;
      for (std::uint64_t k = 0; k < 3; ++k) {
        const Vector by = std::pow(10.0, -5.0 * static_cast<double>(k)) * gaussian_vector(size, 400 + k);
        s.add(by);
        for (Index i = 0; i < size; ++i) dot += Exact(x[i]) * Exact(by[i]);
      }
      const double from = static_cast<double>(dot) * (1.0 + std::pow(10.0, -digits));
      const double left = static_cast<double>(Exact(from) - dot);
      EXPECT_NEAR(s.less_dot(from, x), left, 4.0 * kEpsilon * std::abs(left)) << size << " terms, " << digits << " digits";
    }
}

TEST(Expansion, goes_on_from_its_parts) {
  ExpansionVector s(kSize, 3), again(kSize, 3);
  for (std::uint64_t k = 1; k < 5; ++k) s.add(gaussian_vector(kSize, k));
  again.set_parts(s.parts());
  const Vector x = gaussian_vector(kSize, 9);
  EXPECT_EQ(s.less_dot(0.5, x), again.less_dot(0.5, x));
  EXPECT_THROW(ExpansionVector(kSize, 2).set_parts(s.parts()), InvalidInput);
}

}  // namespace
}  // namespace penchant
