// Runs a flow for the loop: one step of the integrator at a time, interpolated to the times that are asked for.
#pragma once

#include "penchant/dynamics/flow_base.h"
#include "penchant/dynamics/stepper.h"

namespace penchant {

// Every `checkpoint_steps` steps the integrator forgets its history, saved there or not (docs/decisions/0003).
std::unique_ptr<Stepper> make_flow_stepper(std::unique_ptr<Flow> flow, std::int64_t checkpoint_steps = kDefaultCheckpointSteps,
                                           IntegrationMethod method = IntegrationMethod::implicit);

}  // namespace penchant
