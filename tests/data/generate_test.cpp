#include "penchant/data/generate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "penchant/data/load.h"
#include "support/temporary.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

DataSpec spec_of(const std::string& generator, int samples, int features, std::uint64_t seed) {
  DataSpec spec;
  spec.generate = generator;
  spec.samples = samples;
  spec.features = features;
  spec.seed = seed;
  return spec;
}

TEST(Generate, sparse_regression_plants_entries_of_the_given_size) {
  DataSpec spec = spec_of("sparse_regression", 30, 50, 1);
  spec.nonzeros = 4;
  const Generated made = generate(spec);
  EXPECT_EQ((made.truth.array().abs() == 0.5).count(), 4) << "1/sqrt(4)";
  EXPECT_EQ((made.truth.array() == 0.0).count(), 46);
  EXPECT_EQ(made.y, made.x * made.truth) << "no noise unless asked for";
  spec.value = 3.0;
  EXPECT_EQ(generate(spec).truth, 6.0 * made.truth) << "places and signs do not depend on the size";
}

TEST(Generate, sparse_regression_draws_all_places_and_both_signs) {
  Vector hits = Vector::Zero(6), signs = Vector::Zero(6);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    DataSpec spec = spec_of("sparse_regression", 1, 6, seed);
    spec.nonzeros = 3;
    const Generated made = generate(spec);
    hits += made.truth.cwiseAbs() * std::sqrt(3.0);
    signs += made.truth.array().sign().matrix();
  }
  // 200 draws with chance 1/2: sd 7.07; signs of about 100 hits: sd 10. Twelve tests at alpha = 0.01 (Sidak): |z| <= 3.33.
  EXPECT_LE((hits.array() - 100.0).abs().maxCoeff(), 3.33 * std::sqrt(50.0));
  EXPECT_LE(signs.cwiseAbs().maxCoeff(), 3.33 * 10.0);
}

TEST(Generate, normal_non_zeros_have_the_standard_deviation_of_value) {
  DataSpec spec = spec_of("sparse_regression", 1, 4000, 3);
  spec.nonzeros = 2000;
  spec.law = "normal";
  spec.value = 0.5;
  const Vector truth = generate(spec).truth;
  EXPECT_EQ((truth.array() != 0.0).count(), 2000);
  // Relative standard deviation of the mean square of N: sqrt(2/N); of the mean: 1/sqrt(N). 2.81 of them:
  // two tests at alpha = 0.01.
  EXPECT_NEAR(truth.squaredNorm() / 2000.0, 0.25, 2.81 * 0.25 * std::sqrt(2.0 / 2000.0));
  EXPECT_NEAR(truth.sum() / 2000.0, 0.0, 2.81 * 0.5 / std::sqrt(2000.0));
  spec.positive = true;
  EXPECT_EQ(generate(spec).truth, truth.cwiseAbs());
}

TEST(Generate, positive_signals_lose_only_their_signs) {
  DataSpec spec = spec_of("sparse_regression", 5, 50, 4);
  spec.nonzeros = 10;
  const Vector truth = generate(spec).truth;
  spec.positive = true;
  EXPECT_LT(truth.minCoeff(), 0.0);
  EXPECT_EQ(generate(spec).truth, truth.cwiseAbs());
}

TEST(Generate, compressible_signals_fall_as_the_power_asked_for) {
  DataSpec spec = spec_of("sparse_regression", 5, 8, 4);
  spec.nonzeros = 8;
  spec.value = 3.0;
  spec.decay = 1.5;
  Vector sizes = generate(spec).truth.cwiseAbs();
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  for (Index k = 0; k < 8; ++k) EXPECT_NEAR(sizes[k], 3.0 * std::pow(double(k + 1), -1.5), testing::rounding(3) * sizes[k]);
}

TEST(Generate, noise_has_the_variance_asked_for) {
  DataSpec spec = spec_of("gaussian_regression", 4000, 3, 5);
  const Generated clean = generate(spec);
  spec.noise_variance = 0.25;
  const Generated noisy = generate(spec);
  EXPECT_EQ(noisy.x, clean.x);
  EXPECT_NEAR(clean.truth.norm(), 1.0, testing::rounding(3));
  // The mean square of N normal numbers has relative standard deviation sqrt(2/N); 2.58 of them is alpha = 0.01.
  const double variance = (noisy.y - clean.y).squaredNorm() / 4000.0;
  EXPECT_NEAR(variance, 0.25, 2.58 * 0.25 * std::sqrt(2.0 / 4000.0));
}

TEST(Generate, separable_attains_its_margin_along_the_truth) {
  for (const double margin : {0.1, 1.0, 5.0}) {
    DataSpec spec = spec_of("separable", 60, 7, 2);
    spec.margin = margin;
    const Generated made = generate(spec);
    const Vector margins = made.y.array() * (made.x * made.truth).array();
    const double kRounding = testing::rounding(20) * (margin + made.x.rowwise().norm().maxCoeff());
    EXPECT_NEAR(margins.minCoeff(), margin, kRounding);
    EXPECT_EQ(made.y.sum(), 0.0) << "as many of one class as of the other";
  }
}

TEST(Generate, everything_is_a_function_of_the_seed) {
  for (const char* generator : {"gaussian_regression", "separable"}) {
    const Generated a = generate(spec_of(generator, 9, 4, 7)), b = generate(spec_of(generator, 9, 4, 7));
    EXPECT_TRUE(a.x == b.x && a.y == b.y && a.truth == b.truth);
    EXPECT_NE(a.x, generate(spec_of(generator, 9, 4, 8)).x);
    EXPECT_EQ(generate(spec_of("gaussian_regression", 12, 6, 7)).x.topLeftCorner(9, 4),
              generate(spec_of("gaussian_regression", 9, 4, 7)).x)
        << "a larger table extends a smaller one";
  }
}

TEST(Generate, loaded_truth_is_in_the_coordinates_of_the_features) {
  DataSpec spec = spec_of("sparse_regression", 8, 5, 1);
  spec.nonzeros = 2;
  spec.intercept = true;
  const DatasetPtr data = load_dataset(spec, "");
  Vector fitted(8);
  data->features->apply(*data->truth, fitted);
  EXPECT_LE((fitted - data->targets).cwiseAbs().maxCoeff(), testing::rounding(12) * 5.0);
  spec.standardise = true;
  EXPECT_FALSE(load_dataset(spec, "")->truth.has_value());
}

}  // namespace
}  // namespace penchant
