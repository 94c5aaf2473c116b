#include "penchant/lab/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/refusal.h"

namespace penchant {
namespace {

const Where kWhere{"figure.toml", "charts.0.y", 0};

double value_of(const std::string& text, double x = 2.0) {
  return Expression(text, kWhere)([&](std::string_view) { return x; });
}

TEST(Expression, names_may_have_dots_and_are_listed_once) {
  const Expression e("init.scale^2 + log10(init.scale) / data.samples", kWhere);
  EXPECT_THAT(e.names(), ::testing::ElementsAre("data.samples", "init.scale"));
  EXPECT_DOUBLE_EQ(e([](std::string_view name) { return name == "init.scale" ? 10.0 : 4.0; }), 100.25);
}

TEST(Expression, can_be_asked_again_with_other_numbers) {
  const Expression e("2*x", kWhere);
  EXPECT_EQ(e([](std::string_view) { return 1.0; }), 2.0);
  EXPECT_EQ(e([](std::string_view) { return 3.0; }), 6.0);
  EXPECT_TRUE(std::isnan(e([](std::string_view) { return std::nan(""); })));
}

TEST(Expression, comparisons_and_choices) {
  EXPECT_EQ(value_of("x < 3 && x > 1"), 1.0);
  EXPECT_EQ(value_of("x > 3 ? 1 : 7"), 7.0);
}

TEST(Expression, knows_the_phase_transition_of_l1) {
  EXPECT_NEAR(value_of("donoho_tanner(x / 4)"), 0.385689666, 1e-9);
  EXPECT_NEAR(value_of("positive_l1_dimension(donoho_tanner_positive(0.5) * 0.5)"), 0.5, 1e-12);
  EXPECT_NEAR(value_of("l1_dimension(donoho_tanner(0.5) * 0.5) + transition_width(4 / exp(8))"), 8.5, 1e-12);
}

TEST(Expression, knows_the_filters_and_the_risk) {
  EXPECT_DOUBLE_EQ(value_of("ridge_filter(x)"), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(value_of("flow_filter(x)"), 1.0 - std::exp(-2.0));
  EXPECT_DOUBLE_EQ(value_of("least_norm_risk(10, 20, 1, 0)"), 0.5);
}

TEST(Expression, knows_both_penalties_of_a_diagonal_network) {
  EXPECT_NEAR(value_of("q_alpha(3, 1, 2)"), 2.0 - std::sqrt(13.0) + 3.0 * std::asinh(1.5), 1e-14);
  EXPECT_NEAR(value_of("q_alpha_slope(-3, 1, 2)"), -std::asinh(1.5), 1e-14);
  EXPECT_NEAR(value_of("r_alpha(0.5/0.5625, 0.5, 2)"), 0.5 * 0.5 * (1.0 + 1.0 / 9.0), 1e-14);  // λ = 1/2: u = 2α, v = 2α/3
  EXPECT_NEAR(value_of("r_alpha_slope(-0.5/0.5625, 0.5, 2)"), -0.5, 1e-14);
  for (const char* none :
       {"q_alpha(1, 0, 2)", "q_alpha(1, 1, 1)", "r_alpha(1, -1, 2)", "r_alpha_slope(1, 1, 2.5)", "q_alpha_slope(1, 1, 1e9)"})
    EXPECT_TRUE(std::isnan(value_of(none))) << none;
}

TEST(Expression, what_is_no_formula_is_refused_with_its_place) {
  EXPECT_THAT(testing::refusal([] { Expression("1 +", kWhere); }),
              ::testing::HasSubstr("figure.toml: charts.0.y: \"1 +\" is no formula: "));
  EXPECT_THAT(testing::refusal([] { Expression("frob(2)", kWhere); }), ::testing::HasSubstr("is no formula"));
  EXPECT_THAT(testing::refusal([] { Expression("x, y", kWhere); }), ::testing::HasSubstr("more than one formula"));
}

}  // namespace
}  // namespace penchant
