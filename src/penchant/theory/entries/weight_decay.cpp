// A run with weight decay minimises L + λ/2 |θ|²: what the model makes of |θ|² is the penalty on β (C3). Linear: ridge.
// A diagonal network of depth 2 has min |θ|² = c Σ|β_j| over its factors, c = 1 for tied squares, 2 for products: the Lasso,
// and its flow is a mirror flow on a convex function of the squares of its (rotated) factors,
// so that it ends at the global minimum from every positive start.
#include <cmath>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/diagonal_start.h"
#include "penchant/theory/entry.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Hypothesis of every theorem on the loss alone.
Hypothesis no_decay(const Dynamics& dynamics) {
  const double decay = weight_decay(dynamics);
  return stated("no weight decay", false, decay, 0.0, cat("the hypothesis \"no weight decay\" fails: λ = ", decay));
}

EntryResult refuse(const Training& training, const std::string& reason, const std::string& nearest, const std::string& source) {
  Hypothesis hypothesis = no_decay(training.dynamics);
  hypothesis.text += "; " + reason;
  return EntryResult::of(
      *refused({hypothesis}, cat(describe(training.dynamics), " of ", describe(training.problem.model)), nearest, source));
}

// λ beside ½‖Xβ-y‖², whatever the reduction.
double price(const Problem& problem, double decay) {
  return decay * (reduction(problem.loss) == Reduction::mean ? static_cast<double>(problem.data->samples()) : 1.0);
}

Hypothesis paid(double decay) { return stated("weight decay", true, decay, 0.0, cat("λ = ", decay, " > 0")); }

bool applies_linear(const Problem& problem, const Dynamics&) { return is_linear(problem) && !is_classification(problem); }

// Momentum leaves the end where it is; the bounds are those of least squares with λ added to every curvature.
std::optional<Hypothesis> step_hypothesis(const Training& training, const GradientDescent& descent) {
  const double sigma = training.facts.sigma_max.value_or(kNaN), mu = descent.momentum;
  const double lambda = curvature_factor(training.problem) * sigma * sigma + descent.weight_decay;
  const double bound = 2.0 * (1.0 + mu) / ((descent.nesterov ? 1.0 + 2.0 * mu : 1.0) * lambda);
  const std::string text = mu == 0.0 ? "2/(σ_max² + λ)" : descent.nesterov ? "2(1+μ)/((1+2μ)(σ_max² + λ))" : "2(1+μ)/(σ_max² + λ)";
  return steps_for_minimiser(descent.step_size, {bound, bound, text, text});
}

EntryResult predict_ridge(const Training& training) {
  const Problem& problem = training.problem;
  const double decay = weight_decay(training.dynamics);
  const char* source = "hoerl1970";
  const std::string nearest =
      "full gradients of the squared loss with weight decay end at ridge regression, from any start (Hoerl and Kennard 1970)";
  const auto descent = gradient_descent_of(problem, training.dynamics);
  if (!is_squared(problem))
    return refuse(training, cat(describe(problem.loss), " with weight decay has a unique minimiser, which has no solver here"),
                  nearest, source);
  if (!descent && !is_flow(training.dynamics))
    return refuse(training, "at the minimiser of loss plus penalty single batches still disagree, so that the run does not settle",
                  nearest, source);
  Prediction out;
  out.id = "A1.decay";
  out.title = "Ridge regression";
  out.source = source;
  out.hypotheses = {paid(decay)};
  if (descent) out.hypotheses.push_back(*step_hypothesis(training, *descent));
  if (auto refusal = refused(out.hypotheses, describe(training.dynamics), nearest, source)) return EntryResult::of(*refusal);
  out.limit = Penalised{problem.data->features, problem.data->targets, Penalty::l2, price(problem, decay), {}, {}};
  out.notes.push_back(
      "the start is forgotten: without weight decay the limit is the fit nearest to it (A1), whose hypothesis \"no weight decay\" "
      "fails here");
  return EntryResult::of(std::move(out));
}

bool applies_network(const Problem& problem, const Dynamics&) { return !is_linear(problem) && !is_classification(problem); }

// min |θ|² over the factors of β, per |β_j|, at depth 2.
double squares_per_size(const Diagonal& model) {
  return model.form == DiagonalForm::product || model.factors == Factors::separate ? 2.0 : 1.0;
}

std::string deep_penalty(const Diagonal& model) {
  const double n = model.depth;
  return cat(squares_per_size(model) == 2.0 ? cat(n, " ") : "", "Σ|β_j|^{2/", n, "}");
}

EntryResult predict_lasso(const Training& training) {
  const Problem& problem = training.problem;
  const double decay = weight_decay(training.dynamics);
  const char* source = "hoff2017";
  const std::string nearest =
      "gradient flow of the squared loss and small steps of gradient descent, depth 2, difference_of_powers or product, end at the "
      "Lasso "
      "with the penalty λ/2 min |θ|² (C3, Hoff 2017)";
  if (!diagonal(problem)) return refuse(training, "what it penalises in β has no formula here", nearest, source);
  const Diagonal& model = *diagonal(problem);
  const auto descent = gradient_descent_of(problem, training.dynamics);
  if (model.depth > 2)
    return refuse(training,
                  cat("it penalises λ/2 ", deep_penalty(model),
                      ", which is not convex: 0 is a local minimum for every λ, and which one a run reaches depends on its start"),
                  nearest + "; stationary points without decay: the limit min_lp", source);
  if (!is_squared(problem))
    return refuse(training, cat(describe(problem.loss), " with an ℓ1 penalty has no solver here"), nearest, source);
  if (!descent && !is_flow(training.dynamics))
    return refuse(training, "at the minimiser of loss plus penalty single batches still disagree, so that the run does not settle",
                  nearest, source);
  if (descent && descent->momentum != 0.0)
    return refuse(training, "with momentum factors may change sign, and no theorem is known", nearest, source);
  auto start = diagonal_start(model, problem.start);
  if (const auto* none = std::get_if<NoDiagonalStart>(&start)) return refuse(training, none->reason, nearest, source);
  if (std::get<DiagonalStart>(start).positive())
    return refuse(training, "the Lasso over β >= 0 has no solver here", nearest, source);
  Prediction out;
  out.id = "C3.decay";
  out.title = "The Lasso";
  out.source = "hoff2017 woodworth2020";
  out.hypotheses = {paid(decay),
                    stated("positive start", true, kNaN, kNaN, "no factor starts at 0 and stays there: the run can reach every β")};
  if (descent)
    out.hypotheses.push_back(
        run_converges("a step so small that no factor changes its sign; a run that then comes to rest does so at the minimum"));
  const double weight = 0.5 * decay * squares_per_size(model);
  out.limit = Penalised{problem.data->features, problem.data->targets, Penalty::l1, price(problem, weight), {}, {}};
  out.notes.push_back(
      cat("λ/2 min |θ|² = ", weight,
          " ‖β‖₁; the start is forgotten: without weight decay the limit depends on it (C.flow), and that theorem's "
          "hypothesis \"no weight decay\" fails here"));
  return EntryResult::of(std::move(out));
}

bool applies_margin(const Problem& problem, const Dynamics&) { return is_classification(problem); }

EntryResult refuse_margin(const Training& training) {
  return refuse(training, cat(describe(training.problem.loss), " plus a penalty has a finite minimiser, which has no solver here"),
                "as λ -> 0 its direction tends to the max margin in the norm that the penalty makes (Rosset, Zhu and Hastie 2004); "
                "without weight decay the "
                "direction of a linear model is that of the ℓ2 max margin (D1)",
                "rosset2004 soudry2018");
}

}  // namespace

Entry ridge_by_decay() {
  return {
      applies_linear,
      {Fact::rank, Fact::spectrum},
      predict_ridge,
      {{"A1.decay", "linear", "squared", "gradient_flow, gradient_descent (weight_decay)", "penalised", "theorem", "hoerl1970",
        "Ridge regression with penalty λ (nλ under \"mean\"), from any start; step below 2/(σ_max² + λ), with momentum as in A1."},
       {"A1.decay", "linear", "log_cosh; squared in batches", "any with weight_decay", "", "none", "hoerl1970",
        "No solver; batches do not settle."}},
      true};
}

Entry diagonal_decay() {
  return {applies_network,
          {Fact::rank},
          predict_lasso,
          {{"C3.decay", "diagonal depth 2 (difference_of_powers, product)", "squared",
            "gradient_flow, gradient_descent (weight_decay)", "penalised", "theorem", "hoff2017 woodworth2020",
            "The Lasso with penalty λ/2 (tied) or λ (separate factors, product), times n under \"mean\", from any positive start: "
            "in the squares of the factors the flow is a "
            "mirror flow on a convex function."},
           {"C3.decay", "diagonal depth N > 2; power", "squared, log_cosh", "any with weight_decay", "", "none", "hoff2017",
            "Depth N penalises λ/2 Σ|β_j|^{2/N} (N times that for separate factors), not convex: the end depends on the start."}},
          true};
}

Entry margin_decay() {
  return {applies_margin, {}, refuse_margin,
          {{"D.decay", "linear; diagonal", "exponential, logistic", "any with weight_decay", "", "none", "rosset2004",
            "A finite minimiser; as λ -> 0 the direction of max margin in the norm of the penalty."}},
          true};
}

}  // namespace penchant
