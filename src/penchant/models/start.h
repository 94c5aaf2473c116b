// A start in logs, one SignedLog per block: 1e-300 squared is still a number here.
#pragma once

#include <string>
#include <vector>

#include "penchant/core/predictor.h"
#include "penchant/models/spec.h"

namespace penchant {

struct Start {
  std::vector<SignedLog> blocks;
  std::vector<double> exponents = {};  // of the scale, where they were given: which family of starts this one belongs to

  Vector theta() const;  // concatenated values; a factor below 1e-308 becomes 0: use the logs
  bool fits_double() const;  // no non-zero entry is lost in theta()
};

// Throws InvalidInput: scale <= 0 where a factor must be positive,
// a shape or a factor file of the wrong length or with the wrong signs.
Start make_start(const InitSpec& init, const ModelSpec& model, Index features, const std::string& folder);

}  // namespace penchant
