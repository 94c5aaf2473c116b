// One training algorithm in one set of coordinates. The loop (simulate.cpp) owns stopping and saving; a stepper only moves.
#pragma once

#include <memory>

#include "penchant/core/binary.h"
#include "penchant/dynamics/spec.h"
#include "penchant/dynamics/trajectory.h"
#include "penchant/problem.h"

namespace penchant {

// What the loop reads after each step.
struct Progress {
  double log10_time = 0.0;   // -inf at the start
  double steps = 0.0;
  double log_loss = 0.0;     // natural log
  double residual = 0.0;     // NaN for classification
};

class Stepper {
 public:
  virtual ~Stepper() = default;
  // Advances by at least one step and not past `log10_time_limit` nor `max_steps` more steps.
  // A method with steps of its own stops at the last one that fits; a flow interpolates to the limit exactly. False:
  // it cannot go on; failure() says why.
  virtual bool advance(double log10_time_limit, double max_steps) = 0;
  virtual Progress progress() const = 0;
  virtual Snapshot snapshot() const = 0;          // predictor, weights, alignment: computed on request
  virtual double remaining() const = 0;           // see Trajectory::remaining
  // A stepper made for the same problem and loaded with what save() wrote goes on as this one does, to the last bit.
  // Random numbers need nothing: they are a function of the step.
  // A flow can only be saved where it forgets its history before the next step.
  // can_save: before advance(log10_time_limit, …).
  virtual bool can_save(double /*log10_time_limit*/) const { return true; }
  virtual void save(Writer& out) const = 0;
  virtual void load(Reader& in) = 0;              // throws InvalidInput for bytes of another kind of run
  virtual bool has_closed_form() const { return false; }  // any number of steps is one piece of work
  virtual Measured measured() const { return {}; }
  virtual double step_size() const = 0;           // NaN for flows
  virtual std::string coordinates() const = 0;
  virtual StopReason failure() const { return StopReason::not_finite; }
  virtual std::string failure_text() const { return {}; }
};

std::unique_ptr<Stepper> make_stepper(const Problem& problem, const Dynamics& dynamics);

}  // namespace penchant
