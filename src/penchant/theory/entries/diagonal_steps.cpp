// C6. Real steps of depth 2: every update multiplies w_± by 1 ∓ x, so β stays u² e^z - v² e^{-z} with z in row(X) while u,
// v shrink by what was accumulated from the gradients used. The limit is exact for every step size and batch that converges,
// noise on the targets or not: X^T of noise is in row(X) too. In the positive forms the plus sign stands alone: β = u² e^z.
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entries/diagonal.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

constexpr const char* kPlus = "sgd_gain_plus";
constexpr const char* kMinus = "sgd_gain_minus";
constexpr const char* kSource = "even2023";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The step of the methods whose runs accumulate the two arrays.
const StepSize* plain_step(const Dynamics& dynamics) {
  if (const auto* stochastic = std::get_if<Stochastic>(&dynamics))
    return stochastic->momentum == 0.0 && !stochastic->gradient_noise ? &stochastic->step_size : nullptr;
  const auto* descent = std::get_if<GradientDescent>(&dynamics);
  return descent && descent->momentum == 0.0 ? &descent->step_size : nullptr;
}

bool is_gradient_method(const Problem& problem, const Dynamics& dynamics) {
  const auto* stochastic = std::get_if<Stochastic>(&dynamics);
  return gradient_descent_of(problem, dynamics) || (stochastic && !stochastic->has_noise());
}

bool measured_form(const Diagonal& model) {
  if (model.depth != 2) return false;
  return model.form == DiagonalForm::product || model.factors == Factors::tied;
}

bool applies_steps(const Problem& problem, const Dynamics& dynamics) {
  return is_diagonal_regression(problem) && is_squared(problem) && measured_form(*diagonal(problem)) && plain_step(dynamics);
}

bool applies_small_step(const Problem& problem, const Dynamics& dynamics) {
  return is_diagonal_regression(problem) && is_gradient_method(problem, dynamics);
}

Hypothesis step_schedule(const StepSize& step) {
  return steps_for_minimiser(step, {kNaN, kNaN, "a bound known before the run", ""});
}

EntryResult predict_steps(const Training& training) {
  auto checked = diagonal_training(training);
  if (auto* refusal = std::get_if<Refusal>(&checked)) return EntryResult::of(std::move(*refusal));
  auto& [start, hypotheses] = std::get<DiagonalTraining>(checked);
  Prediction out;
  out.id = "C.steps";
  out.title = "The Bregman projection of the start that the steps have shrunk";
  out.source = kSource;
  out.hypotheses = std::move(hypotheses);
  Hypothesis schedule = step_schedule(*plain_step(training.dynamics));
  if (schedule.holds == false) out.hypotheses.push_back(std::move(schedule));
  const std::string nearest =
      "with steps that converge the limit is a Bregman projection of a start that the run's gradients fix (C6, Even et al. 2023)";
  if (auto refusal = refused(out.hypotheses, describe(training.dynamics), nearest, kSource)) return EntryResult::of(*refusal);
  out.hypotheses.push_back(
      run_converges(is_noisy(training.dynamics)
                        ? "the limit is exact for any noise on the targets, but a run ends at it only as its steps decay; what it "
                          "still owes shows it"
                        : "the limit is exact for every step size and batch that converges; the run's residual shows it"));
  if (is_noisy(training.dynamics) && !steps_decay(*plain_step(training.dynamics))) {
    out.strength = Strength::theorem_limit;
    out.notes.push_back(kMovesForEver);
  }
  if (const auto end = shrunk_start(start, training.measured)) {
    out.limit = flow_limit(training.problem, *end);
    out.notes.push_back(
        "the potential depends on arrays that the run accumulated from its gradients; its final weights were not read");
  } else {
    out.needs = {kPlus};
    if (!start.positive()) out.needs.push_back(kMinus);
    out.notes.push_back("the potential depends on the steps taken: simulate first (a run that diverges leaves no sums)");
  }
  return EntryResult::of(std::move(out));
}

EntryResult predict_small_step(const Training& training) {
  auto checked = diagonal_training(training);
  if (auto* refusal = std::get_if<Refusal>(&checked)) return EntryResult::of(std::move(*refusal));
  auto& [start, hypotheses] = std::get<DiagonalTraining>(checked);
  const auto descent = gradient_descent_of(training.problem, training.dynamics);
  const StepSize& step = descent ? descent->step_size : std::get<Stochastic>(training.dynamics).step_size;
  Prediction out;
  out.id = "C.small_step";
  out.title = "Small steps: near the limit of the flow";
  out.strength = Strength::theorem_limit;
  out.source = "woodworth2020 even2023";
  out.hypotheses = std::move(hypotheses);
  Hypothesis schedule = step_schedule(step);
  if (schedule.holds == false) out.hypotheses.push_back(std::move(schedule));
  const std::string nearest = "gradient flow ends at the Bregman projection of the start (C, Woodworth et al. 2020)";
  if (auto refusal = refused(out.hypotheses, describe(training.dynamics), nearest, out.source)) return EntryResult::of(*refusal);
  out.hypotheses.push_back(
      run_converges("as the step goes to 0 the run follows the flow; how far this step is from it is not known beforehand"));
  out.limit = flow_limit(training.problem, start);
  out.theory_error = kNaN;
  out.notes.push_back("no constant is known: halve the step and see the distance to this limit halve");
  // Σ_k q_±(ηg_k) is η times an integral along the flow, at first order.
  if (descent && descent->momentum == 0.0 && std::holds_alternative<double>(descent->step_size.rule))
    out.rates.push_back({"distance", "dynamics.step_size", 1.0});
  return EntryResult::of(std::move(out));
}

bool applies_other(const Problem& problem, const Dynamics& dynamics) {
  return is_diagonal_regression(problem) && !is_flow(dynamics) && !is_noisy(dynamics) && !is_gradient_method(problem, dynamics);
}

EntryResult refuse_other(const Training& training) {
  return EntryResult::of(Refusal{cat(describe(training.dynamics), " of ", describe(training.problem.model),
                                     ": no limit is known; its updates do not keep the ", "invariant of the flow"),
                                 "gradient flow ends at the Bregman projection of the start (C, Woodworth et al. 2020), gradient "
                                 "descent and SGD of depth 2 at "
                                 "one that their steps shift (C6, Even et al. 2023)",
                                 "woodworth2020 even2023"});
}

}  // namespace

std::optional<DiagonalStart> shrunk_start(DiagonalStart start, const Measured& measured) {
  const auto shrink = [&](const char* name, Vector& log_factor) {
    const auto array = measured.find(name);
    if (array == measured.end()) return false;
    if (array->second.values.size() != log_factor.size())
      throw InvalidInput(cat("predict: ", name, " has ", array->second.values.size(), " entries, expected one for each of ",
                             log_factor.size(), " features"));
    if (!array->second.values.allFinite()) return false;  // of a run that diverged
    log_factor -= 0.5 * array->second.values;
    return true;
  };
  if (!shrink(kPlus, start.log_u) || (!start.positive() && !shrink(kMinus, start.log_v))) return std::nullopt;
  return start;
}

Entry diagonal_steps() {
  return {applies_steps,
          {Fact::rank, Fact::consistency, Fact::positive_feasibility},
          predict_steps,
          {{"C.steps", "diagonal depth 2 (tied, product)", "squared", "gradient_descent; stochastic (label_noise too; no momentum)",
            "bregman_projection", "theorem", kSource,
            "Exact for every step and batch that converges: the projection with α_±² = α² exp(-Σ_k q_±(x_k)), q_±(x) = ∓2x - "
            "log((1∓x)²), where x is "
            "η g (product) or 2η g (difference_of_powers, power). Needs the sums, accumulated along the run."}}};
}

Entry diagonal_small_step() {
  return {applies_small_step, {Fact::rank, Fact::consistency, Fact::positive_feasibility}, predict_small_step,
          {{"C.small_step", "diagonal", "squared, log_cosh", "gradient_descent; stochastic; steepest l2 (momentum too)",
            "bregman_projection", "theorem-limit",
            "woodworth2020 even2023", "As the step goes to 0: the limit of the flow. No constant is known."}}};
}

Entry diagonal_other_methods() {
  return {applies_other, {}, refuse_other,
          {{"C.other", "diagonal", "squared, log_cosh", "mirror; steepest l1, linf; conjugate_gradient; bfgs; lbfgs", "", "none",
            "woodworth2020",
            "No limit is known: quasi-Newton and coordinate methods in the factors do not keep the invariant of the flow."}}};
}

}  // namespace penchant
