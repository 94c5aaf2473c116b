// Bounds on the optimum of a limit from any pair of points, computed on the original problem by code that includes no solver.
#pragma once

#include <optional>
#include <string>

#include "penchant/core/predictor.h"
#include "penchant/core/status.h"
#include "penchant/limits/limit.h"

namespace penchant {

enum class CertificateKind {
  bracket,           // lower <= optimum <= upper holds
  first_order_only,  // residuals of the optimality conditions, no bound
  infeasible         // the dual proves that no point satisfies the constraints
};

struct Certificate {
  CertificateKind kind = CertificateKind::first_order_only;
  // bounds on the optimum (for max_margin: on the margin γ; otherwise on the objective); NaN if none
  double lower = 0.0;
  double upper = 0.0;
  double gap = 0.0;               // upper - lower at most; less where the gap of the pair is known better than the two bounds
  double relative_gap = 0.0;      // (upper - lower) / max(|lower|, |upper|); 0 where rounding β and β_0 to doubles makes all of it
  double feasibility = 0.0;       // ‖Xβ-y‖/‖y‖; margins: 0 (any direction is feasible)
  double complementarity = 0.0;   // relative; see the formula in docs/math of each limit
  double distance_bound = 0.0;    // on ‖β-β*‖₂ (margins: on the angle), √(2 gap/μ); NaN where no strong convexity is known
  std::optional<bool> unique = true;  // of the minimiser, proven either way; empty: not known, see text
  std::string text;
};

// β and dual in the conventions of the limit. `dual` (n).
struct Solution {
  Predictor predictor;
  Vector dual;
  Vector log_slack;               // deep diagonal: log(1 - |scaled z_j|) (d), else empty
  double intercept = 0.0;         // max_margin with a free intercept; NaN: the best one for this β
  double objective = 0.0;
  Outcome outcome;
  Certificate certificate;
  int iterations = 0;
};

// Any point, any dual. Never lower > optimum, never upper < optimum beyond rounding. An empty dual:
// the best one recoverable from β.
Certificate certify(const Limit& limit, const Solution& point);

}  // namespace penchant
