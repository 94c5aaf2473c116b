// What is trained: data, model, loss and start. How it is trained is a Dynamics (dynamics/spec.h).
#pragma once

#include "penchant/data/dataset.h"
#include "penchant/losses/spec.h"
#include "penchant/models/spec.h"
#include "penchant/models/start.h"

namespace penchant {

struct Problem {
  DatasetPtr data;
  ModelSpec model;
  LossSpec loss;
  Start start;
};

// Throws InvalidInput for parts that do not belong together: a classification loss on real targets, a start of the wrong shape.
Problem make_problem(DatasetPtr data, ModelSpec model, LossSpec loss, Start start);
// The same with the start described, as a spec has it.
Problem make_problem(DatasetPtr data, ModelSpec model, LossSpec loss, const InitSpec& init, const std::string& folder = ".");

}  // namespace penchant
