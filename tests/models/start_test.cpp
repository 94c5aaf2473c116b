#include "penchant/models/start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "penchant/core/file.h"
#include "support/refusal.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

constexpr Diagonal kSigned{2, DiagonalForm::difference_of_powers, Factors::tied};

std::string refusal(const InitSpec& init, const ModelSpec& model, Index features, const std::string& folder = ".") {
  return testing::refusal([&] { make_start(init, model, features, folder); });
}

TEST(Start, linear_starts_at_zero_unless_told) {
  EXPECT_EQ(make_start({}, Linear{}, 3, ".").theta(), Vector::Zero(3));
  EXPECT_EQ(make_start({.scale = 2.0, .shape = {1.0, -0.5, 0.0}}, Linear{}, 3, ".").theta(), (Vector{{2.0, -1.0, 0.0}}));
}

TEST(Start, every_factor_of_a_diagonal_network_starts_at_the_scale) {
  const Vector theta = make_start({.scale = 0.5, .shape = {1.0, 4.0}}, kSigned, 2, ".").theta();
  EXPECT_LT(testing::relative_distance(theta, Vector{{0.5, 2.0, 0.5, 2.0}}), testing::rounding(8));
}

TEST(Start, last_factor_of_a_product_starts_at_zero) {
  const Vector theta = make_start({.scale = 0.5}, Diagonal{3, DiagonalForm::product, Factors::tied}, 2, ".").theta();
  EXPECT_LT(testing::relative_distance(theta, Vector{{0.5, 0.5, 0.5, 0.5, 0.0, 0.0}}), testing::rounding(8));
}

TEST(Start, scale_beyond_double_survives_in_logs) {
  const Start start = make_start({.scale = 1e-300, .shape = {1e-300, 1.0}}, kSigned, 2, ".");
  EXPECT_FALSE(start.fits_double());
  EXPECT_NEAR(start.blocks[0].log_abs[0], -600.0 * std::log(10.0), testing::rounding(8) * 600.0 * std::log(10.0));
  EXPECT_TRUE(make_start({.scale = 1e-300}, kSigned, 2, ".").fits_double());
}

TEST(Start, refuses_what_a_factor_cannot_start_from) {
  EXPECT_THAT(refusal({.scale = 0.0}, kSigned, 2), HasSubstr("expected a number > 0"));
  EXPECT_THAT(refusal({.scale = -1.0}, kSigned, 2), HasSubstr("init.scale"));
  EXPECT_THAT(refusal({}, kSigned, 2), HasSubstr("missing"));
  EXPECT_THAT(refusal({.scale = 1.0, .shape = {1.0, -1.0}}, kSigned, 2), HasSubstr("init.shape: entry 2 is -1"));
  EXPECT_THAT(refusal({.scale = 1.0, .shape = {1.0}}, kSigned, 2), HasSubstr("expected one for each of 2 features"));
  EXPECT_THAT(refusal({.scale = 0.0}, Diagonal{2, DiagonalForm::product, Factors::tied}, 2), HasSubstr("saddle"));
}

// 0.1^1 · 1 and 0.1^3 · 2.
TEST(Start, exponents_take_powers_of_the_scale) {
  const Start start = make_start({.scale = 0.1, .shape = {1.0, 2.0}, .exponents = {1.0, 3.0}}, kSigned, 2, ".");
  EXPECT_LT(testing::relative_distance(start.theta(), Vector{{0.1, 2e-3, 0.1, 2e-3}}), testing::rounding(16));
  EXPECT_EQ(start.exponents, (std::vector<double>{1.0, 3.0}));
  EXPECT_THAT(refusal({.scale = 0.1, .exponents = {1.0}}, kSigned, 2),
              HasSubstr("init.exponents: got 1 numbers, expected one for each of 2 features"));
  EXPECT_THAT(refusal({.scale = 0.1, .exponents = {1.0, -1.0}}, kSigned, 2),
              HasSubstr("init.exponents: entry 2 is -1, expected > 0"));
  EXPECT_THAT(refusal({.scale = 0.1, .exponents = {1.0, 1.0}}, Linear{}, 2), HasSubstr("a linear model has none"));
  EXPECT_THAT(refusal({.scale = 0.1, .exponents = {1.0, 1.0}}, WeightNormalised{}, 2),
              HasSubstr("a weight_normalised model has none"));
}

// r_0 = 0.5 = √0.25 R; v_0 = (3, 4)/5.
TEST(Start, weight_normalisation_starts_at_its_radius_and_a_direction_of_length_one) {
  const WeightNormalised model{2, 0.25};
  EXPECT_LT(
      testing::relative_distance(make_start({.scale = 0.5, .shape = {3.0, 4.0}}, model, 2, ".").theta(), Vector{{1.0, 0.6, 0.8}}),
      testing::rounding(16));
  EXPECT_LT(testing::relative_distance(make_start({.scale = 0.5}, model, 4, ".").theta(), Vector{{1.0, 0.5, 0.5, 0.5, 0.5}}),
            testing::rounding(16));
  EXPECT_THAT(refusal({}, model, 2), HasSubstr("init.scale is missing"));
  EXPECT_THAT(refusal({.scale = -1.0}, model, 2), HasSubstr("expected a number > 0 for a weight_normalised model"));
  EXPECT_THAT(refusal({.scale = 1.0, .shape = {1.0, 0.0}}, model, 2), HasSubstr("init.shape: entry 2 is 0"));
}

TEST(Start, weight_normalisation_takes_r_and_v_from_files_as_they_are) {
  const std::string folder = std::filesystem::temp_directory_path() / "penchant_start_test_normalised";
  std::filesystem::create_directories(folder);
  write_file(folder + "/r.csv", "0.5\n");
  write_file(folder + "/v.csv", "3\n4\n");
  write_file(folder + "/zero.csv", "0\n0\n");
  const WeightNormalised model{2, 0.25};
  EXPECT_LT(
      testing::relative_distance(make_start({.factors = {"r.csv", "v.csv"}}, model, 2, folder).theta(), Vector{{1.0, 3.0, 4.0}}),
      testing::rounding(16));
  EXPECT_THAT(refusal({.factors = {"r.csv", "zero.csv"}}, model, 2, folder), HasSubstr("v_0 = 0, which has no direction"));
  EXPECT_THAT(refusal({.factors = {"v.csv", "v.csv"}}, model, 2, folder), HasSubstr("block r has 1"));
}

TEST(Start, factors_come_from_one_file_a_block_with_any_signs) {
  const std::string folder = std::filesystem::temp_directory_path() / "penchant_start_test";
  std::filesystem::create_directories(folder);
  write_file(folder + "/u.csv", "1.5\n-2\n0\n");
  write_file(folder + "/v.csv", "1\n2\n3\n");
  const Vector theta = make_start({.factors = {"u.csv", "v.csv"}}, kSigned, 3, folder).theta();
  EXPECT_LT(testing::relative_distance(theta, Vector{{1.5, -2.0, 0.0, 1.0, 2.0, 3.0}}), testing::rounding(8));
  EXPECT_THAT(refusal({.factors = {"u.csv"}}, kSigned, 3, folder), HasSubstr("expected one for each of u, v"));
  EXPECT_THAT(refusal({.factors = {"u.csv", "v.csv"}}, kSigned, 4, folder), HasSubstr("block u has 4"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penchant
