#include "signals.h"

#include <atomic>
#include <csignal>

namespace penchant::app {

namespace {

// Read by threads, written by a handler: atomics without locks are the one thing that both may touch.
std::atomic<bool> interrupt_raised{false}, checkpoint_raised{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_interrupt(int) { interrupt_raised = true; }
void on_checkpoint(int) { checkpoint_raised = true; }

// A call that waits goes on after the handler: nobody expects a write to end in EINTR.
void listen(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void listen_for_interrupt() { listen(SIGINT, on_interrupt); }

void listen_for_checkpoint() {
  listen(SIGTERM, on_checkpoint);
  listen(SIGUSR1, on_checkpoint);
}

void fail_at_file_size_limits() { std::signal(SIGXFSZ, SIG_IGN); }

bool interrupted() { return interrupt_raised; }
bool checkpoint_requested() { return checkpoint_raised; }

}  // namespace penchant::app
