// What a grid holds that no trial can use, found before anything runs.
#pragma once

#include "penchant/lab/grid.h"

namespace penchant {

// Throws InvalidInput, with the axis, for a value with which every trial would be refused before its first step (check_can_run),
// and for a grid of which every trial would be. The others of a value's trials are looked at only where the first is refused, a
// thousand at most. Seeds are not looked at: what a value of theirs changes is chance.
void check_usable(const Grid& grid);

}  // namespace penchant
