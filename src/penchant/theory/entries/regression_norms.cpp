// A3. Steepest descent in norms other than ℓ2 on regression: iterates leave β_0 + row(X), and no norm is known to be minimised.
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

bool applies_in(const Problem& problem, const Dynamics& dynamics, SteepestNorm norm) {
  const auto* steepest = std::get_if<Steepest>(&dynamics);
  return is_linear(problem) && !is_classification(problem) && steepest && steepest->norm == norm;
}
bool applies_l1(const Problem& problem, const Dynamics& dynamics) { return applies_in(problem, dynamics, SteepestNorm::l1); }
bool applies_linf(const Problem& problem, const Dynamics& dynamics) { return applies_in(problem, dynamics, SteepestNorm::linf); }

constexpr const char* kNearestL1 =
    "on the squared loss from 0 coordinate descent is related to min ‖β‖₁ (A3, a conjecture: small steps follow the monotone Lasso "
    "path, Efron et "
    "al. 2004); steepest descent in ℓ2 ends at the fit nearest to the start (A1)";

EntryResult predict_l1(const Training& training) {
  const Problem& problem = training.problem;
  const std::string who = cat(describe(training.dynamics), " on ", describe(problem.loss));
  if (!is_squared(problem))
    return EntryResult::of(Refusal{cat(who, ": no limit is known"), kNearestL1, "gunasekar2018geometry efron2004"});
  Prediction out;
  out.id = "A3.l1";
  out.title = "Related to the fit of least ℓ1 norm";
  out.strength = Strength::conjecture;
  out.source = "gunasekar2018geometry efron2004";
  out.hypotheses.push_back(consistent_targets(training.facts));
  out.hypotheses.push_back(stated("start at 0", starts_at_zero(problem), linear_start(problem).norm(), 0.0,
                                  starts_at_zero(problem) ? "β_0 = 0" : "β_0 is not 0, and the statement is about ‖β‖₁ from 0"));
  const auto& steepest = std::get<Steepest>(training.dynamics);
  const double sigma = training.facts.sigma_max.value_or(std::numeric_limits<double>::quiet_NaN());
  const double lambda = curvature_factor(problem) * sigma * sigma;
  out.hypotheses.push_back(steps_for_minimiser(
      steepest.step_size, {2.0 / lambda, std::numeric_limits<double>::quiet_NaN(), "2/σ_max² (times n under \"mean\")", ""}));
  if (auto refusal = refused(out.hypotheses, who, kNearestL1, out.source)) return EntryResult::of(*refusal);
  out.limit = MinL1{.x = problem.data->features, .y = problem.data->targets, .weights = {}, .negative_weights = {}};
  out.notes.push_back(
      "not a theorem: on some data sets coordinate descent ends at the least ℓ1 norm, on others a few percent above it");
  return EntryResult::of(std::move(out));
}

EntryResult refuse_linf(const Training& training) {
  return EntryResult::of(
      Refusal{cat(describe(training.dynamics), " on ", describe(training.problem.loss),
                  ": its limit is not the minimiser of any known norm, not even as the step goes to 0 (Gunasekar et al. 2018)"),
              "steepest descent in ℓ2 ends at the fit nearest to the start (A1); on separable classification steepest descent in "
              "ℓ∞ maximises the ℓ∞ margin "
              "(D2, Gunasekar et al. 2018)",
              "gunasekar2018geometry"});
}

}  // namespace

Entry coordinate_descent_regression() {
  return {
      applies_l1,
      {Fact::consistency, Fact::spectrum, Fact::min_l1},
      predict_l1,
      {{"A3.l1", "linear", "squared", "steepest l1 (greedy, cyclic)", "min_l1", "conjecture", "gunasekar2018geometry efron2004",
        "From 0, consistent y: related to min ‖β‖₁ s.t. Xβ = y, not equal to it in general; small steps follow the monotone Lasso "
        "path."},
       {"A3.l1", "linear", "log_cosh", "steepest l1 (greedy, cyclic)", "", "none", "gunasekar2018geometry", "No limit is known."}}};
}

Entry sign_descent_regression() {
  return {applies_linf, {}, refuse_linf,
          {{"A3.linf", "linear", "squared, log_cosh", "steepest linf", "", "none", "gunasekar2018geometry",
            "Not the minimiser of any known norm, not even as the step goes to 0."}}};
}

}  // namespace penchant
