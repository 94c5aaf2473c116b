// C1, C2. What the projection C.flow is near to: least ℓ1 norm from small starts, least ℓ2 norm from large ones,
// with the bound that is left.
#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entries/diagonal.h"
#include "penchant/theory/hypotheses.h"
#include "penchant/theory/small_start.h"

namespace penchant {

namespace {

constexpr double kLog10 = 2.302585092994045684;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool applies(const Problem& problem, const Dynamics& dynamics) { return is_diagonal_regression(problem) && is_flow(dynamics); }

// The smallest proven ε with ‖β‖₁ <= (1+ε) min, and which theorem gives it.
struct Excess {
  double epsilon = kNaN;
  std::string source, text;
};
std::optional<Excess> smallest_excess(const DiagonalStart& start, double q) {
  std::optional<Excess> best;
  if (const auto epsilon = l1_excess(start, q))
    best = Excess{*epsilon, "chou2023more", cat("‖β‖₁ <= (1 + ", *epsilon, ") min ‖β‖₁ from this start")};
  if (start.depth != 2 || start.positive() || !start.uniform()) return best;
  const auto epsilon = rich_epsilon(*start.uniform(), q, static_cast<double>(start.log_u.size()));
  if (epsilon && (!best || *epsilon < best->epsilon))
    best = Excess{*epsilon, "woodworth2020", cat("the scale is small enough for ‖β‖₁ <= (1 + ", *epsilon, ") min ‖β‖₁")};
  return best;
}

bool has_unequal(const std::vector<double>& exponents) {
  return !std::all_of(exponents.begin(), exponents.end(), [&](double g) { return g == exponents.front(); });
}

// As the scale goes to 0 a fixed shape stays in the limit only for N > 2: weights u^{2-N}, v^{2-N},
// here with their smallest made 1. For N = 2 a feature weighs log 1/x_0: powers of the scale stay, factors are forgotten.
MinL1 rich_limit(const Problem& problem, const DiagonalStart& start) {
  MinL1 out{
      .x = problem.data->features, .y = problem.data->targets, .weights = {}, .negative_weights = {}, .positive = start.positive()};
  if (start.depth == 2 && has_unequal(problem.start.exponents)) {
    const Eigen::Map<const Vector> g(problem.start.exponents.data(), start.log_u.size());
    out.weights = g / g.minCoeff();
  }
  if (start.depth == 2 || start.uniform()) return out;
  const double k = 2.0 - start.depth;
  const double low = k * std::max(start.log_u.maxCoeff(), start.positive() ? start.log_u.maxCoeff() : start.log_v.maxCoeff());
  out.weights = (k * start.log_u.array() - low).exp();
  if (!start.positive()) out.negative_weights = (k * start.log_v.array() - low).exp();
  return out;
}

// How unequal the features still are at depth 2 under the one weight that the limit gives them all.
std::optional<std::string> forgotten_shape(const Problem& problem, const DiagonalStart& start) {
  if (start.depth != 2 || start.uniform() || has_unequal(problem.start.exponents)) return std::nullopt;
  const double low = std::min(start.log_u.minCoeff(), start.positive() ? start.log_u.minCoeff() : start.log_v.minCoeff());
  const double high = std::max(start.log_u.maxCoeff(), start.positive() ? start.log_u.maxCoeff() : start.log_v.maxCoeff());
  if (!(high < 0.0)) return std::nullopt;
  return cat("at depth 2 a feature weighs log(1/x_0): here the most is ", low / high,
             " times the least, a ratio that falls to 1 only as 1/log(1/scale); init.exponents "
             "gives weights that stay");
}

// Off the support of the min-ℓ1 point, |β_j| is of the order of its price: α² e^{|z_j|} with |z_j| <= ρ log(1/α²) for N = 2, α^N
// h_N(z_j) with |z_j| <= ρ < 1 for N > 2; the support makes up for it in proportion.
std::optional<double> speed_in_scale(const DiagonalStart& start, const Facts& facts) {
  const auto rho = l1_rho(start, facts);
  if (!rho) return std::nullopt;
  return start.depth == 2 ? 2.0 * (1.0 - *rho) : static_cast<double>(start.depth);
}

EntryResult predict_rich(const Training& training) {
  auto checked = diagonal_training(training);
  if (std::holds_alternative<Refusal>(checked)) return {};
  auto& [start, hypotheses] = std::get<DiagonalTraining>(checked);
  const auto q = least_l1(start, training.facts);
  if (!q || !(*q > 0.0)) return {};
  // Beyond depth 2 powers of the scale make weights whose ratios have no limit.
  if (start.depth > 2 && has_unequal(training.problem.start.exponents)) return {};
  const auto excess = smallest_excess(start, *q);
  const bool small = start.log_sum() < std::log(*q);
  if (!excess && !small) return {};
  Prediction out;
  out.id = "C.rich";
  out.strength = Strength::theorem_limit;
  out.limit = rich_limit(training.problem, start);
  const bool weighted = std::get<MinL1>(*out.limit).weights.size() > 0;
  out.title = weighted ? "Small start: near the least weighted ℓ1 norm" : "Small start: near the least ℓ1 norm";
  out.source = excess ? excess->source : "chou2023more";
  out.hypotheses = std::move(hypotheses);
  out.hypotheses.push_back(stated("start below the least ℓ1 norm", small, start.log_sum() / kLog10, std::log10(*q),
                                  cat("‖x_0‖₁ = ", power_of_ten_text(start.log_sum() / kLog10),
                                      small ? " is below" : " is not below", " min ‖β‖₁ = ", *q)));
  if (!small) {
    out.hypotheses.back().holds = true;
    out.hypotheses.back().text += "; the threshold of Woodworth et al. (2020) holds all the same";
  }
  const auto condition = l1_condition(start, training.facts);
  out.theory_error = excess && condition && !weighted ? excess->epsilon * *condition : kNaN;
  if (const auto speed = speed_in_scale(start, training.facts); speed && !weighted) {
    out.rates.push_back({"distance", "init.scale", *speed});
    out.notes.push_back(cat("the distance to it falls as scale^", *speed,
                            start.depth == 2 ? cat(", 2(1 - ρ) with ρ = ", *l1_rho(start, training.facts)) : std::string()));
  }
  if (const auto text = forgotten_shape(training.problem, start)) out.notes.push_back(*text);
  if (excess) out.notes.push_back(excess->text);
  if (excess && !condition)
    out.notes.push_back(
        training.facts.l1_unique == false && !start.positive()
            ? "the bound on ‖β‖₁ gives none on the distance: the point of least ℓ1 norm is not unique"
            : "the bound on ‖β‖₁ gives none on the distance: no dual was found that pins the point of least ℓ1 norm down");
  if (!excess) out.notes.push_back("no bound is known from this start; a sweep of the scale towards 0 decides");
  return EntryResult::of(std::move(out));
}

EntryResult predict_kernel(const Training& training) {
  auto checked = diagonal_training(training);
  if (std::holds_alternative<Refusal>(checked)) return {};
  auto& [start, hypotheses] = std::get<DiagonalTraining>(checked);
  const auto r = training.facts.l2_norm;
  if (start.depth != 2 || start.positive() || !start.uniform() || !r || !(*r > 0.0)) return {};
  const auto epsilon = kernel_epsilon(*start.uniform(), *r, static_cast<double>(start.log_u.size()));
  if (!epsilon) return {};
  Prediction out;
  out.id = "C.kernel";
  out.title = "Large start: near the least ℓ2 norm";
  out.strength = Strength::theorem_limit;
  out.source = "woodworth2020";
  out.hypotheses = std::move(hypotheses);
  const double threshold = kernel_log_alpha(*epsilon, *r) / kLog10;
  out.hypotheses.push_back(stated(
      "start above the threshold", true, *start.uniform() / kLog10, threshold,
      cat("α = ", power_of_ten_text(*start.uniform() / kLog10), " is large enough for ‖β‖₂² <= (1 + ", *epsilon, ") min ‖β‖₂²")));
  out.limit = MinDistance{training.problem.data->features, training.problem.data->targets, {}};
  // Fits differ from the smallest by a vector orthogonal to it: ‖β-β*‖² = ‖β‖² - ‖β*‖² <= ε ‖β*‖².
  out.theory_error = std::sqrt(*epsilon);
  // Q_α = Σ β²/(4α²) - β⁴/(192 α⁶) + …: beyond its first term relative corrections of order (β/α²)².
  out.rates.push_back({"distance", "init.scale", -4.0});
  return EntryResult::of(std::move(out));
}

}  // namespace

Entry diagonal_rich() {
  return {applies,
          {Fact::consistency, Fact::min_l1, Fact::positive_feasibility},
          predict_rich,
          {{"C.rich", "diagonal (difference_of_powers, power, depth-2 product)", "squared, log_cosh", "gradient_flow", "min_l1",
            "theorem-limit", "woodworth2020 chou2023more",
            "Start -> 0: least ℓ1 norm (on β >= 0 for power). N > 2 from a shape: weights u_0^{2-N}, v_0^{2-N}; N = 2 forgets the "
            "shape, and powers x_0j = α^{2g_j} (init.exponents) "
            "give weights g_j. The distance falls as "
            "α^{2(1-ρ)} (N = 2; ρ: the largest price off the support) or α^N (N > 2). What is left "
            "at this start is bounded: ε = log(β₁/β_min)/log(Q/β₁) (N = 2), (N/2)(β₁^{1-2/N}-β_min^{1-2/N})/(Q^{1-2/N}-β₁^{1-2/N}) "
            "(N > 2, equal entries)."}}};
}

Entry diagonal_kernel() {
  return {applies, {Fact::consistency, Fact::min_l2}, predict_kernel,
          {{"C.kernel", "diagonal depth 2 (difference_of_powers, product), u = v = α", "squared, log_cosh", "gradient_flow",
            "min_distance", "theorem-limit",
            "woodworth2020", "α -> infinity: least ℓ2 norm; α² >= 2(1+ε)(1+2/ε) min ‖β‖₂ leaves at most ‖β-β*‖ <= √ε ‖β*‖."}}};
}

}  // namespace penchant
