// A1. On the linear model gradients lie in row(X), so descent from β_0 ends at the minimiser nearest to β_0.
#include <cmath>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

bool applies(const Problem& problem, const Dynamics& dynamics) {
  return is_linear(problem) && !is_classification(problem) && (is_flow(dynamics) || gradient_descent_of(problem, dynamics));
}

// λ is the largest curvature. The quadratic bounds are exact (per singular direction a 2x2 recurrence);
// for log cosh the same numbers are those of the minimiser, and what is proven to converge is the decrease of an energy:
// heavy ball 2(1-μ)/λ, Nesterov 1/λ.
StepBounds bounds_of(const Problem& problem, const GradientDescent& descent, double lambda) {
  const double mu = descent.momentum;
  StepBounds bounds;
  if (mu == 0.0) {
    bounds = {2.0 / lambda, 2.0 / lambda, "2/λ", "2/λ"};
  } else if (!descent.nesterov) {
    bounds = {2.0 * (1.0 + mu) / lambda, 2.0 * (1.0 + mu) / lambda, "2(1+μ)/λ", "2(1+μ)/λ"};
    if (!is_squared(problem)) bounds.sure = 2.0 * (1.0 - mu) / lambda, bounds.sure_text = "2(1-μ)/λ";
  } else {
    const double edge = 2.0 * (1.0 + mu) / ((1.0 + 2.0 * mu) * lambda);
    bounds = {edge, edge, "2(1+μ)/((1+2μ)λ)", "2(1+μ)/((1+2μ)λ)"};
    if (!is_squared(problem)) bounds.sure = 1.0 / lambda, bounds.sure_text = "1/λ";
  }
  bounds.where = cat(" (λ = σ_max²", curvature_factor(problem) == 1.0 ? "" : "/n", " = ", lambda, ")");
  return bounds;
}

std::vector<Hypothesis> hypotheses(const Training& training) {
  std::vector<Hypothesis> out;
  if (!is_squared(training.problem)) out.push_back(consistent_targets(training.facts));
  const auto descent = gradient_descent_of(training.problem, training.dynamics);
  if (!descent) return out;
  const double sigma = training.facts.sigma_max.value_or(std::numeric_limits<double>::quiet_NaN());
  const double lambda = curvature_factor(training.problem) * sigma * sigma;
  Hypothesis step = steps_for_minimiser(descent->step_size, bounds_of(training.problem, *descent, lambda));
  const bool constant =
      std::holds_alternative<double>(descent->step_size.rule) || std::holds_alternative<AutoStep>(descent->step_size.rule);
  if (descent->momentum != 0.0 && !constant && step.holds == true) {
    step.holds.reset();
    step.text += "; with momentum only constant steps are proven";
  }
  out.push_back(std::move(step));
  if (descent->momentum != 0.0)
    out.push_back(
        stated("no initial velocity", true, 0.0, 0.0, "the run starts at rest; a velocity outside row(X) would move the limit"));
  return out;
}

EntryResult predict_a1(const Training& training) {
  const Problem& problem = training.problem;
  Prediction out;
  out.id = "A1";
  out.title = "The minimiser nearest to the start in ℓ2";
  out.source = "gunasekar2018geometry zhang2017rethinking";
  out.hypotheses = hypotheses(training);
  const bool loss_fails = !is_squared(problem) && out.hypotheses.front().holds == false;
  const std::string nearest =
      loss_fails ? "every run of this kind ends at the minimiser of its loss nearest to the start; for the squared loss that is "
                   "the nearest "
                   "least-squares solution (A1, Gunasekar et al. 2018)"
                 : "with steps below the bound the limit is the fit nearest to the start in ℓ2 (A1, Gunasekar et al. 2018)";
  if (auto refusal = refused(out.hypotheses, cat(describe(training.dynamics), " on ", describe(problem.loss)), nearest, out.source))
    return EntryResult::of(*refusal);
  out.limit = MinDistance{problem.data->features, problem.data->targets, linear_start(problem)};
  if (is_squared(problem) && training.facts.inconsistency && *training.facts.inconsistency > kConsistent)
    out.notes.push_back(cat("Xβ = y is not solvable (least relative residual ", *training.facts.inconsistency,
                            "): the limit is the least-squares solution nearest to the start"));
  return EntryResult::of(std::move(out));
}

}  // namespace

Entry least_squares_gradient() {
  return {applies,
          {Fact::rank, Fact::consistency, Fact::spectrum},
          predict_a1,
          {{"A1", "linear", "squared", "gradient_flow; gradient_descent (momentum, nesterov); steepest l2", "min_distance",
            "theorem", "gunasekar2018geometry zhang2017rethinking",
            "argmin ‖β-β_0‖₂ over the minimisers of the loss: β_0 + X⁺(y-Xβ_0). Any start; step below 2/σ_max², 2(1+μ)/σ_max² "
            "(heavy ball), "
            "2(1+μ)/((1+2μ)σ_max²) (Nesterov), times n under \"mean\"; initial velocity 0."},
           {"A1", "linear", "log_cosh", "gradient_flow; gradient_descent (momentum, nesterov); steepest l2", "min_distance",
            "theorem", "gunasekar2018geometry",
            "The same limit for every loss with a unique finite root, y consistent. Step below 2/σ_max² (heavy ball 2(1-μ)/σ_max², "
            "Nesterov 1/σ_max²)."}}};
}

}  // namespace penchant
