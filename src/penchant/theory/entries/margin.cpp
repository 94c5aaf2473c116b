// D1, D2. Exponential and logistic losses on separable data have no minimiser: β grows without bound,
// and its direction is the ℓ2 max margin.
#include <cmath>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kNearest =
    "on separable data gradient flow from any start, and gradient descent with steps below the bound, end in the ℓ2 max-margin "
    "direction (D1, Soudry et "
    "al. 2018)";
constexpr const char* kNearestInseparable =
    "on data that are not separable the iterates are a finite minimiser plus a ray: the max margin of the maximal separable part, "
    "projected orthogonally to the "
    "rest (D5, Ji and Telgarsky 2019)";

bool is_linear_margin(const Problem& problem) { return is_linear(problem) && is_classification(problem); }

std::optional<GradientDescent> descent_of(const Problem& problem, const Dynamics& dynamics) {
  const auto plain = unmirrored(problem, dynamics);
  return gradient_descent_of(problem, plain ? *plain : dynamics);
}

bool applies_gradient(const Problem& problem, const Dynamics& dynamics) {
  if (!is_linear_margin(problem)) return false;
  const auto descent = descent_of(problem, dynamics);
  return is_flow(dynamics) || (descent && descent->momentum == 0.0);
}

bool applies_heavy_ball(const Problem& problem, const Dynamics& dynamics) {
  if (!is_linear_margin(problem)) return false;
  const auto descent = descent_of(problem, dynamics);
  return descent && descent->momentum != 0.0 && !descent->nesterov;
}

// The largest curvature that a run whose loss never grows can meet: logistic σ_max²/4 (over n under "mean");
// exponential R² L(β_0), R the largest row norm, because the Hessian Σ e^{-m_i} z_i z_iᵀ is at most R² times the loss. R <= σ_max,
// so this contains η σ_max² L(β_0) < 2.
struct Curvature {
  double value = kNaN;
  std::string text;
};
Curvature curvature(const Training& training) {
  const Facts& facts = training.facts;
  if (std::holds_alternative<Logistic>(training.problem.loss)) {
    const double sigma = facts.sigma_max.value_or(kNaN);
    const double factor = curvature_factor(training.problem);
    return {factor * sigma * sigma, factor == 0.25 ? "λ = σ_max²/4" : "λ = σ_max²/(4n)"};
  }
  const double row = facts.max_row_norm.value_or(facts.sigma_max.value_or(kNaN));
  return {std::exp(2.0 * std::log(row) + log_initial_loss(training.problem)), "λ = max‖x_i‖² L(β_0)"};
}

// Steps c / L: normalised gradient descent, proven for c max‖x_i‖² <= 1 (Ji and Telgarsky 2021).
Hypothesis normalised_step(const Training& training, double c) {
  const double row = training.facts.max_row_norm.value_or(training.facts.sigma_max.value_or(kNaN));
  const double bound = 1.0 / (row * row);
  const bool exponential = std::holds_alternative<Exponential>(training.problem.loss);
  const std::optional<bool> holds = exponential && c <= bound ? std::optional(true) : std::nullopt;
  return stated("step size", holds, c, bound,
                cat("steps ", c, "/L, proven for the exponential loss and steps up to (1/max‖x_i‖²)/L = ", bound, "/L",
                    holds ? "" : "; not proven here"));
}

Hypothesis step_hypothesis(const Training& training, const GradientDescent& descent) {
  if (const auto* c = std::get_if<LossProportionalStep>(&descent.step_size.rule)) return normalised_step(training, c->initial);
  const Curvature lambda = curvature(training);
  const std::string where = cat(" (", lambda.text, " = ", lambda.value, ")");
  if (descent.momentum == 0.0) {
    return steps_for_descent(descent.step_size, {2.0 / lambda.value, 2.0 / lambda.value, "2/λ", "2/λ", where});
  }
  return steps_for_descent(descent.step_size, {2.0 * (1.0 - descent.momentum) / lambda.value, kNaN, "2(1-μ)/λ", "", where});
}

// The margin gap is of second order in the angle across the support vectors' span: 1/log t even where the angle is slower.
void add_rates(Prediction& out, const Facts& facts, bool normalised) {
  constexpr const char* kSlower = "log_time_over_log_log_time";
  if (normalised) {
    out.notes.push_back("steps divided by the loss: the margin gap falls like 1/k in steps k (Ji and Telgarsky 2021)");
    return;
  }
  out.rates = {{"angle", "log_time", -1.0, true}, {"margin_gap", "log_time", -1.0, true}, {"loss", "time", -1.0}};
  if (!facts.degenerate_margin) {
    out.rates[0].variable = kSlower;
    out.notes.push_back("whether some dual is positive on every support vector was not decided: the angle is O(log log t / log t)");
  } else if (*facts.degenerate_margin) {
    const auto& slowness = facts.margin_slowness;
    out.rates[0] = {"angle", kSlower, -1.0, !slowness, slowness};
    out.notes.push_back(cat("degenerate data: a support vector has multiplier 0 in every dual, so the angle is ",
                            slowness ? cat(short_text(*slowness, 6), " · ") : std::string("O of "),
                            "log log t / log t; the margin gap stays O(1/log t)"));
  } else {
    out.notes.push_back(
        cat("angle and margin gap are O(1/log t), and of that order unless all support vectors have the same multiplier",
            facts.least_multiplier ? cat("; some dual is at least ", short_text(*facts.least_multiplier), " on all of them") : ""));
  }
}

EntryResult predict_margin(const Training& training, Prediction out) {
  const Problem& problem = training.problem;
  const std::string who = cat(describe(training.dynamics), " on ", describe(problem.loss));
  out.hypotheses.push_back(separable_data(training.facts));
  if (auto refusal = refused(out.hypotheses, who, kNearestInseparable, "ji2019nonseparable")) return EntryResult::of(*refusal);
  bool normalised = false;
  if (const auto descent = descent_of(problem, training.dynamics)) {
    out.hypotheses.push_back(step_hypothesis(training, *descent));
    normalised = std::holds_alternative<LossProportionalStep>(descent->step_size.rule);
    if (normalised) out.source += " ji2021primal";
  }
  const std::string nearest =
      std::holds_alternative<Logistic>(problem.loss)
          ? cat(kNearest,
                "; constant steps of any size do so on the logistic loss if the support vectors span the data (Wu et al. 2023)")
          : std::string(kNearest);
  if (auto refusal = refused(out.hypotheses, who, nearest, "soudry2018 wu2023edge")) return EntryResult::of(*refusal);
  out.direction_only = true;
  out.limit = MaxMargin{problem.data->features, problem.data->targets, Intercept::none};
  add_rates(out, training.facts, normalised);
  return EntryResult::of(std::move(out));
}

EntryResult predict_gradient(const Training& training) {
  Prediction out;
  out.id = "D1";
  out.title = "The ℓ2 max-margin direction";
  out.source = "soudry2018 gunasekar2018geometry";
  return predict_margin(training, std::move(out));
}

EntryResult predict_heavy_ball(const Training& training) {
  Prediction out;
  out.id = "D2.momentum";
  out.title = "The ℓ2 max-margin direction, with momentum";
  out.source = "wang2022momentum";
  return predict_margin(training, std::move(out));
}

const Stochastic* stochastic_of(const Problem& problem, const Dynamics& dynamics, std::optional<Dynamics>& storage) {
  storage = unmirrored(problem, dynamics);
  const Dynamics& plain = storage ? *storage : dynamics;
  return gradient_descent_of(problem, plain) ? nullptr : std::get_if<Stochastic>(&plain);
}

bool applies_stochastic(const Problem& problem, const Dynamics& dynamics) {
  std::optional<Dynamics> storage;
  return is_linear_margin(problem) && stochastic_of(problem, dynamics, storage);
}

EntryResult predict_stochastic(const Training& training) {
  const Problem& problem = training.problem;
  std::optional<Dynamics> storage;
  const Stochastic& dynamics = *stochastic_of(problem, training.dynamics, storage);
  const std::string who = cat(describe(training.dynamics), " on ", describe(problem.loss));
  const Hypothesis separable = separable_data(training.facts);
  if (auto refusal = refused({separable}, who, kNearestInseparable, "ji2019nonseparable")) return EntryResult::of(*refusal);
  const char* nearest =
      "with a small enough constant step and the logistic loss SGD ends in the ℓ2 max-margin direction for almost all separable "
      "data (Nacson et "
      "al. 2019), as gradient descent does (D1)";
  const char* source = "nacson2019stochastic";
  if (!std::holds_alternative<Logistic>(problem.loss))
    return EntryResult::of(
        Refusal{cat(who, ": the known theorem asks for a smooth loss with an exponential tail, which the exponential loss is not"),
                nearest, source});
  if (dynamics.momentum != 0.0)
    return EntryResult::of(Refusal{cat(who, ": no theorem is implemented for momentum with minibatches"), nearest, source});
  if (dynamics.has_noise())
    return EntryResult::of(Refusal{cat(who, ": no theorem is implemented for noise besides that of the batches"), nearest, source});
  const auto* step = std::get_if<double>(&dynamics.step_size.rule);
  if (!step && !std::holds_alternative<AutoStep>(dynamics.step_size.rule))
    return EntryResult::of(Refusal{cat(who, ": the known theorem is about a constant step"), nearest, source});
  Prediction out;
  out.id = "D1.stochastic";
  out.title = "The ℓ2 max-margin direction, from minibatches";
  out.source = source;
  out.hypotheses = {separable,
                    stated("step size", std::nullopt, step ? *step : kNaN, kNaN,
                           "a constant step, small enough; the theorem's bound was not evaluated"),
                    stated("generic data", std::nullopt, kNaN, kNaN, "the theorem holds for almost all separable data")};
  out.direction_only = true;
  out.limit = MaxMargin{problem.data->features, problem.data->targets, Intercept::none};
  add_rates(out, training.facts, false);
  for (ExpectedRate& rate : out.rates) rate.upper_bound_only = true, rate.constant.reset();
  return EntryResult::of(std::move(out));
}

bool applies_norms(const Problem& problem, const Dynamics& dynamics) {
  const auto* steepest = std::get_if<Steepest>(&dynamics);
  return is_linear_margin(problem) && steepest && steepest->norm != SteepestNorm::l2;
}

EntryResult refuse_norms(const Training& training) {
  const bool l1 = std::get<Steepest>(training.dynamics).norm == SteepestNorm::l1;
  const char* norm = l1 ? "ℓ1" : "ℓ∞";
  return EntryResult::of(Refusal{cat(describe(training.dynamics), " on ", describe(training.problem.loss), ": theory names the ",
                                     norm, " max margin (D2), and the ", norm, " max margin has no solver here"),
                                 "steepest descent in ℓ2 is gradient descent and ends in the ℓ2 max-margin direction (D1); "
                                 "steepest descent in any norm maximises "
                                 "the margin in it (D2, Gunasekar et al. 2018)",
                                 "gunasekar2018geometry"});
}

bool applies_other(const Problem& problem, const Dynamics& dynamics) {
  if (!is_linear_margin(problem)) return false;
  const auto* descent = std::get_if<GradientDescent>(&dynamics);
  return std::holds_alternative<ConjugateGradient>(dynamics) || std::holds_alternative<Bfgs>(dynamics) ||
         std::holds_alternative<Lbfgs>(dynamics) || (descent && descent->momentum != 0.0 && descent->nesterov);
}

EntryResult refuse_other(const Training& training) {
  return EntryResult::of(
      Refusal{cat(describe(training.dynamics), " on ", describe(training.problem.loss), ": no theorem names its direction"),
              std::string(kNearest) + "; heavy ball does too (D2, Wang et al. 2022)", "soudry2018 wang2022momentum"});
}

}  // namespace

Entry margin_gradient() {
  return {
      applies_gradient,
      {Fact::rank, Fact::spectrum, Fact::separability, Fact::support_vectors},
      predict_gradient,
      {{"D1", "linear", "exponential, logistic", "gradient_flow; gradient_descent; steepest l2; mirror with φ = ½‖β‖²",
        "max_margin", "theorem", "soudry2018 gunasekar2018geometry",
        "Separable data, any start: β/‖β‖ -> the ℓ2 max-margin direction, angle and margin gap O(1/log t), loss O(1/t). Step below "
        "2/(max‖x_i‖² L(β_0)) "
        "(exponential), 8/σ_max² (logistic; 8n/σ_max² under \"mean\"). No dual positive on every support vector: angle "
        "(‖b̂‖/‖β̂‖) log log t/log t."},
       {"D1", "linear", "exponential", "gradient_descent, steps proportional to 1/loss", "max_margin", "theorem",
        "soudry2018 ji2021primal", "Normalised gradient descent: the same direction, margin gap O(1/k) in steps."},
       {"D5", "linear, data not separable", "exponential, logistic", "gradient_flow; gradient_descent", "", "none",
        "ji2019nonseparable",
        "A finite minimiser on the strongly convex part plus a ray in the max-margin direction of the rest; refused, with the "
        "convex combination of "
        "y_i x_i that is 0."}}};
}

Entry margin_heavy_ball() {
  return {applies_heavy_ball,
          {Fact::rank, Fact::spectrum, Fact::separability, Fact::support_vectors},
          predict_heavy_ball,
          {{"D2.momentum", "linear", "exponential, logistic", "gradient_descent (momentum)", "max_margin", "theorem",
            "wang2022momentum", "Heavy ball: the ℓ2 max-margin direction too. Step below 2(1-μ)/λ keeps an energy from growing."}}};
}

Entry margin_stochastic() {
  return {applies_stochastic,
          {Fact::separability, Fact::support_vectors},
          predict_stochastic,
          {{"D1.stochastic", "linear", "logistic", "stochastic, constant step", "max_margin", "theorem", "nacson2019stochastic",
            "Almost all separable data, a small enough constant step, batches with or without replacement: the ℓ2 max-margin "
            "direction at the rates of D1."},
           {"D1.stochastic", "linear", "exponential", "stochastic", "", "none", "nacson2019stochastic",
            "The theorem asks for a smooth loss."}}};
}

Entry margin_other_norms() {
  return {applies_norms, {}, refuse_norms,
          {{"D2.norms", "linear", "exponential, logistic", "steepest l1, linf", "", "none", "gunasekar2018geometry",
            "Max margin in the norm of the steps (ℓ1: boosting); that margin has no solver here yet."}}};
}

Entry margin_other_methods() {
  return {applies_other,
          {},
          refuse_other,
          {{"D.other", "linear", "exponential, logistic", "gradient_descent (nesterov); conjugate_gradient; bfgs; lbfgs", "",
            "none", "soudry2018", "No theorem names the direction."}}};
}

}  // namespace penchant
