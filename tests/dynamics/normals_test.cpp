#include "penchant/dynamics/kernels/normals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "penchant/core/random.h"
#include "penchant/dynamics/noise.h"
#include "support/instruction_sets.h"

namespace penchant {
namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();

double midpoint(std::uint64_t word) { return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52; }

// The header's formula with the C library's functions.
double plain_normal(const RandomKey& key, std::uint64_t step, std::size_t i) {
  const RandomWords words = random_words(key, 0, step, static_cast<std::uint32_t>(i / 2));
  const double r = std::sqrt(-2.0 * std::log(midpoint(words.first))), angle = 2.0 * std::numbers::pi * midpoint(words.second);
  return r * (i % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

TEST(Normals, are_box_muller_on_philox_to_rounding) {
  constexpr double kFewUlp = 16 * kEps;  // the sum of the kernel's and the C library's errors; 2πv is rounded once more here
  for (std::uint64_t step : {0ull, 1ull, 77ull, 0x1234567890ull, ~0ull}) {
    const RandomKey key(step % 5, "normals_test");
    const std::size_t count = 4096;
    const auto out = kernels::aligned_zeros(count);
    kernels::normals(key.philox_key(), step, count, out.get());
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_NEAR(out[i], plain_normal(key, step, i), kFewUlp * 10.0) << "step " << step << ", index " << i;
  }
}

TEST(Normals, do_not_depend_on_how_many_there_are_or_how_they_lie) {
  const std::size_t most = 70;
  const auto all = kernels::aligned_zeros(kernels::padded_normals(most));
  std::vector<std::uint64_t> keys;
  for (std::uint64_t seed = 0; seed < 24; ++seed) keys.push_back(RandomKey(seed, "across").philox_key());
  for (std::size_t lanes : {8u, 16u, 24u}) {
    const auto across = kernels::aligned_zeros(most * lanes);
    std::vector<std::uint64_t> steps(lanes);
    for (std::size_t m = 0; m < lanes; ++m) steps[m] = (m << 40) + m;
    kernels::normals_across(keys.data(), steps.data(), most, lanes, across.get());
    for (std::size_t m = 0; m < lanes; ++m) {
      kernels::normals(keys[m], steps[m], most, all.get());
      for (std::size_t i = 0; i < most; ++i) ASSERT_EQ(across[i * lanes + m], all[i]) << m << " " << i;
    }
  }
  for (std::size_t count = 1; count <= 40; ++count) {
    const auto few = kernels::aligned_zeros(kernels::padded_normals(count));
    kernels::normals(keys[23], 9, count, few.get());
    kernels::normals(keys[23], 9, most, all.get());
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(few[i], all[i]);
  }
}

TEST(Normals, have_the_same_bits_on_every_instruction_set) {
  const std::size_t count = 1024;
  const std::uint64_t key = RandomKey(2, "instruction sets").philox_key();
  const auto first = kernels::aligned_zeros(count), now = kernels::aligned_zeros(count);
  kernels::normals(key, 3, count, first.get());
  testing::on_every_target([&] {
    kernels::normals(key, 3, count, now.get());
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(now[i], first[i]) << i;
  });
}

TEST(Normals, have_the_moments_of_a_standard_normal_and_no_correlation_within_a_pair) {
  const std::size_t count = 1 << 20;
  const auto x = kernels::aligned_zeros(count);
  kernels::normals(RandomKey(3, "moments").philox_key(), 0, count, x.get());
  double m1 = 0.0, m2 = 0.0, m4 = 0.0, within = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    m1 += x[i], m2 += x[i] * x[i], m4 += std::pow(x[i], 4), largest = std::max(largest, std::abs(x[i]));
    if (i % 2 == 1) within += x[i] * x[i - 1];
  }
  const double n = static_cast<double>(count), four_sigma = 4.0;
  EXPECT_NEAR(m1 / n, 0.0, four_sigma / std::sqrt(n));
  EXPECT_NEAR(m2 / n, 1.0, four_sigma * std::sqrt(2.0 / n));
  EXPECT_NEAR(m4 / n, 3.0, four_sigma * std::sqrt(96.0 / n));
  EXPECT_NEAR(within / (n / 2), 0.0, four_sigma / std::sqrt(n / 2));
  EXPECT_GT(largest, 4.0) << "of a million the largest is 4.9 on average";
}

TEST(LabelNoiseStream, signs_are_as_often_plus_as_minus_and_new_each_step) {
  LabelNoiseStream noise({LabelNoiseKind::sign, 0.5}, 7, 200);
  double sum = 0.0, with_next = 0.0;
  std::vector<double> last(200, 0.0);
  for (std::uint64_t step = 0; step < 1000; ++step) {
    const double* e = noise.at(step);
    for (std::size_t i = 0; i < 200; ++i) {
      ASSERT_EQ(std::abs(e[i]), 0.5);
      sum += e[i] / 0.5;
      with_next += e[i] * last[i] / 0.25;
      last[i] = e[i];
    }
  }
  EXPECT_LT(std::abs(sum), 4.0 * std::sqrt(200'000.0));
  EXPECT_LT(std::abs(with_next), 4.0 * std::sqrt(200'000.0));
}

TEST(LabelNoiseStream, a_samples_noise_does_not_depend_on_the_others) {
  for (LabelNoiseKind kind : {LabelNoiseKind::sign, LabelNoiseKind::gaussian}) {
    LabelNoiseStream many({kind, 2.0}, 1, 130), few({kind, 2.0}, 1, 3);
    const double a = many.at(5)[2], b = few.at(5)[2];
    EXPECT_EQ(a, b);
    EXPECT_NE(many.at(6)[2], kind == LabelNoiseKind::sign ? 0.0 : a);
  }
}

}  // namespace
}  // namespace penchant
