// Initial value problems y' = f(x, y), implicit or explicit: a thin face over SUNDIALS (CVODE's variable-order BDF;
// ARKODE's explicit Runge-Kutta pair of order 8(7), Fehlberg 1968). Linear invariants of f are kept by both to rounding.
#pragma once

#include <memory>
#include <string>

#include "penchant/core/types.h"

namespace penchant {

// What is integrated. The problem solves its own Newton systems, because their structure (diagonal + low rank) is its knowledge.
class FlowEquation {
 public:
  virtual ~FlowEquation() = default;
  virtual const Vector& start() const = 0;                             // y(0)
  // dy = f(x, y). False: y is outside the domain of f; the integrator then tries a shorter step.
  virtual bool velocity(double x, VecIn y, VecOut dy) = 0;
  // Factorises I - gamma df/dy at (x, y). False: too close to singular for this step.
  virtual bool prepare(double x, VecIn y, double gamma) = 0;
  virtual void solve(VecOut b) = 0;                                    // b <- (I - gamma df/dy)^{-1} b, with the last prepare()
  // The error of y_i that a step may make; a step is accepted when the root mean square of error_i / tolerance_i is at most 1.
  // `length` is that of the step behind (0 at the start): what rounding in f amounts to over it should be tolerated.
  virtual void tolerance(VecIn y, double length, VecOut out) const = 0;
  // An invariant that is not linear in y, to which each implicit step is taken back before it counts: y + out is on it.
  // False: no point of it is near, and a shorter step is tried.
  virtual bool has_invariant() const { return false; }
  virtual bool take_back(VecIn /*y*/, VecOut /*out*/) { return false; }
  virtual void accept() {}                                             // the step taken back last counts
  virtual void forget() {}                                             // renew(): the state is all that is left of the way to it
};

enum class IntegrationMethod { implicit, explicit_order_8 };

class Integrator {
 public:
  Integrator(FlowEquation& equation, IntegrationMethod method);
  ~Integrator();
  Integrator(const Integrator&) = delete;
  Integrator& operator=(const Integrator&) = delete;

  // One step of the method's own choice; `horizon` (> position()) only bounds the very first step. False: failure() says why, and
  // the state is what it was.
  bool step(double horizon);
  // Moves the origin of x to the state reached, for an equation that does not depend on x: steps far shorter than x need it.
  // The method starts again from its lowest order.
  void restart();
  // Forgets how the state was reached: what follows depends on position() and state() alone, to the last bit.
  // The method starts again from its lowest order; steps() and position() go on.
  void renew();
  // Puts an integrator where another one was before its renew(), which has to come next.
  void resume(double previous, double position, VecIn state, std::int64_t steps);
  double position() const;                          // x reached
  double previous() const;                          // x before the last step
  const Vector& state() const;                      // y at position()
  void interpolate(double x, VecOut y) const;       // previous() <= x <= position(), of the order of the method
  std::int64_t steps() const;
  std::int64_t evaluations() const;                 // of f
  std::int64_t factorisations() const;
  const std::string& failure() const;

 private:
  struct Library;
  FlowEquation& equation_;
  IntegrationMethod method_;
  std::unique_ptr<Library> library_;
  std::int64_t earlier_evaluations_ = 0;     // before the last renew(), as the next
  std::int64_t earlier_factorisations_ = 0;
};

}  // namespace penchant
