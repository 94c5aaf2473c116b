#include "referee/trial.h"

namespace penchant::referee {

const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies = {
      {"least_l1", 2.0, least_l1},
      {"bregman_projection", 2.0, bregman_projection},
      {"largest_margin", 1.0, largest_margin},
      {"least_distance", 0.5, least_distance},
      {"penalised", 0.5, penalised},
      {"certificates", 2.0, certificates},
      {"deep_networks", 3.0, deep_networks},
      {"theorem_runs", 4.0, theorem_runs},
      {"negative_controls", 2.0, negative_controls},
  };
  return kFamilies;
}

}  // namespace penchant::referee
