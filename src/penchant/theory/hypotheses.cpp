#include "penchant/theory/hypotheses.h"

#include <cmath>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string samples_text(const Vector& weights) {
  constexpr int kShown = 8;
  const double largest = weights.cwiseAbs().maxCoeff();
  std::vector<std::string> shown;
  int count = 0;
  for (Index i = 0; i < weights.size(); ++i)
    if (std::abs(weights[i]) > 1e-9 * largest && ++count <= kShown) shown.push_back(cat(i + 1, " (", weights[i], ")"));
  return cat(count, count == 1 ? " sample: " : " samples: ", join(shown, ", "), count > kShown ? ", …" : "");
}

}  // namespace

Hypothesis stated(std::string name, std::optional<bool> holds, double measured, double threshold, std::string text) {
  return {std::move(name), holds, measured, threshold, std::move(text), ShownBy::nothing};
}

Hypothesis consistent_targets(const Facts& facts) {
  const std::string name = "consistent targets";
  if (!facts.inconsistency) return stated(name, std::nullopt, kNaN, kConsistent, "whether some β has Xβ = y was not checked");
  const double part = *facts.inconsistency;
  const bool fits = part <= kConsistent;
  return stated(
      name, fits, part, kConsistent,
      fits ? cat("Xβ = y is solvable (relative residual ", part, ")")
           : cat("Xβ = y is not solvable: the least relative residual is ", part, " (rounding would leave ", kConsistent, ")"));
}

Hypothesis nonnegative_fit(const Facts& facts, const Vector& y) {
  const std::string name = "a nonnegative fit exists";
  if (!facts.positive_feasible) return stated(name, std::nullopt, kNaN, 0.0, "whether some β >= 0 has Xβ = y was not settled");
  if (*facts.positive_feasible) return stated(name, true, kNaN, 0.0, "some β >= 0 has Xβ = y");
  std::string proof;
  double measured = kNaN;
  if (facts.positive_proof) {
    const Vector& nu = *facts.positive_proof;
    measured = nu.dot(y) / (nu.norm() * y.norm());
    proof = cat(": ν with Xᵀν >= 0 and ⟨ν, y⟩ = ", measured, "·‖ν‖‖y‖ < 0 proves it, on ", samples_text(nu));
  }
  return stated(name, false, measured, 0.0, cat("no β >= 0 has Xβ = y, and this model keeps the signs of its start", proof));
}

Hypothesis separable_data(const Facts& facts) {
  const std::string name = "separable data";
  if (!facts.separable)
    return stated(name, std::nullopt, kNaN, 0.0, "whether a plane through the origin separates the classes was not settled");
  const double margin = facts.margin.value_or(kNaN);
  if (*facts.separable) return stated(name, true, margin, 0.0, cat("the classes are separated with margin ", margin));
  std::string proof;
  if (facts.inseparable_weights)
    proof = cat(": a convex combination of the y_i x_i is 0, with weights on ", samples_text(*facts.inseparable_weights));
  return stated(name, false, 0.0, 0.0, cat("no plane through the origin separates the classes", proof));
}

Hypothesis left_to_the_run(std::string name, std::string what_shows_it) {
  Hypothesis out = stated(std::move(name), std::nullopt, kNaN, kNaN, std::move(what_shows_it));
  out.shown_by = ShownBy::run;
  return out;
}

Hypothesis run_converges(std::string what_shows_it) { return left_to_the_run("the run converges", std::move(what_shows_it)); }

namespace {

Hypothesis step_hypothesis(std::optional<bool> holds, double step, double threshold, std::string text) {
  return stated("step size", holds, step, threshold, std::move(text));
}

Hypothesis constant_step(double step, const StepBounds& bounds) {
  if (step < bounds.sure)
    return step_hypothesis(true, step, bounds.sure, cat("step ", step, " < ", bounds.sure_text, " = ", bounds.sure, bounds.where));
  if (step >= bounds.never)
    return step_hypothesis(false, step, bounds.never,
                           cat("step ", step, " >= ", bounds.never_text, " = ", bounds.never, bounds.where));
  if (std::isnan(bounds.sure))
    return step_hypothesis(std::nullopt, step, kNaN, cat("step ", step, " was not compared with ", bounds.sure_text));
  return step_hypothesis(std::nullopt, step, bounds.sure,
                         cat("step ", step, " is not below the proven ", bounds.sure_text, " = ", bounds.sure, bounds.where,
                             "; it may converge all the same"));
}

Hypothesis automatic_step(const StepBounds& bounds) {
  return step_hypothesis(true, kNaN, bounds.sure,
                         cat("the program chooses a step below ", bounds.sure_text, " = ", bounds.sure, bounds.where));
}

std::optional<Hypothesis> bad_power(const PowerStep& step) {
  if (step.exponent > 1.0)
    return step_hypothesis(false, step.exponent, 1.0,
                           cat("steps like k^-", step.exponent, " have a finite sum: the run stops on its way"));
  if (step.exponent < 0.0)
    return step_hypothesis(false, step.exponent, 0.0, cat("steps like k^", -step.exponent, " pass every stability bound"));
  return std::nullopt;
}

}  // namespace

Hypothesis steps_for_minimiser(const StepSize& step, const StepBounds& bounds) {
  if (std::holds_alternative<AutoStep>(step.rule)) return automatic_step(bounds);
  if (const auto* value = std::get_if<double>(&step.rule)) return constant_step(*value, bounds);
  if (const auto* pieces = std::get_if<PiecewiseStep>(&step.rule); pieces && !pieces->values.empty())
    return constant_step(pieces->values.back(), bounds);
  if (const auto* power = std::get_if<PowerStep>(&step.rule)) {
    if (auto bad = bad_power(*power)) return *bad;
    if (power->exponent == 0.0) return constant_step(power->initial, bounds);
    return step_hypothesis(true, power->exponent, 1.0,
                           cat("steps like k^-", power->exponent, " fall below ", bounds.sure_text, " and have an infinite sum"));
  }
  return step_hypothesis(false, kNaN, bounds.never,
                         "a step divided by the loss passes every stability bound as the loss falls to 0");
}

bool steps_decay(const StepSize& step) {
  const auto* power = std::get_if<PowerStep>(&step.rule);
  return power && power->exponent > 0.0;
}

Hypothesis steps_for_descent(const StepSize& step, const StepBounds& bounds) {
  if (std::holds_alternative<AutoStep>(step.rule)) return automatic_step(bounds);
  if (const auto* value = std::get_if<double>(&step.rule)) return constant_step(*value, bounds);
  if (const auto* pieces = std::get_if<PiecewiseStep>(&step.rule); pieces && !pieces->values.empty())
    return constant_step(*std::max_element(pieces->values.begin(), pieces->values.end()), bounds);
  if (const auto* power = std::get_if<PowerStep>(&step.rule)) {
    if (auto bad = bad_power(*power)) return *bad;
    return constant_step(power->initial, bounds);
  }
  return step_hypothesis(std::nullopt, kNaN, kNaN, "a step divided by the loss was not compared with a bound");
}

double curvature_factor(const Problem& problem) {
  const double n = static_cast<double>(problem.data->samples());
  const double loss = std::holds_alternative<Logistic>(problem.loss) ? 0.25 : 1.0;
  const Reduction reduction = std::visit([](const auto& spec) { return spec.reduction; }, problem.loss);
  return reduction == Reduction::mean ? loss / n : loss;
}

double log_initial_loss(const Problem& problem) {
  const Dataset& data = *problem.data;
  Vector f(data.samples());
  data.features->apply(linear_start(problem), f);
  const Vector minus_margin = -data.targets.cwiseProduct(f);
  Vector terms = minus_margin;  // log of each sample's loss
  if (std::holds_alternative<Logistic>(problem.loss))
    terms = minus_margin.unaryExpr([](double m) {
      return m > 30.0 ? std::log(m) : m < -30.0 ? m : std::log(std::log1p(std::exp(m)));
    });
  const double top = terms.maxCoeff();
  const double sum = top + std::log((terms.array() - top).exp().sum());
  const Reduction reduction = std::visit([](const auto& spec) { return spec.reduction; }, problem.loss);
  return reduction == Reduction::mean ? sum - std::log(static_cast<double>(data.samples())) : sum;
}

std::optional<Refusal> refused(const std::vector<Hypothesis>& hypotheses, const std::string& what, const std::string& nearest,
                               const std::string& source) {
  for (const Hypothesis& hypothesis : hypotheses)
    if (hypothesis.holds == false) return Refusal{cat(what, ": ", hypothesis.text), nearest, source};
  return std::nullopt;
}

}  // namespace penchant
