// A spec file as a whole.
#pragma once

#include <optional>
#include <string>

#include "penchant/data/spec.h"
#include "penchant/dynamics/spec.h"
#include "penchant/limits/limit.h"
#include "penchant/problem.h"

namespace penchant {

struct Experiment {
  std::string name;
  std::string folder;                 // relative paths in the spec start here
  DataSpec data;
  ModelSpec model;
  InitSpec init;
  LossSpec loss;
  Dynamics dynamics;
  StopSpec stop;
  std::optional<LimitSpec> limit;     // in place of model, init, loss and dynamics
  std::uint64_t seed = 0;             // the base seed
  Value spec;                         // resolved: every default filled in
  std::string hash;                   // of the resolved spec
};

// `settings`: key=value pairs laid over the file, keys dotted ("init.scale=1e-3"). `seed` is the base seed:
// data and dynamics derive theirs from it by name unless they are set.
Experiment read_experiment(const std::string& path, const std::vector<std::string>& settings = {}, std::uint64_t seed = 0);
Experiment experiment_from(Value spec, const std::string& file, const std::string& folder, std::uint64_t seed = 0);

}  // namespace penchant
