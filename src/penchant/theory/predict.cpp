#include <algorithm>

#include "penchant/core/error.h"
#include "penchant/theory/entry.h"

namespace penchant {

std::string_view name(Strength strength) {
  switch (strength) {
    case Strength::theorem: return "theorem";
    case Strength::conditional: return "conditional";
    case Strength::theorem_limit: return "theorem-limit";
    case Strength::conjecture: return "conjecture";
  }
  return "conjecture";
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {least_squares_gradient(),
                                         least_squares_krylov(),
                                         least_squares_stochastic(),
                                         stagewise_regression(),
                                         coordinate_descent_regression(),
                                         sign_descent_regression(),
                                         mirror_projection(),
                                         diagonal_flow(),
                                         diagonal_rich(),
                                         diagonal_kernel(),
                                         diagonal_label_noise(),
                                         diagonal_steps(),
                                         diagonal_random_step(),
                                         diagonal_small_step(),
                                         diagonal_other_methods(),
                                         normalised_flow(),
                                         normalised_rich(),
                                         normalised_steps(),
                                         normalised_small_step(),
                                         normalised_other(),
                                         margin_gradient(),
                                         margin_heavy_ball(),
                                         margin_stochastic(),
                                         margin_other_norms(),
                                         mirror_margin(),
                                         margin_other_methods(),
                                         diagonal_margin(),
                                         ridge_by_decay(),
                                         diagonal_decay(),
                                         margin_decay()};
  return all;
}

namespace {

// No theorem about the loss alone survives weight decay: those about both are entries of their own.
bool speaks_of(const Entry& entry, const Problem& problem, const Dynamics& dynamics) {
  return entry.with_decay == (weight_decay(dynamics) > 0.0) && entry.applies(problem, dynamics);
}

bool all_checked(const Prediction& prediction) {
  return std::all_of(prediction.hypotheses.begin(), prediction.hypotheses.end(),
                     [](const Hypothesis& hypothesis) { return hypothesis.holds.has_value(); });
}

}  // namespace

std::vector<Prediction> ranked(std::vector<Prediction> predictions) {
  for (Prediction& prediction : predictions)
    if (prediction.strength <= Strength::conditional)
      prediction.strength = all_checked(prediction) ? Strength::theorem : Strength::conditional;
  std::stable_sort(predictions.begin(), predictions.end(),
                   [](const Prediction& a, const Prediction& b) { return a.strength < b.strength; });
  return predictions;
}

PredictResult predict(const Problem& problem, const Dynamics& dynamics, const Facts& facts, const Measured& measured) {
  std::vector<Prediction> predictions;
  std::optional<Refusal> refusal;
  for (const Entry& entry : entries()) {
    if (!speaks_of(entry, problem, dynamics)) continue;
    EntryResult result = entry.predict({problem, dynamics, facts, measured});
    std::move(result.predictions.begin(), result.predictions.end(), std::back_inserter(predictions));
    if (!refusal) refusal = std::move(result.refusal);
  }
  // Every cell of model × loss × dynamics has an entry that predicts or refuses; a test walks through all of them.
  PENCHANT_CHECK(!predictions.empty() || refusal);
  if (predictions.empty()) return *refusal;
  return ranked(std::move(predictions));
}

std::vector<Fact> facts_needed(const Problem& problem, const Dynamics& dynamics) {
  std::vector<Fact> out;
  for (const Entry& entry : entries())
    if (speaks_of(entry, problem, dynamics))
      for (Fact fact : entry.facts)
        if (std::find(out.begin(), out.end(), fact) == out.end()) out.push_back(fact);
  return out;
}

std::vector<AtlasRow> atlas() {
  std::vector<AtlasRow> out;
  for (const Entry& entry : entries()) out.insert(out.end(), entry.rows.begin(), entry.rows.end());
  const std::vector<AtlasRow> cited = cited_rows();
  out.insert(out.end(), cited.begin(), cited.end());
  return out;
}

}  // namespace penchant
