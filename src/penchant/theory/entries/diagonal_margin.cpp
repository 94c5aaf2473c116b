// D6, D7. Diagonal networks on separable classification: the limits are known in part and are not solved here.
#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"

namespace penchant {

namespace {

bool applies(const Problem& problem, const Dynamics&) { return diagonal(problem) && is_classification(problem); }

EntryResult refuse(const Training& training) {
  const Diagonal& model = *diagonal(training.problem);
  const std::string who =
      cat(describe(training.dynamics), " of ", describe(training.problem.model), " on ", describe(training.problem.loss));
  return EntryResult::of(Refusal{
      cat(who, ": max margin in the ℓ", model.depth == 2 ? "1 norm" : cat("_{2/", model.depth, "} quasi-norm"),
          " has no solver here"),
      model.depth == 2
          ? "gradient flow of depth 2 ends in the ℓ1 max-margin direction at any scale, at astronomically small losses (D6, "
            "Gunasekar et al. 2018), and "
            "until then near a margin that depends on scale and accuracy (D7, Moroshko et al. 2020)"
          : "gradient flow of depth N ends at a stationary point of min ‖β‖_{2/N} s.t. margins >= 1 (D6, Gunasekar et al. 2018)",
      "gunasekar2018linear moroshko2020"});
}

}  // namespace

Entry diagonal_margin() {
  return {
      applies,
      {},
      refuse,
      {{"D6", "diagonal depth N", "exponential, logistic", "all", "", "none", "gunasekar2018linear yun2021",
        "Gradient flow: stationary point of ‖β‖_{2/N} s.t. margins >= 1 (N = 2: the ℓ1 max margin at any scale); no solver here."},
       {"D7", "diagonal depth N", "exponential, logistic", "all, at finite accuracy", "", "none", "moroshko2020",
        "Kernel, rich or between them by scale against accuracy; no solver here."}}};
}

}  // namespace penchant
