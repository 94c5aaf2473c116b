// What the methods that move theta by steps of their own share: the clock, the record of failures and what the loop reads. Each method is a
// final class with one function, take().
#pragma once

#include "penchant/dynamics/objective.h"

namespace penchant {

class ThetaStepper : public Stepper {
 public:
  // `method` begins every sentence about the run. Throws InvalidInput where the start is no double.
  ThetaStepper(const Problem& problem, std::string method);

  bool advance(double log10_time_limit, double max_steps) final;
  Progress progress() const final { return objective_.progress(point_, clock_); }
  Snapshot snapshot() const final;
  void save(Writer& out) const final;
  void load(Reader& in) final;
  double remaining() const final { return objective_.remaining(point_); }
  double step_size() const final { return clock_.last(); }
  std::string coordinates() const final { return "weights"; }
  StopReason failure() const final { return failure_ ? failure_->reason : StopReason::not_finite; }
  std::string failure_text() const final { return failure_ ? failure_->text : ""; }

 protected:
  // One step: moves point_ (all of it but where the method says otherwise) and ticks clock_. False after stop().
  virtual bool take() = 0;
  // The length of the next step, or the last one where it is known only afterwards.
  virtual StepLength next() const { return last_; }

  // What a method keeps beside the point and the clock.
  virtual void save_own(Writer&) const {}
  virtual void load_own(Reader&) {}

  bool stop(StopReason reason, std::string text);
  void tick(StepLength length);

  const std::string method_;
  Objective objective_;
  Point point_;
  StepClock clock_;

 private:
  bool take_checked();

  StepLength last_;
  double log_loss_reference_;
  std::optional<Failure> failure_;
};

}  // namespace penchant
