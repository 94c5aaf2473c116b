// What the methods that move theta by steps of their own share: the clock, the record of failures and what the loop reads.
// Each method is a final class with one function, take().
#pragma once

#include "penchant/dynamics/weight_stepper.h"

namespace penchant {

class ThetaStepper : public WeightStepper {
 public:
  ThetaStepper(const Problem& problem, std::string method);

  bool advance(double log10_time_limit, double max_steps) final;
  Progress progress() const final { return objective_.progress(point_, clock_); }
  Snapshot snapshot() const final;
  void save(Writer& out) const final;
  void load(Reader& in) final;
  double remaining() const final { return objective_.remaining(point_); }

 protected:
  // One step: moves point_ (all of it but where the method says otherwise) and ticks clock_. False after stop().
  virtual bool take() = 0;
  // The length of the next step, or the last one where it is known only afterwards.
  virtual StepLength next() const { return last_; }

  // What a method keeps beside the point and the clock.
  virtual void save_own(Writer&) const {}
  virtual void load_own(Reader&) {}

  void tick(StepLength length);

  Point point_;

 private:
  bool take_checked();

  StepLength last_;
};

}  // namespace penchant
