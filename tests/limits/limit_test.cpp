#include "penchant/limits/limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "penchant/limits/solve.h"
#include "support/planted.h"
#include "support/refusal.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

MapPtr some_map() { return std::make_shared<DenseMap>(testing::gaussian_matrix(3, 5, 0)); }

Limit made(LimitSpec spec) { return make_limit(spec, some_map(), Vector::Ones(3), "."); }

std::string message_of(const Value& table) {
  return testing::refusal([&] { limit_from(table, Where{"spec.toml", "limit", 0}); });
}

std::string message_of(const LimitSpec& spec) { return testing::refusal([&] { made(spec); }); }

TEST(Limit, a_described_limit_reads_back_the_same) {
  const Value table = Value::object({{"kind", "bregman_projection"}, {"potential", "diagonal"}, {"scale", 1e-4}, {"depth", 3}});
  const LimitSpec spec = limit_from(table, {});
  EXPECT_TRUE(same(to_value(spec),
                   Value::object({{"kind", "bregman_projection"}, {"potential", "diagonal"}, {"scale", 1e-4}, {"depth", 3}})))
      << to_value(spec).describe();
}

TEST(Limit, depth_two_is_hypentropy_at_twice_the_squared_scale) {
  const auto limit = std::get<BregmanProjection>(made({.kind = "bregman_projection", .potential = "diagonal", .scale = 0.5}));
  EXPECT_DOUBLE_EQ(std::get<Hypentropy>(limit.potential).log_c, std::log(2.0 * 0.25));
}

TEST(Limit, positive_depth_two_is_entropy_from_the_squared_scale) {
  const auto limit =
      std::get<BregmanProjection>(made({.kind = "bregman_projection", .potential = "diagonal", .scale = 0.5, .positive = true}));
  EXPECT_TRUE(std::holds_alternative<Entropy>(limit.potential));
  EXPECT_DOUBLE_EQ(limit.origin.log_abs[4], std::log(0.25));
}

TEST(Limit, depth_above_two_starts_every_factor_at_the_scale) {
  const auto both =
      std::get<BregmanProjection>(made({.kind = "bregman_projection", .potential = "diagonal", .scale = 1e-60, .depth = 6}));
  const auto& deep = std::get<DeepDiagonal>(both.potential);
  EXPECT_EQ(deep.depth, 6);
  EXPECT_DOUBLE_EQ(deep.log_v[0], std::log(1e-60));
  const auto one = std::get<BregmanProjection>(
      made({.kind = "bregman_projection", .potential = "diagonal", .scale = 1.0, .depth = 3, .positive = true}));
  EXPECT_EQ(std::get<DeepDiagonal>(one.potential).log_v.size(), 0);
}

TEST(Limit, every_kind_names_itself) {
  EXPECT_EQ(kind_of(made({.kind = "min_distance"})), "min_distance");
  EXPECT_EQ(kind_of(made({.kind = "min_l1", .delta = 0.1})), "min_l1");
  EXPECT_EQ(kind_of(made({.kind = "max_margin"})), "max_margin");
  const Value described = to_value(made({.kind = "bregman_projection", .potential = "hypentropy", .c = 1.0}));
  EXPECT_EQ(*described.find("kind")->as_string(), "bregman_projection");
  EXPECT_EQ(described.find("potential")->find("log_c")->number(), 0.0);
}

TEST(Limit, a_key_the_kind_does_not_read_is_refused_with_its_owner) {
  EXPECT_THAT(message_of(Value::object({{"kind", "min_l1"}, {"depth", 3}})), HasSubstr("bregman_projection, explicit_distance do"));
  EXPECT_THAT(message_of(Value::object({{"kind", "min_distance"}, {"delta", 0.0}})), HasSubstr("min_l1 does"));
  EXPECT_THAT(message_of(Value::object({{"kind", "bregman_projection"}, {"potential", "entropy"}, {"c", 1.0}})),
              HasSubstr("hypentropy does"));
  EXPECT_THAT(message_of(LimitSpec{.kind = "max_margin", .p = 2.0}), HasSubstr("does not read the key p"));
}

TEST(Limit, a_misspelt_name_is_answered_with_the_nearest) {
  EXPECT_THAT(message_of(Value::object({{"kind", "max_margim"}})), HasSubstr("did you mean \"max_margin\"?"));
  EXPECT_THAT(message_of(Value::object({{"kind", "bregman_projection"}, {"potential", "entrophy"}})), HasSubstr("\"entropy\"?"));
  EXPECT_THAT(message_of(Value::object({{"kind", "min_l1"}, {"weihgts", 1}})), HasSubstr("\"weights\"?"));
}

TEST(Limit, a_missing_key_is_named) {
  EXPECT_THAT(message_of(Value(Value::Object{})), HasSubstr("kind is missing"));
  EXPECT_THAT(message_of(Value::object({{"kind", "bregman_projection"}})), HasSubstr("potential is missing"));
  EXPECT_THAT(message_of(LimitSpec{.kind = "bregman_projection", .potential = "diagonal"}), HasSubstr("needs the key scale"));
  EXPECT_THAT(message_of(LimitSpec{.kind = "bregman_projection", .potential = "p_norm"}), HasSubstr("needs the key p"));
}

TEST(Limit, numbers_outside_their_domain_are_refused) {
  EXPECT_THAT(message_of(Value::object({{"kind", "bregman_projection"}, {"potential", "diagonal"}, {"scale", 0.0}})),
              HasSubstr("a number > 0"));
  EXPECT_THAT(message_of(Value::object({{"kind", "bregman_projection"}, {"potential", "diagonal"}, {"scale", 1.0}, {"depth", 1}})),
              HasSubstr("an integer >= 2"));
  EXPECT_THAT(message_of(LimitSpec{.kind = "min_l1", .weights = {1, 1, -1, 1, 1}}), HasSubstr("weights[2]"));
}

TEST(Limit, data_that_do_not_suit_the_limit_are_refused) {
  EXPECT_THAT(message_of(LimitSpec{.kind = "min_l1", .weights = {1.0}}), HasSubstr("has 1 entries, the data have 5 features"));
  EXPECT_THROW(make_limit({.kind = "max_margin"}, some_map(), Vector::Constant(3, 2.0), "."), InvalidInput);
  EXPECT_THROW(make_limit({.kind = "min_distance"}, some_map(), Vector::Ones(4), "."), InvalidInput);
  EXPECT_THAT(message_of(LimitSpec{.kind = "bregman_projection", .potential = "quadratic", .k = "no-such.csv"}),
              HasSubstr("no such file"));
}

TEST(Limit, certify_names_the_entry_that_is_not_a_number) {
  const MapPtr map = std::make_shared<DenseMap>(testing::gaussian_matrix(2, 4, 4114));
  const Vector y = testing::gaussian_vector(2, 4115), signs{{1.0, -1.0}};
  const std::vector<Limit> limits = {MinDistance{map, y, {}}, BregmanProjection{map, y, Euclidean{}, {}},
                                     MinL1{map, y, {}, {}, false, 0.0},
                                     MaxMargin{map, signs, Intercept::none}, Penalised{map, y, Penalty::l2, 0.3, {}, {}},
                                     Penalised{map, y, Penalty::l1, 0.3, {}, {}}, ExplicitDistance{map, y, 2, -1.0, false},
                                     ExplicitDistance{map, y, 3, -1.0, false}, MinLp{map, y, 0.5, {}}};
  for (const Limit& limit : limits)
    for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      Solution point;
      point.predictor = Predictor::vector(Vector{{1.0, 2.0, value, 4.0}});
      EXPECT_THAT(testing::refusal([&] { certify(limit, point); }), HasSubstr("β[2]")) << kind_of(limit);
      point.predictor = Predictor::vector(Vector::Ones(4));
      point.dual = Vector{{1.0, value}};
      EXPECT_THAT(testing::refusal([&] { certify(limit, point); }), HasSubstr("dual[1]")) << kind_of(limit);
    }
}

}  // namespace
}  // namespace penchant
