// A function that can stop in the middle and go on later, on a stack of its own: so that the loop of a run (run_loop.h)
// is written once, and many of them wait for one kernel that steps them all.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <exception>
#include <functional>

namespace penchant {

class Fiber {
 public:
  explicit Fiber(std::function<void()> body);
  ~Fiber();  // a body that has not ended is never gone on with: what it holds is lost
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs the body until it waits or ends; what it throws comes out here. Always from the same thread.
  void resume();
  // From within the body: back to whoever resumed it.
  void wait();
  bool has_ended() const { return ended_; }

 private:
  static void enter(unsigned high, unsigned low);

  std::function<void()> body_;
  ucontext_t inside_{}, outside_{};
  void* stack_ = nullptr;
  bool ended_ = false;
  std::exception_ptr error_;
};

}  // namespace penchant
