// Whole trainings, through the same reader and the same verbs as the program's.
#pragma once

#include "penchant/lab/run.h"
#include "referee/problems.h"

namespace penchant::referee {

struct Training {
  Matrix x;
  Vector y;
  Value::Object tables;  // model, init, loss, dynamics, stop: as in a spec

  Value& table(std::string_view name);
};

// `run SPEC` on these data. A run that takes longer than a few seconds is cut short, and then compares nothing.
Record run_of(const Training& training);
std::string shown(const Training& training);

Value list_of(const Vector& v);

}  // namespace penchant::referee
