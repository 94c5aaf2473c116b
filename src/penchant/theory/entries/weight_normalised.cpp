// C7. Weight normalisation ends where the plain positive network would end from a start made smaller by its magnification rho.
#include <cmath>
#include <limits>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entries/diagonal.h"
#include "penchant/theory/hypotheses.h"
#include "penchant/theory/normalised_start.h"
#include "penchant/theory/small_start.h"

namespace penchant {

namespace {

constexpr const char* kMagnification = "log_magnification";
constexpr const char* kGain = "sgd_gain_plus";
constexpr const char* kSource = "chou2023robust";
constexpr const char* kNearest =
    "gradient flow from v_0 > 0 ends at the Bregman projection of a magnified start (C7, Chou, Rauhut, Ward 2024)";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLog10 = 2.302585092994045684;

bool is_regression(const Problem& problem) { return weight_normalised(problem) && !is_classification(problem); }
bool applies_flow(const Problem& problem, const Dynamics& dynamics) { return is_regression(problem) && is_flow(dynamics); }

bool is_gradient_method(const Problem& problem, const Dynamics& dynamics) {
  return !is_noisy(dynamics) && (gradient_descent_of(problem, dynamics) || std::holds_alternative<Stochastic>(dynamics));
}

const StepSize* plain_step(const Dynamics& dynamics) {
  if (is_noisy(dynamics)) return nullptr;
  if (const auto* stochastic = std::get_if<Stochastic>(&dynamics))
    return stochastic->momentum == 0.0 ? &stochastic->step_size : nullptr;
  const auto* descent = std::get_if<GradientDescent>(&dynamics);
  return descent && descent->momentum == 0.0 ? &descent->step_size : nullptr;
}

struct Checked {
  NormalisedStart start;
  std::vector<Hypothesis> hypotheses;
};
std::variant<Checked, Refusal> checked(const Training& training) {
  const Problem& problem = training.problem;
  const std::string who = cat(describe(training.dynamics), " of ", describe(problem.model));
  auto start = normalised_start(*weight_normalised(problem), problem.start);
  if (!start) return Refusal{cat(who, ": the theorem needs r_0 > 0 and v_0 > 0 in every feature"), kNearest, kSource};
  Checked out{std::move(*start), {consistent_targets(training.facts)}};
  const double smallest = out.start.log_w.minCoeff() / kLog10;
  out.hypotheses.push_back(stated("positive start", true, smallest, kNaN,
                                  cat("all weights start above 0 (smallest ", power_of_ten_text(smallest), ")")));
  out.hypotheses.push_back(nonnegative_fit(training.facts, problem.data->targets));
  if (auto refusal = refused(out.hypotheses, who, kNearest, kSource)) return *refusal;
  return out;
}

// r_inf^N >= ‖x_inf‖₁ >= Q, so beyond the turning radius Q^{1/N} leaves one r_inf that is the radius of the projection it asks for.
std::optional<Hypothesis> one_magnification(const NormalisedStart& start, const Facts& facts) {
  if (!facts.positive_l1_norm || !facts.log_magnification) return std::nullopt;
  const double least = std::pow(*facts.positive_l1_norm, 1.0 / start.depth), turning = start.turning_radius();
  if (!(least > turning)) return std::nullopt;
  return stated("one magnification", true, least, turning,
                cat("every fit has a radius of at least (min ‖β‖₁)^{1/N} = ", least, ", beyond ‖v_0‖√rate_r = ", turning,
                    ", from where ρ grows with it: one radius fits its own projection"));
}

std::optional<double> run_magnification(const Measured& measured) {
  const auto found = measured.find(kMagnification);
  if (found == measured.end() || found->second.values.size() != 1 || !found->second.values.allFinite()) return std::nullopt;
  return found->second.values[0];
}

std::string magnification_text(const NormalisedStart& start, double log_rho, const char* whence) {
  return cat("log10 magnification ρ = ", log_rho / kLog10, " (", whence, "): the start ‖x_0‖₁ = 10^",
             start.magnified(0.0).log_sum() / kLog10, " counts as 10^", start.magnified(log_rho).log_sum() / kLog10);
}

// The magnification that the flow's limit has: beforehand where it is the only one, else the run's own.
struct Magnification {
  double log_rho = 0.0;
  std::string note;
};
std::optional<Magnification> flow_magnification(const Training& training, const NormalisedStart& start,
                                                std::vector<Hypothesis>& hypotheses) {
  if (auto one = one_magnification(start, training.facts)) {
    hypotheses.push_back(std::move(*one));
    const double log_rho = *training.facts.log_magnification;
    return Magnification{log_rho, magnification_text(start, log_rho, "solved for beforehand, no run was read")};
  }
  if (const auto log_rho = run_magnification(training.measured))
    return Magnification{
        *log_rho,
        magnification_text(start, *log_rho, "accumulated by the run from its gradients; its final weights were not read")};
  return std::nullopt;
}

EntryResult predict_flow(const Training& training) {
  auto result = checked(training);
  if (auto* refusal = std::get_if<Refusal>(&result)) return EntryResult::of(std::move(*refusal));
  auto& [start, hypotheses] = std::get<Checked>(result);
  Prediction out;
  out.id = "C.normalised";
  out.title = "The Bregman projection of the magnified start";
  out.source = kSource;
  out.hypotheses = std::move(hypotheses);
  const auto magnification = flow_magnification(training, start, out.hypotheses);
  out.hypotheses.push_back(run_converges("the run's residual shows whether its limit exists and fits"));
  if (magnification) {
    out.limit = flow_limit(training.problem, start.magnified(magnification->log_rho));
    out.notes.push_back(magnification->note);
  } else {
    out.needs = {kMagnification};
    out.notes.push_back("several magnifications may be possible here (a fit's radius may be below ‖v_0‖√rate_r): simulate first");
  }
  return EntryResult::of(std::move(out));
}

// Small rates of the radius are rich: ε(ρ^{-N} β₁, ρ^{-N} β_min) of C2.
EntryResult predict_rich(const Training& training) {
  auto result = checked(training);
  if (std::holds_alternative<Refusal>(result)) return {};
  auto& [start, hypotheses] = std::get<Checked>(result);
  const auto q = training.facts.positive_l1_norm;
  if (!q || !(*q > 0.0)) return {};
  Prediction out;
  out.hypotheses = std::move(hypotheses);
  const auto magnification = flow_magnification(training, start, out.hypotheses);
  if (!magnification) return {};
  const DiagonalStart small = start.magnified(magnification->log_rho);
  if (!(small.log_sum() < std::log(*q)) || (start.depth > 2 && !start.uniform())) return {};
  out.id = "C.normalised_rich";
  out.title = "Magnified start: near the least ℓ1 norm";
  out.strength = Strength::theorem_limit;
  out.source = kSource;
  out.limit = MinL1{.x = training.problem.data->features, .y = training.problem.data->targets, .weights = {},
                    .negative_weights = {}, .positive = true};
  out.hypotheses.push_back(
      stated("magnified start below the least ℓ1 norm", true, small.log_sum() / kLog10, std::log10(*q),
             cat("ρ^{-N}‖x_0‖₁ = ", power_of_ten_text(small.log_sum() / kLog10), " is below min ‖β‖₁ = ", *q)));
  if (training.facts.positive_kernel)
    out.notes.push_back(
        *training.facts.positive_kernel
            ? "some v > 0 has Xv = 0, as Chou, Rauhut, Ward 2024 assume"
            : "no v > 0 has Xv = 0, which Chou, Rauhut, Ward 2024 assume: the bound here follows from the projection without it");
  out.hypotheses.push_back(run_converges("the run's residual shows whether its limit exists and fits"));
  const auto excess = l1_excess(small, *q);
  const auto condition = training.facts.positive_l1_condition;
  out.theory_error = excess && condition ? *excess * *condition : kNaN;
  out.notes.push_back(magnification->note);
  if (excess) out.notes.push_back(cat("‖β‖₁ <= (1 + ", *excess, ") min ‖β‖₁ from the magnified start"));
  return EntryResult::of(std::move(out));
}

bool applies_steps(const Problem& problem, const Dynamics& dynamics) {
  return is_regression(problem) && is_squared(problem) && weight_normalised(problem)->depth == 2 && plain_step(dynamics);
}

// At depth 2 a step multiplies w_j by A (1 - x_j), x_j = 2η (r²/‖v‖²) h_j / (1+a), with A and a the same for all features: the
// flow's argument holds for the products, as in C6.
EntryResult predict_steps(const Training& training) {
  auto result = checked(training);
  if (auto* refusal = std::get_if<Refusal>(&result)) return EntryResult::of(std::move(*refusal));
  auto& [start, hypotheses] = std::get<Checked>(result);
  Prediction out;
  out.id = "C.normalised_steps";
  out.title = "The Bregman projection of the start that rate and steps have magnified";
  out.source = "chou2023robust even2023";
  out.hypotheses = std::move(hypotheses);
  out.hypotheses.push_back(
      run_converges("the limit is exact for every step size and batch that converges; the run's residual shows it"));
  const auto log_rho = run_magnification(training.measured);
  const auto gain = training.measured.find(kGain);
  if (log_rho && gain != training.measured.end() && gain->second.values.size() == start.log_w.size() &&
      gain->second.values.allFinite()) {
    DiagonalStart end = start.magnified(*log_rho);
    end.log_u -= 0.5 * gain->second.values;
    out.limit = flow_limit(training.problem, end);
    out.notes.push_back(
        magnification_text(start, *log_rho, "accumulated by the run from its gradients; its final weights were not read"));
  } else {
    out.needs = {kMagnification, kGain};
    out.notes.push_back("the projection depends on the steps taken: simulate first");
  }
  return EntryResult::of(std::move(out));
}

bool applies_small_step(const Problem& problem, const Dynamics& dynamics) {
  return is_regression(problem) && is_gradient_method(problem, dynamics);
}

EntryResult predict_small_step(const Training& training) {
  auto result = checked(training);
  if (auto* refusal = std::get_if<Refusal>(&result)) return EntryResult::of(std::move(*refusal));
  auto& [start, hypotheses] = std::get<Checked>(result);
  const auto one = one_magnification(start, training.facts);
  const std::string who = cat(describe(training.dynamics), " of ", describe(training.problem.model));
  if (!one) {
    // At depth 2 the entry above speaks of the run itself.
    if (applies_steps(training.problem, training.dynamics)) return {};
    return EntryResult::of(Refusal{
        cat(who, ": which magnification its flow has is not known beforehand here, and its steps are not those of the flow"),
        kNearest, kSource});
  }
  Prediction out;
  out.id = "C.normalised_small_step";
  out.title = "Small steps: near the limit of the weight-normalised flow";
  out.strength = Strength::theorem_limit;
  out.source = kSource;
  out.hypotheses = std::move(hypotheses);
  out.hypotheses.push_back(*one);
  out.hypotheses.push_back(
      run_converges("as the step goes to 0 the run follows the flow; how far this step is from it is not known beforehand"));
  out.limit = flow_limit(training.problem, start.magnified(*training.facts.log_magnification));
  out.theory_error = kNaN;
  out.notes.push_back(magnification_text(start, *training.facts.log_magnification, "of the flow, solved for beforehand"));
  return EntryResult::of(std::move(out));
}

bool applies_other(const Problem& problem, const Dynamics& dynamics) {
  return weight_normalised(problem) &&
         (is_classification(problem) || (!is_flow(dynamics) && !is_gradient_method(problem, dynamics)));
}

EntryResult refuse_other(const Training& training) {
  return EntryResult::of(Refusal{cat(describe(training.dynamics), " of ", describe(training.problem.model), " on ",
                                     describe(training.problem.loss), ": no limit is known"),
                                 kNearest, kSource});
}

const std::vector<Fact>& wanted() {
  static const std::vector<Fact> facts = {Fact::rank, Fact::consistency, Fact::positive_feasibility, Fact::positive_kernel,
                                          Fact::magnification};
  return facts;
}

}  // namespace

Entry normalised_flow() {
  return {applies_flow,
          wanted(),
          predict_flow,
          {{"C.normalised", "weight_normalised", "squared, log_cosh", "gradient_flow", "bregman_projection", "theorem", kSource,
            "w = r v/‖v‖, β = w^N, from r_0, v_0 > 0: the projection C.flow from x_0 ρ^{-N}, ρ = (r_0/r_∞) exp((r_∞²-r_0²)/(2 "
            "‖v_0‖² rate_r)). Beforehand where "
            "(min ‖β‖₁)^{1/N} > ‖v_0‖√rate_r, else with the run's own magnification."}}};
}

Entry normalised_rich() {
  return {applies_flow,
          wanted(),
          predict_rich,
          {{"C.normalised_rich", "weight_normalised", "squared, log_cosh", "gradient_flow", "min_l1", "theorem-limit", kSource,
            "rate_r -> 0: least ℓ1 norm on β >= 0 from starts of any size below r_∞, within ε(ρ^{-N}β₁, ρ^{-N}β_min) of C.rich "
            "(v_0 uniform, or N = 2)."}}};
}

Entry normalised_steps() {
  return {applies_steps,
          wanted(),
          predict_steps,
          {{"C.normalised_steps", "weight_normalised depth 2", "squared", "gradient_descent; stochastic (no momentum)",
            "bregman_projection", "theorem", "chou2023robust even2023",
            "Exact for every step and batch that converges: x_0 ρ^{-2} exp(-Σ q_+(x_k)), x_k = 2η h_k (r²/‖v‖²)/(1+a_k), ρ and the "
            "sum accumulated along the run."}}};
}

Entry normalised_small_step() {
  return {applies_small_step, wanted(), predict_small_step,
          {{"C.normalised_small_step", "weight_normalised", "squared, log_cosh",
            "gradient_descent; stochastic; steepest l2 (momentum too)", "bregman_projection",
            "theorem-limit", kSource, "As the step goes to 0: the limit of the flow. No constant is known."}}};
}

Entry normalised_other() {
  return {applies_other,
          {},
          refuse_other,
          {{"C.normalised_other", "weight_normalised", "all",
            "stochastic with noise; mirror; steepest l1, linf; conjugate_gradient; bfgs; lbfgs; all on exponential, logistic", "",
            "none", kSource, "No limit is known."}}};
}

}  // namespace penchant
