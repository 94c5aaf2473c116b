// A3. Steepest descent in ℓ1 with small steps, stopped anywhere: forward stagewise.
// While no coefficient of the Lasso path has turned back it is that path, as the step goes to 0 (Efron et al. 2004; Hastie et al.
// 2007: the monotone Lasso).
// The point of the path with the residual of the run is
//   argmin ‖β‖₁ s.t. ‖Xβ - y‖ <= ‖Xβ_run - y‖.
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

constexpr const char* kResidual = "residual_norm";
constexpr const char* kSource = "efron2004 hastie2007";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kFitted = 1e-8;   // of ‖y‖: the least ℓ1 norm itself
constexpr double kNothingLeft = 1e-6;  // above the least residual there is: any β may be the end of the path

bool applies(const Problem& problem, const Dynamics& dynamics) {
  const auto* steepest = std::get_if<Steepest>(&dynamics);
  return is_linear(problem) && is_squared(problem) && starts_at_zero(problem) && steepest && steepest->norm == SteepestNorm::l1 &&
         steepest->rule == CoordinateRule::greedy;
}

Hypothesis not_turned_back(const Facts& facts, std::optional<double> residual) {
  constexpr const char* kName = "the Lasso path has not turned back";
  if (!facts.lasso_turns_at) return stated(kName, std::nullopt, kNaN, kNaN, "the Lasso path was not followed");
  const double turns = *facts.lasso_turns_at;
  if (turns == 0.0) return stated(kName, true, residual.value_or(kNaN), 0.0, "no coefficient of the whole path turns back");
  const std::string where = cat("a coefficient of the path turns back at ‖Xβ - y‖ = ", turns);
  if (!residual) return stated(kName, std::nullopt, kNaN, turns, cat(where, "; the run says where it stopped"));
  return stated(kName, *residual >= turns, *residual, turns, cat(where, ", the run stopped at ", *residual));
}

EntryResult predict_path(const Training& training) {
  const Problem& problem = training.problem;
  const auto found = training.measured.find(kResidual);
  const std::optional<double> residual = found == training.measured.end() ? std::nullopt : std::optional(found->second.values[0]);
  const double least = training.facts.inconsistency.value_or(0.0) * problem.data->targets.norm();
  if (residual && least > kFitted * problem.data->targets.norm() && *residual <= (1.0 + kNothingLeft) * least) return {};
  Prediction out;
  out.id = "A3.path";
  out.title = "Forward stagewise: the Lasso path at the residual where the run stopped";
  out.source = kSource;
  const double sigma = training.facts.sigma_max.value_or(kNaN), bound = 2.0 / (curvature_factor(problem) * sigma * sigma);
  const StepSize& step = std::get<Steepest>(training.dynamics).step_size;
  out.hypotheses.push_back(steps_for_minimiser(step, {bound, kNaN, "2/σ_max² (times n under \"mean\")", ""}));
  if (out.hypotheses.back().holds == false) return {};
  out.hypotheses.push_back(not_turned_back(training.facts, residual));
  // Off the path the point of equal residual is only something to measure from.
  const bool left = out.hypotheses.back().holds == false;
  out.strength = left ? Strength::conjecture : Strength::theorem_limit;
  out.theory_error = kNaN;
  if (!left && std::holds_alternative<double>(step.rule)) out.rates.push_back({"distance", "dynamics.step_size", 1.0});
  if (residual) {
    const double delta = *residual > kFitted * problem.data->targets.norm() ? *residual : 0.0;
    out.limit = MinL1{.x = problem.data->features, .y = problem.data->targets, .weights = {}, .negative_weights = {},
                      .positive = false, .delta = delta};
  } else {
    out.needs = {kResidual};
  }
  out.notes.push_back(left ? "stagewise takes no coefficient back and has left the Lasso path"
                           : "exact as the step goes to 0; no constant is known");
  return EntryResult::of(std::move(out));
}

}  // namespace

Entry stagewise_regression() {
  return {applies,
          {Fact::consistency, Fact::spectrum, Fact::lasso_path},
          predict_path,
          {{"A3.path", "linear", "squared", "steepest l1 greedy", "min_l1", "theorem-limit", kSource,
            "From 0, small steps, stopped anywhere: the point of the Lasso path with the same residual, as long as no coefficient "
            "of that path has turned "
            "back. Needs the residual of the run."}}};
}

}  // namespace penchant
