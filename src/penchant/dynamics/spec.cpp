#include "penchant/dynamics/spec.h"

#include <algorithm>

#include "penchant/dynamics/fields.h"

namespace penchant {

namespace {

using StepRule = std::variant<PowerStep, PiecewiseStep, LossProportionalStep>;

void check_piecewise(const PiecewiseStep& rule, const Where& where) {
  if (rule.values.size() != rule.steps.size() + 1)
    where.fail(cat("got ", rule.values.size(), " values and ", rule.steps.size(), " steps, expected one value more than steps"));
  if (std::any_of(rule.values.begin(), rule.values.end(), [](double x) { return !(x > 0.0); }))
    where.fail("every value must be > 0");
  if (!std::is_sorted(rule.steps.begin(), rule.steps.end(), std::less_equal<>()))
    where.fail("steps must increase");
}

// The parameters each potential has.
const std::vector<std::pair<std::string, std::vector<std::string>>>& potential_keys() {
  static const std::vector<std::pair<std::string, std::vector<std::string>>> table = {
      {"euclidean", {}},           {"entropy", {}}, {"hypentropy", {"c"}}, {"p_norm", {"p"}},
      {"squared_p_norm", {"p"}},   {"burg", {}},    {"quadratic", {"k"}},  {"diagonal", {"depth", "scale"}}};
  return table;
}

// A table of noise with both of its keys: a forgotten sigma must not mean no noise.
template <class Noise>
Noise read_noise(const Value& value, const Where& where) {
  if (!value.as_object()) where.fail(value, "a table with kind and sigma");
  for (const char* key : {"kind", "sigma"})
    if (!value.find(key)) where.fail(cat(key, " is missing; expected a table with kind and sigma"));
  return read_table<Noise>(value, where);
}

}  // namespace

void read_value(const Value& value, LabelNoise& out, const Where& where) { out = read_noise<LabelNoise>(value, where); }
void read_value(const Value& value, GradientNoise& out, const Where& where) { out = read_noise<GradientNoise>(value, where); }
Value write_value(const LabelNoise& noise) { return write_table(noise); }
Value write_value(const GradientNoise& noise) { return write_table(noise); }

void read_value(const Value& value, StepSize& out, const Where& where) {
  constexpr const char* kExpected = "a number > 0, \"auto\", or a table with kind power, piecewise or loss_proportional";
  if (value.is_number()) {
    double step = 0.0;
    read_value(value, step, where);
    if (!(step > 0.0)) where.fail(value, kExpected);
    out.rule = step;
  } else if (value.as_string() && *value.as_string() == "auto") {
    out.rule = AutoStep{};
  } else if (value.as_object()) {
    const StepRule rule = read_family<StepRule>(value, where);
    if (const auto* piecewise = std::get_if<PiecewiseStep>(&rule)) check_piecewise(*piecewise, where);
    std::visit([&](const auto& r) { out.rule = r; }, rule);
  } else {
    where.fail(value, kExpected);
  }
}

Value write_value(const StepSize& step) {
  return std::visit(
      []<class R>(const R& rule) -> Value {
        if constexpr (std::is_same_v<R, AutoStep>) {
          return "auto";
        } else if constexpr (std::is_same_v<R, double>) {
          return rule;
        } else {
          return write_family(StepRule(rule));
        }
      },
      step.rule);
}

void read_value(const Value& value, PotentialSpec& out, const Where& where) {
  if (!value.as_string() && !value.as_object()) where.fail(value, "a name or a table with kind");
  out = value.as_string() ? PotentialSpec{} : read_table<PotentialSpec>(value, where);
  if (value.as_string()) out.kind = *value.as_string();
  if (value.as_object() && !value.find("kind")) where.fail("kind is missing");
  std::vector<std::string> kinds;
  const std::vector<std::string>* keys = nullptr;
  for (const auto& [kind, known] : potential_keys()) {
    kinds.push_back(kind);
    if (kind == out.kind) keys = &known;
  }
  if (!keys) where.unknown("potential", out.kind, kinds);
  if (out.kind == "quadratic" && out.k.empty()) where.fail("potential \"quadratic\" needs k, a .npy or .csv file with its matrix");
  if (value.as_object())
    for (const auto& [key, given] : *value.as_object())
      if (key != "kind" && std::find(keys->begin(), keys->end(), key) == keys->end())
        where.key(key, given).fail(cat("potential \"", out.kind, "\" has no such key"));
}

Value write_value(const PotentialSpec& potential) {
  Value out = write_table(potential);
  if (potential.k.empty()) out.erase("k");
  return out.as_object()->size() == 1 ? Value(potential.kind) : out;
}

double weight_decay(const Dynamics& dynamics) {
  return std::visit(
      []<class D>(const D& d) {
        if constexpr (requires { d.weight_decay; }) return d.weight_decay;
        else return 0.0;
      },
      dynamics);
}

namespace {

// learning_rate is a spelling of step_size.
Value with_step_size(const Value& table, const Where& where) {
  const Value* given = table.find("learning_rate");
  if (const Value* other = given ? table.find("step_size") : nullptr)
    where.key("step_size", *other).fail("learning_rate, another spelling of it, is given too; expected one of the two");
  Value out = table;
  out.set("step_size", *given);
  out.erase("learning_rate");
  return out;
}

}  // namespace

Dynamics dynamics_from(const Value& table, const Where& where) {
  const bool spelt_otherwise = table.as_object() && table.find("learning_rate");
  return read_family<Dynamics>(spelt_otherwise ? with_step_size(table, where) : table, where);
}

Value to_value(const Dynamics& dynamics) { return write_family(dynamics); }

StopSpec stop_from(const Value& table, const Where& where) { return read_table<StopSpec>(table, where); }

Value to_value(const StopSpec& stop) { return write_table(stop); }

}  // namespace penchant
