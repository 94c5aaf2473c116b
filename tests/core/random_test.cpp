#include "penchant/core/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace penchant {
namespace {

constexpr int kSamples = 100'000;
// Two-sided quantile of the normal law for alpha = 0.01 over the ten moment and balance tests of this file (Sidak: 1-0.99^(1/10)).
constexpr double kQuantile = 3.29;

std::vector<double> normals(std::uint64_t seed) {
  const RandomKey key(seed, "test");
  std::vector<double> out;
  for (std::uint32_t i = 0; i < kSamples; ++i) out.push_back(normal(key, 0, 0, i));
  return out;
}

double mean_power(const std::vector<double>& x, int power) {
  double sum = 0.0;
  for (const double v : x) sum += std::pow(v, power);
  return sum / static_cast<double>(x.size());
}

TEST(Random, blocks_are_those_of_philox_4x32_10) {
  RandomKey zero(0, "");
  zero.purpose = 0;
  // Known answer of Random123 (kat_vectors): counter 0, key 0 -> 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
  EXPECT_EQ(uniform(zero, 0, 0, 0), (static_cast<double>(0xe169c58d6627e8d5ull >> 12) + 0.5) * 0x1p-52);
}

TEST(Random, a_number_is_a_function_of_its_coordinates_only) {
  const RandomKey key(7, "noise");
  const double first = normal(key, 1, 2, 3);
  for (std::uint32_t i = 0; i < 100; ++i) normal(key, i, i, i);
  EXPECT_EQ(normal(RandomKey(7, "noise"), 1, 2, 3), first);
  std::set<double> seen;
  for (const RandomKey& other : {key, RandomKey(8, "noise"), RandomKey(7, "batch")})
    for (std::uint32_t member : {1u, 2u})
      for (std::uint64_t step : {std::uint64_t{2}, std::uint64_t{1} << 32, (std::uint64_t{1} << 32) + 2})
        for (std::uint32_t index : {3u, 4u}) seen.insert(normal(other, member, step, index));
  EXPECT_EQ(seen.size(), 3u * 2 * 3 * 2) << "every coordinate counts, all 64 bits of the step";
}

TEST(Random, normal_moments_are_0_1_0_3) {
  const std::vector<double> x = normals(1);
  const double n = kSamples;
  EXPECT_LE(std::abs(mean_power(x, 1)), kQuantile * std::sqrt(1.0 / n));
  EXPECT_LE(std::abs(mean_power(x, 2) - 1.0), kQuantile * std::sqrt(2.0 / n));
  EXPECT_LE(std::abs(mean_power(x, 3)), kQuantile * std::sqrt(15.0 / n));
  EXPECT_LE(std::abs(mean_power(x, 4) - 3.0), kQuantile * std::sqrt(96.0 / n));
}

TEST(Random, normal_distribution_passes_kolmogorov_and_smirnov) {
  std::vector<double> x = normals(2);
  std::sort(x.begin(), x.end());
  double largest = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double cdf = 0.5 * std::erfc(-x[i] / std::sqrt(2.0));
    const double below = static_cast<double>(i) / kSamples, above = static_cast<double>(i + 1) / kSamples;
    largest = std::max({largest, std::abs(cdf - below), std::abs(cdf - above)});
  }
  EXPECT_LE(largest, 1.628 / std::sqrt(double{kSamples})) << "alpha = 0.01";
}

TEST(Random, neighbours_in_every_coordinate_are_uncorrelated) {
  const RandomKey key(3, "test");
  double by_index = 0.0, by_member = 0.0, by_step = 0.0, by_seed = 0.0;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    const double here = normal(key, 0, 0, i);
    by_index += here * normal(key, 0, 0, i + 1);
    by_member += here * normal(key, 1, 0, i);
    by_step += here * normal(key, 0, 1, i);
    by_seed += here * normal(RandomKey(4, "test"), 0, 0, i);
  }
  for (const double sum : {by_index, by_member, by_step, by_seed})
    EXPECT_LE(std::abs(sum), kQuantile * std::sqrt(double{kSamples}));
}

TEST(Random, signs_are_balanced) {
  const RandomKey key(5, "signs");
  double sum = 0.0;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    const double sign = rademacher(key, 0, 0, i);
    ASSERT_EQ(std::abs(sign), 1.0);
    sum += sign;
  }
  EXPECT_LE(std::abs(sum), kQuantile * std::sqrt(double{kSamples}));
}

TEST(Random, indices_are_uniform_and_below_their_bound) {
  const RandomKey key(6, "index");
  constexpr std::uint64_t kBound = 7;
  std::vector<double> hits(kBound);
  for (std::uint32_t i = 0; i < kSamples; ++i) hits.at(uniform_index(key, 0, 0, i, kBound)) += 1.0;
  double chi_square = 0.0;
  const double expected = kSamples / double{kBound};
  for (const double count : hits) chi_square += (count - expected) * (count - expected) / expected;
  EXPECT_LE(chi_square, 16.81) << "alpha = 0.01, 6 degrees of freedom";
  EXPECT_EQ(uniform_index(key, 0, 0, 0, 1), 0u);
  EXPECT_GE(uniform_index(key, 0, 0, 1, ~std::uint64_t{0}), 1u << 20) << "large bounds reach large values";
}

TEST(Random, uniform_numbers_never_reach_the_ends) {
  const RandomKey key(9, "uniform");
  double lowest = 1.0, highest = 0.0, sum = 0.0;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    const double u = uniform(key, 0, 0, i);
    lowest = std::min(lowest, u);
    highest = std::max(highest, u);
    sum += u;
  }
  EXPECT_GT(lowest, 0.0);
  EXPECT_LT(highest, 1.0);
  EXPECT_LE(std::abs(sum / kSamples - 0.5), kQuantile / std::sqrt(12.0 * kSamples));
}

}  // namespace
}  // namespace penchant
