// Facts about data, computed through limits/ and plain linear algebra.
#pragma once

#include <vector>

#include "penchant/problem.h"
#include "penchant/theory/facts.h"

namespace penchant {

Facts compute_facts(const Problem& problem, const std::vector<Fact>& wanted);

}  // namespace penchant
