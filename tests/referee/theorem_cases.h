// Trainings that some theorem speaks of.
#pragma once

#include "referee/training.h"

namespace penchant::referee {

struct TheoremCase {
  std::string family;
  Training training;
};
TheoremCase theorem_case(Draw& draw);

}  // namespace penchant::referee
