// C. The flow of a diagonal network is a mirror flow in β: it ends at the Bregman projection of its start, exactly, at every scale.
#include <cmath>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/entries/diagonal.h"
#include "penchant/theory/small_start.h"

namespace penchant {

namespace {

constexpr double kLog10 = 2.302585092994045684;
constexpr double kShownEpsilon = 0.1;

bool applies(const Problem& problem, const Dynamics& dynamics) { return is_diagonal_regression(problem) && is_flow(dynamics); }

std::string source_of(const DiagonalStart& start) {
  if (start.positive() || start.depth > 2) return "woodworth2020 chou2023more";
  return start.uniform() ? "woodworth2020" : "woodworth2020 azulay2021";
}

// A theorem's threshold on α (natural logs) beside the α at hand.
std::string guarantee_text(std::string_view norm, std::string_view what, std::string_view side, double threshold,
                           double log_alpha) {
  const bool holds = side == "<=" ? log_alpha <= threshold : log_alpha >= threshold;
  return cat("least ", norm, " norm: the guarantee ", what, " (sufficient, not necessary) needs α ", side, " ",
             power_of_ten_text(threshold / kLog10), "; this α = ", power_of_ten_text(log_alpha / kLog10),
             holds ? " has it" : " carries no guarantee of 10 %");
}

// C1 and C2 with the numbers of this data.
std::vector<std::string> threshold_notes(const DiagonalStart& start, const Facts& facts) {
  std::vector<std::string> notes;
  const double d = static_cast<double>(start.log_u.size());
  const bool thresholds = start.depth == 2 && !start.positive() && start.uniform().has_value();
  const auto q = least_l1(start, facts);
  if (thresholds && q && *q > 0.0)
    notes.push_back(guarantee_text("ℓ1", "‖β‖₁ <= 1.1 min ‖β‖₁", "<=", rich_log_alpha(kShownEpsilon, *q, d), *start.uniform()));
  if (thresholds && facts.l2_norm && *facts.l2_norm > 0.0)
    notes.push_back(guarantee_text("ℓ2", "‖β‖₂² <= 1.1 min ‖β‖₂²", ">=", kernel_log_alpha(kShownEpsilon, *facts.l2_norm),
                                   *start.uniform()));
  if (!q || !(*q > 0.0)) return notes;
  if (const auto excess = l1_excess(start, *q))
    notes.push_back(cat("from this start ‖β‖₁ is at most ", short_text(100.0 * *excess, 3), " % above its minimum ", *q));
  else if (!(start.log_sum() < std::log(*q)))
    notes.push_back(cat("no bound on ‖β‖₁: the start has ℓ1 norm ", power_of_ten_text(start.log_sum() / kLog10),
                        ", not below the minimum ", *q));
  return notes;
}

EntryResult predict_flow(const Training& training) {
  auto checked = diagonal_training(training);
  if (auto* refusal = std::get_if<Refusal>(&checked)) return EntryResult::of(std::move(*refusal));
  auto& [start, hypotheses] = std::get<DiagonalTraining>(checked);
  Prediction out;
  out.id = "C.flow";
  out.title = "The Bregman projection of the start";
  out.source = source_of(start);
  out.hypotheses = std::move(hypotheses);
  out.limit = flow_limit(training.problem, start);
  out.notes = threshold_notes(start, training.facts);
  return EntryResult::of(std::move(out));
}

}  // namespace

Entry diagonal_flow() {
  const std::vector<Fact> facts = {Fact::rank, Fact::consistency, Fact::min_l1, Fact::min_l2, Fact::positive_feasibility};
  return {
      applies,
      facts,
      predict_flow,
      {{"C.flow", "diagonal depth 2 (difference_of_powers, product)", "squared, log_cosh", "gradient_flow", "bregman_projection",
        "theorem", "woodworth2020 azulay2021",
        "argmin D_φ(β, β_0) s.t. Xβ = y, β_j = u_j² e^{z_j} - v_j² e^{-z_j}, z in row(X), from any start: hypentropy with c = 2uv. "
        "From u = v = α it is Q_α: least ℓ1 norm as α -> 0, least ℓ2 norm as α -> infinity."},
       {"C.flow", "diagonal depth N > 2 (difference_of_powers), factors equal", "squared, log_cosh", "gradient_flow",
        "bregman_projection", "theorem", "woodworth2020 chou2023more",
        "β_j = u^N (1-u^{N-2}z)^{-N/(N-2)} - v^N (1+v^{N-2}z)^{-N/(N-2)} in each feature, z in row(X), from any positive start."},
       {"C.flow", "diagonal (power), factors equal", "squared, log_cosh", "gradient_flow", "bregman_projection", "theorem",
        "woodworth2020 chou2023more", "On β >= 0, if some β >= 0 fits: N = 2 least KL(β‖β_0), N > 2 the potential of depth N."},
       {"C.flow", "diagonal depth N > 2 (product; factors that start unequal)", "squared, log_cosh", "gradient_flow", "", "none",
        "azulay2021 chou2023more", "The flow has no potential in β."}}};
}

}  // namespace penchant
