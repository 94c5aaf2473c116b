// All verbs on one experiment.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "penchant/dynamics/simulate.h"
#include "penchant/lab/checkpoint.h"
#include "penchant/lab/compare.h"
#include "penchant/lab/experiment.h"
#include "penchant/lab/facts.h"
#include "penchant/limits/solve.h"

namespace penchant {

struct SolvedPrediction {
  std::string prediction;  // id, or "limit" for a [limit] spec
  Limit limit;
  Solution solution;
  double seconds = 0.0;
};

struct Record {
  Experiment experiment;
  DatasetPtr data;
  Facts facts;
  std::optional<Refusal> refusal;
  std::vector<Prediction> predictions;
  std::vector<SolvedPrediction> solutions;
  std::optional<Trajectory> trajectory;
  double integration_error = 0.0;
  double trajectory_seconds = 0.0;
  std::vector<Comparison> comparisons;
  double seconds = 0.0;
  std::string checkpointed;  // not empty: cut off after a checkpoint was written, and where; the rest is not complete
};

struct Verbs {
  bool simulate = true, predict = true, solve = true;
  std::function<bool(const Snapshot&)> observer;  // of the run; false interrupts it, and what is done is kept
  // In place of load_dataset, compute_facts and simulate: of a caller who has them at hand (shared_data.h, batch.h).
  std::function<DatasetPtr(const DataSpec&, const std::string& folder)> load = {};
  std::function<Facts(const Problem&, const Dynamics&)> facts = {};
  std::function<Trajectory(const Problem&, const SimulateOptions&)> train = {};
  std::function<bool()> interrupted = {};         // true: the same, asked between two pieces of any training's work
  // Trainings (but for those of `train`) go through this file; it is left in place: remove it once the record is written.
  std::optional<CheckpointOptions> checkpoint = {};
};

Record run(const Experiment& experiment, const Verbs& verbs = {});

// record.json, schema penchant/record/1 (src/penchant/lab/record.schema.json). Arrays past 10,000 entries are written as .npy into
// `folder` and named; with an empty folder they stay inline.
Value record_value(const Record& record, const std::string& folder);
// Exit code of the command line for this record: 0 done, 3 something did not converge or there was nothing to solve.
int exit_code(const Record& record);

}  // namespace penchant
