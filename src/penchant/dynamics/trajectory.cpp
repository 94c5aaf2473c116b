#include "penchant/dynamics/trajectory.h"

namespace penchant {

std::string_view name(StopReason reason) {
  switch (reason) {
    case StopReason::residual: return "residual";
    case StopReason::loss: return "loss";
    case StopReason::time: return "time";
    case StopReason::steps: return "steps";
    case StopReason::seconds: return "seconds";
    case StopReason::stationary: return "stationary";
    case StopReason::diverged: return "diverged";
    case StopReason::not_finite: return "not_finite";
    case StopReason::left_domain: return "left_domain";
    case StopReason::integrator: return "integrator";
    case StopReason::interrupted: return "interrupted";
    case StopReason::checkpointed: return "checkpointed";
  }
  return "not_finite";
}

}  // namespace penchant
