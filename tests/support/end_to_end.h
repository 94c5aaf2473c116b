// All verbs on one training in memory: facts, prediction, run, limits, comparisons.
#pragma once

#include <string>
#include <vector>

#include "penchant/lab/compare.h"
#include "penchant/lab/facts.h"
#include "penchant/limits/solve.h"
#include "support/problems.h"

namespace penchant::testing {

struct EndToEnd {
  Problem problem;
  Facts facts;
  std::optional<Refusal> refusal;
  std::vector<Prediction> predictions;
  std::vector<Solution> solutions;     // one a prediction; empty objects where there is no limit
  Trajectory run;
  std::vector<Comparison> comparisons;

  const Prediction& prediction(const std::string& id) const;
  const Solution& solution(const std::string& id) const;
  const Comparison& comparison(const std::string& id) const;
};

// The comparison's integration error is the most that the flow's end moves by at 10 and 100 times the tolerance;
// 0 for discrete methods.
EndToEnd end_to_end(const Problem& problem, const Dynamics& dynamics, const StopSpec& stop = {});

// The run's end against another limit than the predicted one, with the run's own budget: what a negative control looks at.
Comparison against(const EndToEnd& training, const std::string& id, const Limit& limit);

// "agrees", or what the comparison said instead.
std::string verdict(const Comparison& comparison);
// D over the budget e.
double excess(const Comparison& comparison);
// What it must come to where a hypothesis is broken.
inline constexpr double kControl = 10.0;

}  // namespace penchant::testing
