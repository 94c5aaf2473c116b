// A2. Stochastic gradients of consistent data: every minibatch gradient is in row(X)
// and every step shortens the distance to each fit.
#include <cmath>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

bool applies(const Problem& problem, const Dynamics& dynamics) {
  return is_linear(problem) && !is_classification(problem) && std::holds_alternative<Stochastic>(dynamics) &&
         !gradient_descent_of(problem, dynamics);
}

// A batch's estimate has curvature at most (n/b) min(σ_max², b R²), R the largest row norm;
// below 2 over it no step moves away from a fit.
StepBounds batch_bounds(const Problem& problem, const Stochastic& dynamics, const Facts& facts) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double n = static_cast<double>(problem.data->samples());
  const double b = dynamics.batch == 0 ? n : static_cast<double>(dynamics.batch);
  const double sigma = facts.sigma_max.value_or(nan);
  const double row = facts.max_row_norm.value_or(nan);
  const double smooth = curvature_factor(problem) * std::fmin(n / b * sigma * sigma, n * row * row);
  return {2.0 / smooth, nan, "2/((n/b) min(σ_max², b max‖x_i‖²)), times n under \"mean\"", ""};
}

// Robbins and Monro: steps k^-a with ½ < a <= 1 forget the noise, also where no β fits; batches drawn independently.
bool forgets_noise(const Stochastic& dynamics) {
  const auto* power = std::get_if<PowerStep>(&dynamics.step_size.rule);
  return power && power->exponent > 0.5 && power->exponent <= 1.0 && dynamics.replacement && dynamics.momentum == 0.0;
}

EntryResult predict_a2(const Training& training) {
  const Problem& problem = training.problem;
  const auto& dynamics = std::get<Stochastic>(training.dynamics);
  if (dynamics.gradient_noise)
    return EntryResult::of(Refusal{cat(describe(training.dynamics),
                                       " of the linear model: spherical gradient noise moves β off β_0 + row(X), where nothing "
                                       "pulls it back: no limit is known"),
                                   "noise on the targets keeps β in β_0 + row(X) (A2, Gunasekar et al. 2018)",
                                   "gunasekar2018geometry"});
  Prediction out;
  out.id = "A2.stochastic";
  out.title = "The fit nearest to the start in ℓ2";
  out.source = "gunasekar2018geometry";
  const bool least_squares = is_squared(problem) && forgets_noise(dynamics);
  if (least_squares) out.source += " robbins1951";
  if (!least_squares) out.hypotheses.push_back(consistent_targets(training.facts));
  Hypothesis step = steps_for_minimiser(dynamics.step_size, batch_bounds(problem, dynamics, training.facts));
  if (dynamics.momentum != 0.0 && step.holds == true) {
    step.holds.reset();
    step.text += "; with momentum it is not proven to converge, but wherever it converges the limit is this";
  }
  if (dynamics.label_noise && !steps_decay(dynamics.step_size)) {
    out.strength = Strength::theorem_limit;
    out.title = "Small steps: near the fit nearest to the start in ℓ2";
    out.notes.push_back(kMovesForEver);
  }
  out.hypotheses.push_back(std::move(step));
  const std::string nearest =
      "with consistent targets stochastic gradient descent ends at the fit nearest to the start (A2, Gunasekar et al. 2018); "
      "with steps k^-a, ½ < a <= 1, and batches drawn with replacement at the nearest least-squares solution (Robbins and "
      "Monro 1951)";
  if (auto refusal = refused(out.hypotheses, cat(describe(training.dynamics), " on ", describe(problem.loss)), nearest, out.source))
    return EntryResult::of(*refusal);
  out.limit = MinDistance{problem.data->features, problem.data->targets, linear_start(problem)};
  return EntryResult::of(std::move(out));
}

}  // namespace

Entry least_squares_stochastic() {
  return {applies,
          {Fact::rank, Fact::consistency, Fact::spectrum},
          predict_a2,
          {{"A2.stochastic", "linear", "squared, log_cosh", "stochastic", "min_distance", "theorem", "gunasekar2018geometry",
            "Consistent y: iterates stay in β_0 + row(X), and a step below 2/((n/b) min(σ_max², b max‖x_i‖²)) never moves away "
            "from a fit."},
           {"A2.stochastic", "linear", "squared", "stochastic, steps k^-a with ½ < a <= 1, replacement", "min_distance", "theorem",
            "gunasekar2018geometry robbins1951", "Any y: the least-squares solution nearest to the start."}}};
}

}  // namespace penchant
