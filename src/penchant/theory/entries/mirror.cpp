// B. ∇φ(β_{k+1}) = ∇φ(β_k) - η ∇L(β_k) moves the dual iterate inside row(X),
// so a run that fits ends at the Bregman projection of its start.
#include <cmath>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"
#include "penchant/theory/potentials.h"

namespace penchant {

namespace {

constexpr const char* kSource = "gunasekar2018geometry azizan2019";

bool applies_regression(const Problem& problem, const Dynamics& dynamics) {
  return is_linear(problem) && !is_classification(problem) && std::holds_alternative<Mirror>(dynamics);
}

std::vector<Hypothesis> hypotheses(const Training& training, const StartedPotential& started) {
  const auto& mirror = std::get<Mirror>(training.dynamics);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<Hypothesis> out = {consistent_targets(training.facts)};
  if (started.positive) {
    Hypothesis fit = nonnegative_fit(training.facts, training.problem.data->targets);
    // Burg has no minimiser on the boundary of β > 0, and the fact is about β >= 0.
    if (std::holds_alternative<Burg>(started.potential) && fit.holds == true) {
      fit.holds.reset();
      fit.shown_by = ShownBy::limit;
      fit.text += "; burg needs β > 0";
    }
    out.push_back(std::move(fit));
    out.push_back(
        stated("start in the domain", true, started.origin.log_abs.minCoeff(), nan,
               cat("β_0 > 0 (smallest entry ", std::exp(started.origin.log_abs.minCoeff()), ")")));
  }
  if (started.full_range)
    out.push_back(stated("dual iterates stay in the range of ∇φ", true, nan, nan, "the range of ∇φ is all of R^d"));
  else
    out.push_back(left_to_the_run("dual iterates stay in the range of ∇φ",
                                  "a step that leaves it ends the run, and the record says so"));
  Hypothesis step = steps_for_minimiser(mirror.step_size, {nan, nan, "", ""});
  if (step.holds == false) out.push_back(std::move(step));
  out.push_back(run_converges("the limit does not depend on the step size; that this one converges is seen on the run's residual"));
  return out;
}

EntryResult predict_b(const Training& training) {
  const Problem& problem = training.problem;
  const std::string who = describe(training.dynamics);
  const std::string nearest =
      "from a start in the domain, with targets that some β of the domain fits, the limit is argmin D_φ(β, β_0) s.t. Xβ = y for "
      "every step size that converges (B, Gunasekar et al. 2018)";
  auto started =
      started_potential(std::get<Mirror>(training.dynamics).potential, problem.start.blocks.at(0), training.facts.potential_matrix);
  if (const auto* reason = std::get_if<std::string>(&started))
    return EntryResult::of(Refusal{cat(who, ": ", *reason), nearest, kSource});
  auto& potential = std::get<StartedPotential>(started);
  Prediction out;
  out.id = "B";
  out.title = "The Bregman projection of the start";
  out.source = kSource;
  out.hypotheses = hypotheses(training, potential);
  if (auto refusal = refused(out.hypotheses, who, nearest, kSource)) return EntryResult::of(*refusal);
  out.limit =
      BregmanProjection{problem.data->features, problem.data->targets, std::move(potential.potential), std::move(potential.origin)};
  return EntryResult::of(std::move(out));
}

bool applies_margin(const Problem& problem, const Dynamics& dynamics) {
  return is_linear(problem) && is_classification(problem) && std::holds_alternative<Mirror>(dynamics) &&
         !unmirrored(problem, dynamics);
}

EntryResult refuse_margin(const Training& training) {
  const PotentialSpec& potential = std::get<Mirror>(training.dynamics).potential;
  const std::string who = cat(describe(training.dynamics), " on ", describe(training.problem.loss));
  const std::string nearest =
      "a potential with φ(tβ) = t^p φ(β) ends in the direction of max margin in that norm (B, Sun et al. 2022); solved here for "
      "ℓ2: "
      "euclidean, or a p-norm with p = 2";
  const char* source = "sun2022mirror";
  if (potential.kind == "p_norm" || potential.kind == "squared_p_norm")
    return EntryResult::of(Refusal{cat(who, ": theory names the direction of max margin in the ", potential.p.value_or(2.0),
                                       "-norm, and the max margin in norms other than ℓ2 has no solver here"),
                                   nearest, source});
  if (potential.kind == "quadratic")
    return EntryResult::of(Refusal{
        cat(who, ": theory names the direction of max margin in the norm √(βᵀKβ), which has no solver here"), nearest, source});
  return EntryResult::of(
      Refusal{cat(who, ": the potential is not homogeneous, so iterates that grow without bound have no known direction"), nearest,
              source});
}

}  // namespace

Entry mirror_projection() {
  return {applies_regression,
          {Fact::rank, Fact::consistency, Fact::positive_feasibility, Fact::potential_matrix},
          predict_b,
          {{"B", "linear", "squared, log_cosh", "mirror (euclidean, hypentropy, p_norm, squared_p_norm, quadratic, diagonal)",
            "bregman_projection", "theorem", kSource,
            "argmin D_φ(β, β_0) s.t. Xβ = y, consistent y, for every step size that converges, with minibatches and with momentum "
            "on the dual "
            "iterate. A dual iterate that leaves the range of ∇φ (burg, diagonal) ends the run."},
           {"B", "linear", "squared, log_cosh", "mirror (entropy, burg)", "bregman_projection", "theorem", kSource,
            "The same on β > 0: β_0 > 0, and some β >= 0 (burg: β > 0) fits."}}};
}

Entry mirror_margin() {
  return {applies_margin,
          {},
          refuse_margin,
          {{"B.margin", "linear", "exponential, logistic", "mirror (p_norm, squared_p_norm with p != 2, quadratic)", "", "none",
            "sun2022mirror",
            "The direction of max margin in that norm; the max margin in norms other than ℓ2 has no solver here. With p = 2 these "
            "are gradient "
            "descent: D1."},
           {"B.margin", "linear", "exponential, logistic", "mirror (entropy, hypentropy, burg, diagonal)", "", "none",
            "sun2022mirror", "The potential is not homogeneous: no direction is known."}}};
}

}  // namespace penchant
