// What the system asks of a running command. Handlers only raise flags; whoever computes looks at them between two pieces of work.
#pragma once

namespace penchant::app {

inline constexpr int kExitCheckpointed = 75;  // EX_TEMPFAIL of sysexits.h: run the same command again
inline constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as a shell says it

// From now on SIGINT (Ctrl-C) raises interrupted() instead of ending the program: stop, keep what is done, exit 130.
void listen_for_interrupt();
// From now on SIGTERM and SIGUSR1 raise checkpoint_requested() instead of ending the program:
// finish what is nearly done or checkpoint it,
// exit 75. For commands that can go on later; the others keep the system's meaning.
void listen_for_checkpoint();

// A write past RLIMIT_FSIZE fails with its reason instead of ending the program.
void fail_at_file_size_limits();

bool interrupted();
bool checkpoint_requested();

}  // namespace penchant::app
