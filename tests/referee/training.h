// Whole trainings, through the same reader and the same verbs as the program's.
#pragma once

#include "penchant/lab/run.h"
#include "referee/problems.h"
#include "referee/trial.h"

namespace penchant::referee {

struct Training {
  Matrix x;
  Vector y;
  Value::Object tables;  // model, init, loss, dynamics, stop: as in a spec

  Value& table(std::string_view name);
};

// `run SPEC` on these data. A run that takes longer than a few seconds is cut short, and then compares nothing.
Record run_of(const Training& training);
// The same; absent, and counted for its family, where the program refuses the training as input.
std::optional<Record> accepted_run_of(const Training& training, const std::string& family, Findings& found);
// How far a run's end is from the least-squares solution nearest to `origin` (0 where empty), relative to that.
double distance_to_nearest_fit(const Training& training, const Vector& origin, const Vector& end);
std::string shown(const Training& training);

Value list_of(const Vector& v);

}  // namespace penchant::referee
