#include <cmath>

#include "referee/margin_oracle.h"
#include "referee/theorem_cases.h"
#include "referee/tolerances.h"

namespace penchant::referee {

namespace {

double angle(const Vector& a, const Vector& b) {
  return 2.0 * std::asin(std::min(1.0, 0.5 * (a.normalized() - b.normalized()).norm()));
}

// The limit that a prediction names, computed here; absent where this referee has no second way to it.
std::optional<double> true_distance(const Training& training, const Limit& limit, const Vector& run) {
  if (const auto* nearest = std::get_if<MinDistance>(&limit)) return distance_to_nearest_fit(training, nearest->origin, run);
  if (std::holds_alternative<MaxMargin>(limit) && training.x.rows() <= 8) {
    const auto best = largest_margin(training.x, training.y, false);
    if (best) return angle(run, rounded(best->direction));
  }
  return std::nullopt;
}

}  // namespace

void theorem_runs(Draw& draw, Findings& found) {
  const TheoremCase chosen = theorem_case(draw);
  const auto told = [&] { return cat(chosen.family, ": ", shown(chosen.training)); };
  const std::optional<Record> accepted = accepted_run_of(chosen.training, chosen.family, found);
  if (!accepted) return;
  const Record& record = *accepted;
  if (record.comparisons.empty() || !record.trajectory) return found.count("no comparison: " + chosen.family);
  const Vector& run = record.trajectory->predictor.values;
  for (std::size_t i = 0; i < record.predictions.size() && i < record.comparisons.size(); ++i) {
    const Prediction& prediction = record.predictions[i];
    const Comparison& comparison = record.comparisons[i];
    if (comparison.verdict == Verdict::disagrees && prediction.strength != Strength::conjecture)
      found.wrong(cat(prediction.id, " ", comparison.text, "; ", told()));
    if (i == 0 && prediction.strength == Strength::theorem) {
      if (comparison.verdict == Verdict::undecided) found.undecided(chosen.family);
      else found.count(cat(name(comparison.verdict), ": ", chosen.family));
    }
    if (comparison.verdict != Verdict::agrees) continue;
    const auto distance = true_distance(chosen.training, *prediction.limit, run);
    if (distance && *distance > 1.5 * comparison.budget.total() + kRounding)
      found.wrong(cat(prediction.id, " agrees at true distance ", *distance, ": ", comparison.text, "; ", told()));
  }
}

}  // namespace penchant::referee
