// C8. Noise on the targets shrinks the start of C6 at a rate Σ_i x_ij² per feature, so that the projection tends to the least ℓ1
// norm with these weights, whatever the start was: the flattest fit.
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entries/diagonal.h"
#include "penchant/theory/hypotheses.h"
#include "penchant/theory/label_noise.h"

namespace penchant {

namespace {

constexpr const char* kSource = "damian2021 haochen2021";
constexpr const char* kNearest =
    "noise on the targets of a diagonal network of depth 2, squared loss, no momentum, drifts to the least ℓ1 norm with weights "
    "Σ_i x_ij² (C8, Damian et al. 2021)";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const Stochastic& stochastic(const Dynamics& dynamics) { return std::get<Stochastic>(dynamics); }

bool applies(const Problem& problem, const Dynamics& dynamics) { return is_diagonal_regression(problem) && is_noisy(dynamics); }

// What breaks the theorem before any datum is looked at.
std::optional<std::string> not_covered(const Problem& problem, const Stochastic& dynamics) {
  const Diagonal& model = *diagonal(problem);
  if (dynamics.gradient_noise)
    return "spherical gradient noise also moves the parameters along the set of fits, where nothing calls them back: no limit is "
           "known";
  if (model.depth != 2)
    return cat("the trace of the Hessian is least over the fits where Σ|β_j|^", 2.0 - 2.0 / model.depth,
               " Σ_i x_ij² is, which is a weighted ℓ1 norm only at depth 2; that problem has no solver here");
  if (model.form != DiagonalForm::product && model.factors == Factors::separate)
    return "with separate factors no sums of the steps are measured: use factors = \"tied\", or the form product";
  if (!is_squared(problem)) return "the result is about the squared loss";
  if (dynamics.momentum != 0.0) return "no theorem is implemented for label noise with momentum";
  return std::nullopt;
}

// The drift along the fits is of the order η² a step: it must not end before the weights are forgotten, but η must go to 0.
Hypothesis step_decays(const StepSize& step) {
  const std::string name = "step size decays";
  if (const auto* power = std::get_if<PowerStep>(&step.rule); power && power->exponent > 0.0) {
    const bool drifts = power->exponent <= 0.5;
    return stated(name, drifts, power->exponent, 0.5,
                  drifts ? cat("steps like k^-", power->exponent, " go to 0 and Ση² is infinite, so that the start is forgotten")
                         : cat("steps like k^-", power->exponent,
                               " have a finite Ση²: the drift along the fits stops on its way (at most k^-0.5)"));
  }
  if (std::holds_alternative<LossProportionalStep>(step.rule))
    return stated(name, false, kNaN, kNaN, "a step divided by the loss does not decay");
  const bool piecewise = std::holds_alternative<PiecewiseStep>(step.rule);
  return stated(name, std::nullopt, kNaN, kNaN,
                cat(piecewise ? "the last step size" : "a constant step",
                    " ends in a neighbourhood of the point, of the order of the step: what the run owes contains it"));
}

std::optional<EntryResult> refusal_of(const Training& training) {
  const std::string who = cat(describe(training.dynamics), " of ", describe(training.problem.model));
  if (const auto reason = not_covered(training.problem, stochastic(training.dynamics)))
    return EntryResult::of(Refusal{cat(who, ": ", *reason), kNearest, kSource});
  return std::nullopt;
}

EntryResult predict_label_noise(const Training& training) {
  if (auto refusal = refusal_of(training)) return std::move(*refusal);
  auto checked = diagonal_training(training);
  if (auto* refusal = std::get_if<Refusal>(&checked)) return EntryResult::of(std::move(*refusal));
  auto& [start, hypotheses] = std::get<DiagonalTraining>(checked);
  const Stochastic& dynamics = stochastic(training.dynamics);
  Prediction out;
  out.id = "C.label_noise";
  out.title = "The flattest fit: least ℓ1 norm with weights Σ_i x_ij²";
  out.strength = Strength::theorem_limit;
  out.source = kSource;
  out.hypotheses = std::move(hypotheses);
  out.hypotheses.push_back(step_decays(dynamics.step_size));
  if (auto refusal = refused(out.hypotheses, describe(training.dynamics), kNearest, kSource)) return EntryResult::of(*refusal);
  out.hypotheses.push_back(run_converges("the run's own arrays say how far its noise has shrunk the start"));
  const Matrix& x = require_dense(*training.problem.data->features, "predict");
  const Vector weights = trace_weights(x);
  if (!(weights.minCoeff() > 0.0))
    return EntryResult::of(Refusal{cat(describe(training.dynamics), ": a feature is 0 on all samples"), kNearest, kSource});
  out.limit = MinL1{.x = training.problem.data->features,
                    .y = training.problem.data->targets,
                    .weights = weights,
                    .negative_weights = {},
                    .positive = start.positive()};
  out.theory_error = kNaN;
  const auto& least = start.positive() ? training.facts.positive_trace_l1 : training.facts.trace_l1;
  const auto shrunk = shrunk_start(start, training.measured);
  if (shrunk && least) out.theory_error = shrunk_start_error(*shrunk, weights, *least).value_or(kNaN);
  if (shrunk && !least)
    out.notes.push_back("no dual was found that pins the point of least weighted norm down: no bound on the distance to it");
  out.notes.push_back(
      "R = -(1/2η) tr log(I - η/2 ∇²L) is ¼ tr ∇²L at first order; over the fits it is least where Σ_j |β_j| Σ_i x_ij² is");
  return EntryResult::of(std::move(out));
}

// The last η of the schedule, where it is a number.
std::optional<double> last_step(const StepSize& step) {
  if (const auto* value = std::get_if<double>(&step.rule)) return *value;
  const auto* pieces = std::get_if<PiecewiseStep>(&step.rule);
  return pieces ? std::optional(pieces->values.back()) : std::nullopt;
}

EntryResult predict_noisy_step(const Training& training) {
  const Stochastic& dynamics = stochastic(training.dynamics);
  const auto step = last_step(dynamics.step_size);
  auto checked = diagonal_training(training);
  if (refusal_of(training) || !step || std::holds_alternative<Refusal>(checked)) return {};
  auto& [start, hypotheses] = std::get<DiagonalTraining>(checked);
  if (start.positive()) return {};
  const Problem& problem = training.problem;
  Prediction out;
  out.id = "C.noisy_step";
  out.title = "The stationary point of L + λR at the last step size";
  out.strength = Strength::theorem_limit;
  out.source = "damian2021";
  out.hypotheses = std::move(hypotheses);
  out.hypotheses.push_back(run_converges("the run goes on moving about it; its average comes near"));
  const double lambda = trace_factor(*diagonal(problem)) * label_noise_lambda(*step, dynamics.label_noise->sigma, dynamics.batch,
                                                                              problem.data->samples(), reduction(problem.loss));
  out.limit = Penalised{.x = problem.data->features, .y = problem.data->targets, .norm = Penalty::l1, .lambda = lambda,
                        .weights = trace_weights(require_dense(*problem.data->features, "predict")), .origin = {}};
  out.theory_error = kNaN;
  out.notes.push_back(
      cat("λ = ", lambda, " on ½‖Xβ-y‖² + λ Σ_j |β_j| Σ_i x_ij²; exact as the step goes to 0, no constant is known"));
  return EntryResult::of(std::move(out));
}

}  // namespace

Entry diagonal_label_noise() {
  return {applies,
          {Fact::rank, Fact::consistency, Fact::positive_feasibility, Fact::trace_l1},
          predict_label_noise,
          {{"C.label_noise", "diagonal depth 2 (tied, product)", "squared",
            "stochastic (label_noise; steps constant, piecewise or k^-a, a <= ½)", "min_l1", "theorem-limit", kSource,
            "As the noise shrinks the start: least ℓ1 norm with weights Σ_i x_ij², whatever the start. The bound that is left "
            "follows from arrays of the run."},
           {"C.label_noise", "diagonal depth > 2", "squared", "stochastic (label_noise)", "", "none", kSource,
            "The trace of the Hessian is least where Σ|β_j|^{2-2/N} Σ_i x_ij² is: ℓ_{4/3} at N = 3. No solver here."},
           {"C.label_noise", "diagonal", "squared, log_cosh",
            "stochastic (gradient_noise; label_noise with momentum, separate factors or log_cosh)", "", "none", kSource,
            "With spherical gradient noise nothing pulls the weights back along the set of solutions; the rest has no theorem "
            "here."}}};
}

Entry diagonal_random_step() {
  return {applies,
          {Fact::rank, Fact::consistency, Fact::positive_feasibility},
          predict_noisy_step,
          {{"C.noisy_step", "diagonal depth 2 (difference_of_powers tied, product)", "squared",
            "stochastic (label_noise, constant or piecewise step)", "penalised", "theorem-limit", "damian2021",
            "As the step goes to 0: the stationary point of L + λR, a Lasso with weights Σ_i x_ij²; λ = ησ²n/B (sum), ησ²/B "
            "(mean), half of it for a product."}}};
}

}  // namespace penchant
