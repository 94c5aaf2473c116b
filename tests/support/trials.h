// Trials with known contents, for everything that keeps, folds or reads them.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "penchant/core/hash.h"
#include "penchant/core/text.h"
#include "penchant/lab/trial.h"

namespace penchant::testing {

inline TrialResult trial(std::uint64_t index, TrialOutcome outcome = TrialOutcome::done, int attempt = 1) {
  TrialResult result;
  result.key = content_hash(cat("trial ", index));
  result.index = index;
  result.assignments =
      Value::object({{"init.scale", std::pow(10.0, -0.25 * static_cast<double>(index % 25))}, {"data.seed", index / 25}});
  result.outcome = outcome;
  result.text = outcome == TrialOutcome::done ? "agrees: \"D\" <= 0.01 \xE2\x80\x96w\xE2\x80\x96\n" : "loss became inf at t = 3.2";
  result.values = Value::object({{"verdict", "agrees"},
                                 {"independent", index % 2 == 0},
                                 {"distance", 1.0 / (1.0 + static_cast<double>(index))},
                                 {"steps", index},
                                 {"angle", Value()}});
  result.seconds = 0.25;
  result.host = "here";
  result.attempt = attempt;
  return result;
}

inline std::vector<TrialResult> trials(std::uint64_t begin, std::uint64_t end) {
  std::vector<TrialResult> out;
  for (std::uint64_t i = begin; i < end; ++i) out.push_back(trial(i));
  return out;
}

inline bool same_trial(const TrialResult& a, const TrialResult& b) {
  return a.key == b.key && a.index == b.index && same(a.assignments, b.assignments) && a.outcome == b.outcome && a.text == b.text &&
         same(a.values, b.values) && a.seconds == b.seconds && a.host == b.host && a.attempt == b.attempt;
}

}  // namespace penchant::testing
