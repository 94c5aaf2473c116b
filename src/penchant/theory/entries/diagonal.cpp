#include "penchant/theory/entries/diagonal.h"

#include <cmath>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/theory/cases.h"
#include "penchant/theory/hypotheses.h"

namespace penchant {

bool is_diagonal_regression(const Problem& problem) { return diagonal(problem) != nullptr && !is_classification(problem); }

std::variant<DiagonalTraining, Refusal> diagonal_training(const Training& training) {
  const Problem& problem = training.problem;
  const std::string who = cat(describe(training.dynamics), " of ", describe(problem.model));
  auto start = diagonal_start(*diagonal(problem), problem.start);
  if (const auto* none = std::get_if<NoDiagonalStart>(&start))
    return Refusal{cat(who, ": ", none->reason), none->nearest, none->source};
  DiagonalTraining out{std::move(std::get<DiagonalStart>(start)), {}};
  out.hypotheses.push_back(consistent_targets(training.facts));
  const double smallest = out.start.log_min() / out.start.depth;
  out.hypotheses.push_back(stated("positive start", true, smallest / std::log(10.0), std::numeric_limits<double>::quiet_NaN(),
                                  cat("all factors start above 0 (smallest ", power_of_ten_text(smallest / std::log(10.0)), ")")));
  if (out.start.positive()) out.hypotheses.push_back(nonnegative_fit(training.facts, problem.data->targets));
  const bool sign =
      out.start.positive() && training.facts.positive_feasible == false && training.facts.inconsistency <= kConsistent;
  const std::string nearest =
      sign ? "the form difference_of_powers reaches both signs: its limit is a Bregman projection of the start (C, Woodworth et "
             "al. 2020)"
           : "with targets that some β fits, the flow ends at a Bregman projection of its start (C, Woodworth et al. 2020)";
  if (auto refusal = refused(out.hypotheses, who, nearest, "woodworth2020")) return *refusal;
  return out;
}

Limit flow_limit(const Problem& problem, const DiagonalStart& start) {
  return BregmanProjection{problem.data->features, problem.data->targets, flow_potential(start), flow_origin(start)};
}

std::optional<double> least_l1(const DiagonalStart& start, const Facts& facts) {
  return start.positive() ? facts.positive_l1_norm : facts.l1_norm;
}

std::optional<double> l1_condition(const DiagonalStart& start, const Facts& facts) {
  return start.positive() ? facts.positive_l1_condition : facts.l1_condition;
}

std::optional<double> l1_rho(const DiagonalStart& start, const Facts& facts) {
  return start.positive() ? facts.positive_l1_rho : facts.l1_rho;
}

}  // namespace penchant
