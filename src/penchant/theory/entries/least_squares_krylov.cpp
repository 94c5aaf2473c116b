// A2. Conjugate gradients, BFGS from H_0 = I and L-BFGS: every iterate is in β_0 + row(X),
// so their minimiser is the one nearest to β_0.
#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

bool is_krylov(const Dynamics& dynamics) {
  return std::holds_alternative<ConjugateGradient>(dynamics) || std::holds_alternative<Bfgs>(dynamics) ||
         std::holds_alternative<Lbfgs>(dynamics);
}

bool applies(const Problem& problem, const Dynamics& dynamics) {
  return is_linear(problem) && !is_classification(problem) && is_krylov(dynamics);
}

EntryResult predict_a2(const Training& training) {
  const Problem& problem = training.problem;
  const std::string nearest =
      "BFGS and L-BFGS from H_0 = I end at the fit nearest to the start on any loss with a unique finite root (A2, Gunasekar "
      "et al. 2018; Nocedal and Wright 2006)";
  if (std::holds_alternative<ConjugateGradient>(training.dynamics) && !is_squared(problem))
    return EntryResult::of(
        Refusal{cat("conjugate gradients are the linear method here, and ", describe(problem.loss), " has no linear gradient"),
                nearest, "gunasekar2018geometry nocedal2006"});
  Prediction out;
  out.id = "A2";
  out.title = "The minimiser nearest to the start in ℓ2";
  out.source = "gunasekar2018geometry nocedal2006";
  if (!is_squared(problem)) out.hypotheses.push_back(consistent_targets(training.facts));
  out.hypotheses.push_back(stated("iterates stay in β_0 + row(X)", true, 0.0, 0.0,
                                  std::holds_alternative<ConjugateGradient>(training.dynamics)
                                      ? "search directions are combinations of gradients"
                                      : "H_0 = I, and updates by gradients and steps keep H - I inside row(X)"));
  if (auto refusal = refused(out.hypotheses, cat(describe(training.dynamics), " on ", describe(problem.loss)), nearest, out.source))
    return EntryResult::of(*refusal);
  out.limit = MinDistance{problem.data->features, problem.data->targets, linear_start(problem)};
  return EntryResult::of(std::move(out));
}

}  // namespace

Entry least_squares_krylov() {
  return {applies, {Fact::rank, Fact::consistency}, predict_a2,
          {{"A2", "linear", "squared", "conjugate_gradient; bfgs; lbfgs", "min_distance", "theorem",
            "gunasekar2018geometry nocedal2006",
            "Iterates stay in β_0 + row(X) (H_0 = I): the least-squares solution nearest to the start."},
           {"A2", "linear", "log_cosh", "bfgs; lbfgs", "min_distance", "theorem", "gunasekar2018geometry nocedal2006",
            "The same for every loss with a unique finite root, y consistent; line search by the Wolfe conditions."},
           {"A2", "linear", "log_cosh", "conjugate_gradient", "", "none", "nocedal2006",
            "The method here is the linear one: squared loss only."}}};
}

}  // namespace penchant
