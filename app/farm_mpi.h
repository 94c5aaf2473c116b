// Open MPI, where the build has it: what `mpirun penchant sweep` needs. Nothing of it runs in a program that mpirun did not start.
#pragma once

#include <memory>

#include "penchant/lab/farm.h"

namespace penchant::app {

// The processes that mpirun started with this one; nullptr if there are none. Throws InvalidInput if this build has no MPI,
// or another one than mpirun. Ends MPI when it is destroyed, which waits for the other processes.
std::unique_ptr<Messenger> messenger_of_mpirun();

}  // namespace penchant::app
