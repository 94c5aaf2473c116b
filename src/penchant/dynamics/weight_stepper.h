// What the methods with steps of their own in the weights have in common: the objective, the clock, and how they fail.
#pragma once

#include "penchant/core/text.h"
#include "penchant/dynamics/objective.h"

namespace penchant {

class WeightStepper : public Stepper {
 public:
  double step_size() const final { return clock_.last(); }
  std::string coordinates() const final { return "weights"; }
  StopReason failure() const final { return failure_ ? failure_->reason : StopReason::not_finite; }
  std::string failure_text() const final { return failure_ ? failure_->text : ""; }

 protected:
  // `method` begins every sentence about the run. Throws InvalidInput where the start is no double.
  WeightStepper(const Problem& problem, std::string method) : method_(std::move(method)), objective_(problem) {}

  bool has_failed() const { return failure_.has_value(); }

  // Always false, as a step that could not be made.
  bool stop(StopReason reason, std::string_view text) {
    failure_ = Failure{reason, cat(method_, ": ", text)};
    return false;
  }

  bool breaks_down(double log_loss) {
    failure_ = breakdown(log_loss, log_loss_reference_, clock_, method_);
    return has_failed();
  }

  const std::string method_;
  Objective objective_;
  StepClock clock_;
  double log_loss_reference_ = 0.0;  // Objective::log_loss_reference of the start

 private:
  std::optional<Failure> failure_;
};

}  // namespace penchant
