#include "penchant/dynamics/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <new>
#include <utility>

#include "penchant/core/error.h"

namespace penchant {

namespace {

constexpr std::size_t kStack = 1 << 20;  // Eigen puts up to 128 KiB of a product on it; pages are given when they are touched

std::size_t page() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

Fiber::Fiber(std::function<void()> body) : body_(std::move(body)) {
  stack_ = mmap(nullptr, kStack + page(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack_ == MAP_FAILED) throw std::bad_alloc();
  mprotect(stack_, page(), PROT_NONE);  // past the end of the stack: a fault, not somebody else's memory
  getcontext(&inside_);
  inside_.uc_stack.ss_sp = static_cast<char*>(stack_) + page();
  inside_.uc_stack.ss_size = kStack;
  inside_.uc_link = nullptr;
  const auto self = reinterpret_cast<std::uintptr_t>(this);  // makecontext passes ints only
  makecontext(&inside_, reinterpret_cast<void (*)()>(&Fiber::enter), 2, static_cast<unsigned>(self >> 32),
              static_cast<unsigned>(self));
}

Fiber::~Fiber() { munmap(stack_, kStack + page()); }

void Fiber::enter(unsigned high, unsigned low) {
  auto* self = reinterpret_cast<Fiber*>((static_cast<std::uintptr_t>(high) << 32) | low);
  try {
    self->body_();
  } catch (...) {
    self->error_ = std::current_exception();
  }
  self->ended_ = true;
  setcontext(&self->outside_);
}

void Fiber::resume() {
  PENCHANT_CHECK(!ended_);
  swapcontext(&outside_, &inside_);
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Fiber::wait() { swapcontext(&inside_, &outside_); }

}  // namespace penchant
