// What theory says of one training, each hypothesis with its number.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "penchant/dynamics/spec.h"
#include "penchant/dynamics/trajectory.h"
#include "penchant/limits/limit.h"
#include "penchant/problem.h"
#include "penchant/theory/facts.h"

namespace penchant {

// Strongest first. A theorem with a hypothesis that was not checked is conditional: it says where the run ends if that one holds.
enum class Strength { theorem, conditional, theorem_limit, conjecture };
std::string_view name(Strength strength);  // "theorem", "conditional", "theorem-limit", "conjecture"

// What settles a hypothesis that the data leave open: a run that arrives, a certified limit, or nothing.
enum class ShownBy { nothing, run, limit };

struct Hypothesis {
  std::string name;
  std::optional<bool> holds;         // absent: not checked
  double measured = 0.0;             // NaN where there is no number
  double threshold = 0.0;            // NaN likewise
  std::string text;
  ShownBy shown_by = ShownBy::nothing;
};

// An expected rate: quantity ~ variable^exponent. In "log_time" or "time" one run shows it; in a key of the spec ("init.scale")
// a sweep of that key does, towards the end that the theorem-limit names. "log_time_over_log_log_time" is log t / log log t.
struct ExpectedRate {
  std::string quantity;              // "angle", "margin_gap", "loss", "distance"
  std::string variable;              // "log_time", "time", or a dotted key
  double exponent = 0.0;
  bool upper_bound_only = false;
  std::optional<double> constant = {};  // quantity / variable^exponent tends to it
};

struct Prediction {
  std::string id;                    // "C.flow", as in the atlas
  std::string title;
  Strength strength = Strength::theorem;
  std::string source;                // BibTeX keys of theory/sources.bib, separated by spaces
  std::vector<Hypothesis> hypotheses;
  std::vector<std::string> needs;    // arrays measured on a run that the limit depends on; the limit is absent until they are given
  std::optional<Limit> limit;
  bool direction_only = false;       // compare directions (margins), not points
  double theory_error = 0.0;         // what a theorem-limit leaves here, relative; 0 if exact, NaN if unknown
  std::vector<ExpectedRate> rates;
  std::vector<std::string> notes;    // thresholds in logs, bounds, remarks
};

struct Refusal {
  std::string reason;
  std::string nearest;               // nearest known result, with its source
  std::string source;
};

// Predictions strongest first, or a refusal.
using PredictResult = std::variant<std::vector<Prediction>, Refusal>;

// Theorems and conditional ones told apart by their hypotheses as they now stand; then strongest first, else as they were.
std::vector<Prediction> ranked(std::vector<Prediction> predictions);

// Reads descriptions and facts only; `measured` are arrays of a run, for results that need them (never its final weights).
PredictResult predict(const Problem& problem, const Dynamics& dynamics, const Facts& facts, const Measured& measured = {});
// The facts that predict() would read for this training.
std::vector<Fact> facts_needed(const Problem& problem, const Dynamics& dynamics);

// One row of the atlas: a cell of model × loss × dynamics.
struct AtlasRow {
  std::string id, model, loss, dynamics, limit, strength, source, text;
};
std::vector<AtlasRow> atlas();
// BibTeX of the given keys (space separated), in order, each once.
std::string bibliography(const std::vector<std::string>& keys);

}  // namespace penchant
