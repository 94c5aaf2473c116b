// Snapshots and trajectories as bytes and back, every bit kept.
#pragma once

#include "penchant/core/binary.h"
#include "penchant/dynamics/trajectory.h"

namespace penchant {

void write(Writer& out, const std::vector<Snapshot>& snapshots);
void write(Writer& out, const Trajectory& trajectory);
// Throw InvalidInput for bytes that are something else.
std::vector<Snapshot> read_snapshots(Reader& in);
Trajectory read_trajectory(Reader& in);

}  // namespace penchant
