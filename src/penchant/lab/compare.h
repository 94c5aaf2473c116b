// Does the training agree with the limit that theory names? Distance against an error budget, never distance alone.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "penchant/dynamics/trajectory.h"
#include "penchant/limits/certificate.h"
#include "penchant/theory/prediction.h"

namespace penchant {

enum class Verdict { agrees, disagrees, undecided };
std::string_view name(Verdict verdict);

// All relative to ‖β*‖₂ (angles in radians). NaN: the term is unknown.
struct ErrorBudget {
  double run = 0.0;      // the run's distance from its own end, integration error included
  double limit = 0.0;    // from the certificate: √(2 gap/μ) or the bracket
  double theory = 0.0;   // what a theorem-limit leaves at these parameters; 0 if exact
  double total() const { return run + limit + theory; }
};

// log|quantity| against the log of the variable, least squares over a window fixed beforehand (lab/rate_law.h).
struct RateFit {
  std::string quantity, variable;
  double exponent = 0.0;
  double low = 0.0, high = 0.0;       // 95 % interval
  double window_from = 0.0, window_to = 0.0;  // log10 of the variable
  double expected = 0.0;
  bool upper_bound_only = false;      // expected: the quantity falls at least as fast
  // Where theory names quantity / variable^exponent: measured, with its interval; NaN otherwise.
  double constant = kNone, constant_low = kNone, constant_high = kNone, expected_constant = kNone;
  // agrees: slope and constant lie within kRateTolerance of theory, and the half-width of the slope's interval is no larger.
  // Else undecided: a law of the limit t -> inf is not refuted in a window.
  Verdict verdict = Verdict::undecided;
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
};
inline constexpr double kRateTolerance = 0.05;

struct CurvePoint {
  double log10_time = 0.0;
  double distance = 0.0;   // relative, or the angle
  double margin_gap = 0.0; // 1 - margin/upper; NaN for regression
};

struct Comparison {
  std::string prediction;             // id
  double distance = 0.0;              // D: relative ‖β-β*‖₂, or the angle
  double angle = 0.0;
  double excess_objective = 0.0;      // objective of the run's end minus the optimum, relative; NaN where it is not feasible
  ErrorBudget budget;
  bool independent = true;            // false: the run's coordinates assume part of the theorem
  bool trivial = false;               // nothing else could have come out: no evidence, whatever the verdict
  std::string trivial_text;           // why
  std::vector<CurvePoint> curve;
  std::vector<RateFit> rates;
  Verdict verdict = Verdict::undecided;
  std::string text;                   // the sentence
};

// `integration_error`: relative to the run's end, between it and one at looser tolerance (0 for exact iterations). See
// docs/tour.md, "The verdict".
Comparison compare(const Problem& problem, const Trajectory& trajectory, const Prediction& prediction, const Solution& solution,
                   double integration_error);

}  // namespace penchant
