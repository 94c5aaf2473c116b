// Kernels on every instruction set of this processor.
#pragma once

#include <gtest/gtest.h>
#include <hwy/highway.h>

namespace penchant::testing {

// Runs the body once for every instruction set that is compiled in and that this processor has.
template <class Body>
void on_every_target(Body body) {
  for (std::int64_t targets = hwy::SupportedTargets(); targets != 0; targets &= targets - 1) {
    const std::int64_t target = targets & -targets;
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace penchant::testing
