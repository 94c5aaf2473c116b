#include "penchant/dynamics/step_rule.h"

#include <algorithm>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

double positive(double value) {
  if (!(value > 0.0) || !std::isfinite(value)) throw InvalidInput(cat("step_size: got ", value, ", expected a number > 0"));
  return value;
}

struct Length {
  double k, log_loss;
  StepLength automatic;
  StepLength operator()(const AutoStep&) const { return automatic; }
  StepLength operator()(double value) const { return StepLength::of(positive(value)); }
  StepLength operator()(const PowerStep& rule) const {
    return StepLength::of(positive(rule.initial) * std::pow(k + 1.0, -rule.exponent));
  }
  StepLength operator()(const PiecewiseStep& rule) const {
    if (rule.values.size() != rule.steps.size() + 1)
      throw InvalidInput(
          cat("step_size: ", rule.values.size(), " values and ", rule.steps.size(), " steps, expected one value more"));
    const auto next = std::upper_bound(rule.steps.begin(), rule.steps.end(), static_cast<std::int64_t>(k));
    return StepLength::of(positive(rule.values[static_cast<std::size_t>(next - rule.steps.begin())]));
  }
  StepLength operator()(const LossProportionalStep& rule) const {
    return StepLength::of_log(std::log(positive(rule.initial)) - log_loss);
  }
};

struct Largest {
  double operator()(const AutoStep&) const { return 0.0; }
  double operator()(double value) const { return value; }
  double operator()(const PowerStep& rule) const { return rule.initial; }
  double operator()(const PiecewiseStep& rule) const {
    return rule.values.empty() ? 0.0 : *std::max_element(rule.values.begin(), rule.values.end());
  }
  double operator()(const LossProportionalStep&) const { return 0.0; }
};

}  // namespace

StepLength step_length(const StepSize& step, double k, double log_loss, StepLength automatic) {
  return std::visit(Length{k, log_loss, automatic}, step.rule);
}

double largest_step_size(const StepSize& step) { return std::visit(Largest{}, step.rule); }

}  // namespace penchant
