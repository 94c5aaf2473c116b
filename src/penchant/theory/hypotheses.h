// Hypotheses that several theorems share, each with its number, its threshold and a sentence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penchant/theory/prediction.h"

namespace penchant {

// Between rounding of the projection (about n eps) and noise in data.
inline constexpr double kConsistent = 1e-10;

Hypothesis stated(std::string name, std::optional<bool> holds, double measured, double threshold, std::string text);

// y is in the range of X: ‖(I-XX⁺)y‖ / ‖y‖ <= kConsistent.
Hypothesis consistent_targets(const Facts& facts);
// Some beta >= 0 fits; the sentence of a failure says how far the proof nu goes: X^T nu >= 0 and ⟨nu, y⟩ < 0.
Hypothesis nonnegative_fit(const Facts& facts, const Vector& y);
// Some beta has y_i x_i·beta > 0 for all i; a failure names the samples of a convex combination of the y_i x_i that is 0.
Hypothesis separable_data(const Facts& facts);
// Nothing on the data can settle it; a run that arrives does (Hypothesis::shown_by).
Hypothesis left_to_the_run(std::string name, std::string what_shows_it);
Hypothesis run_converges(std::string what_shows_it);

// Steps below `sure` converge, constant steps at or above `never` do not; NaN where no such number is known.
struct StepBounds {
  double sure = 0.0;
  double never = 0.0;
  std::string sure_text, never_text;  // the formula, "2/λ"
  std::string where = "";             // what stands in it, " (λ = σ_max² = 4)"
};
// Steps that decay like 1/k or slower converge for losses with a minimiser from wherever they start.
Hypothesis steps_for_minimiser(const StepSize& step, const StepBounds& bounds);
// η_k -> 0. Where it does not, noise on the targets moves a run for ever.
bool steps_decay(const StepSize& step);
inline constexpr const char* kMovesForEver =
    "noise on the targets and steps that do not decay: the run moves about this point for ever, the nearer the smaller the last "
    "step; how far is charged to the run";
// Losses without a minimiser: every step must keep the loss from growing.
Hypothesis steps_for_descent(const StepSize& step, const StepBounds& bounds);

// Curvature of the loss along beta: sup of the Hessian's largest eigenvalue is factor · σ_max²,
// with the factor of reduction and loss.
double curvature_factor(const Problem& problem);
// Loss at the start, exponential and logistic, with the reduction. In logs, so that no start overflows.
double log_initial_loss(const Problem& problem);

// A failing hypothesis as a refusal, with all its numbers; empty where none is known to fail.
std::optional<Refusal> refused(const std::vector<Hypothesis>& hypotheses, const std::string& what, const std::string& nearest,
                               const std::string& source);

}  // namespace penchant
