// Facts about data, computed through limits/ and plain linear algebra.
#pragma once

#include <vector>

#include "penchant/dynamics/spec.h"
#include "penchant/problem.h"
#include "penchant/theory/facts.h"

namespace penchant {

// The facts that are wanted and can be had; one that a solver did not settle stays absent.
Facts compute_facts(const Problem& problem, const std::vector<Fact>& wanted);
// Those that predict() reads for this training. Throws InvalidInput where the potential's matrix cannot be read.
Facts compute_facts(const Problem& problem, const Dynamics& dynamics);

}  // namespace penchant
