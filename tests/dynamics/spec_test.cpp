#include "penchant/dynamics/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

const Where kWhere{"spec.toml", "dynamics", 7};

std::string refusal(const Value& table) { return testing::refusal([&] { dynamics_from(table, kWhere); }); }

Value with_step(Value step) { return Value::object({{"kind", "gradient_descent"}, {"step_size", std::move(step)}}); }

TEST(DynamicsSpec, every_kind_reads_back_what_it_writes) {
  const PiecewiseStep piecewise{{0.1, 0.01}, {100}};
  const std::vector<Dynamics> all = {GradientFlow{Coordinates::dual, Clock::normalised, 1e-8, {}},
                                     GradientDescent{{0.1}, 0.9, true, true, false},
                                     GradientDescent{{PowerStep{0.5, 0.25}}},
                                     GradientDescent{{piecewise}},
                                     Stochastic{{LossProportionalStep{2.0}}, 3, true, 0.5, false, 7},
                                     Mirror{{"hypentropy", 0.5, {}, "", {}}, {0.1}, 2, 0.1, false, {}},
                                     Mirror{},
                                     Steepest{SteepestNorm::linf, CoordinateRule::cyclic, {}, true},
                                     ConjugateGradient{},
                                     Bfgs{},
                                     Lbfgs{5}};
  for (const Dynamics& dynamics : all) EXPECT_TRUE(same(to_value(dynamics_from(to_value(dynamics), kWhere)), to_value(dynamics)));
}

TEST(DynamicsSpec, step_size_takes_a_number_auto_or_a_table) {
  EXPECT_EQ(std::get<double>(std::get<GradientDescent>(dynamics_from(with_step(0.25), kWhere)).step_size.rule), 0.25);
  EXPECT_TRUE(std::holds_alternative<AutoStep>(std::get<GradientDescent>(dynamics_from(with_step("auto"), kWhere)).step_size.rule));
  const Value power = Value::object({{"kind", "power"}, {"initial", 2.0}, {"exponent", 1.0}});
  EXPECT_EQ(std::get<PowerStep>(std::get<GradientDescent>(dynamics_from(with_step(power), kWhere)).step_size.rule).exponent, 1.0);
}

TEST(DynamicsSpec, step_size_refuses_what_is_not_a_step) {
  EXPECT_THAT(refusal(with_step(0.0)), HasSubstr("dynamics.step_size: got 0, expected a number > 0"));
  EXPECT_THAT(refusal(with_step("fast")), HasSubstr("\"auto\""));
  EXPECT_THAT(refusal(with_step(Value::object({{"kind", "powr"}}))), HasSubstr("did you mean \"power\""));
  const auto piecewise = [](std::vector<double> values, std::vector<std::int64_t> steps) {
    return with_step(Value::object({{"kind", "piecewise"}, {"values", write_value(values)}, {"steps", write_value(steps)}}));
  };
  EXPECT_THAT(refusal(piecewise({1.0}, {5})), HasSubstr("one value more than steps"));
  EXPECT_THAT(refusal(piecewise({1.0, 0.5, 0.1}, {5, 5})), HasSubstr("must increase"));
  EXPECT_THAT(refusal(piecewise({1.0, -0.5}, {5})), HasSubstr("> 0"));
}

TEST(DynamicsSpec, potential_is_a_name_or_a_table_with_its_own_keys) {
  const auto mirror = [](Value potential) { return Value::object({{"kind", "mirror"}, {"potential", std::move(potential)}}); };
  EXPECT_EQ(std::get<Mirror>(dynamics_from(mirror("burg"), kWhere)).potential.kind, "burg");
  const Value p_norm = Value::object({{"kind", "p_norm"}, {"p", 1.5}});
  EXPECT_EQ(std::get<Mirror>(dynamics_from(mirror(p_norm), kWhere)).potential.p, 1.5);
  EXPECT_THAT(refusal(mirror("hypentrophy")), HasSubstr("did you mean \"hypentropy\""));
  EXPECT_THAT(refusal(mirror(Value::object({{"kind", "entropy"}, {"p", 1.5}}))),
              HasSubstr("potential \"entropy\" has no such key"));
  EXPECT_THAT(refusal(mirror(Value::object({{"kind", "p_norm"}, {"p", 1.0}}))), HasSubstr("a number > 1"));
}

TEST(DynamicsSpec, a_key_of_another_kind_is_refused_with_its_owners) {
  EXPECT_THAT(refusal(Value::object({{"kind", "gradient_flow"}, {"momentum", 0.5}})), HasSubstr("it belongs to gradient_descent"));
  EXPECT_THAT(refusal(Value::object({{"kind", "gradient_descent"}, {"momentum", 1.0}})), HasSubstr("a number in [0, 1)"));
  EXPECT_THAT(refusal(Value::object({{"kind", "gradient_decent"}})), HasSubstr("did you mean \"gradient_descent\""));
}

TEST(StopSpec, reads_back_what_it_writes_and_refuses_what_cannot_be_reached) {
  const StopSpec stop{.loss = 1e-12, .log10_time = 300.0, .steps = 5};
  EXPECT_TRUE(same(to_value(stop_from(to_value(stop), kWhere)), to_value(stop)));
  EXPECT_THROW(stop_from(Value::object({{"loss", 0.0}}), kWhere), InvalidInput);
  EXPECT_THROW(stop_from(Value::object({{"step", 10}}), kWhere), InvalidInput);
}

}  // namespace
}  // namespace penchant
