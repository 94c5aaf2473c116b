#include "penchant/dynamics/theta_stepper.h"

#include "penchant/dynamics/conserved.h"
#include "penchant/dynamics/dual_iterate.h"

namespace penchant {

ThetaStepper::ThetaStepper(const Problem& problem, std::string method)
    : WeightStepper(problem, std::move(method)), point_(objective_.start()) {
  log_loss_reference_ = objective_.log_loss_reference(point_);
}

bool ThetaStepper::advance(double log10_time_limit, double max_steps) {
  if (has_failed()) return false;
  return advance_steps(clock_, log10_time_limit, max_steps, [&] { return next(); }, [&] { return take_checked(); });
}

bool ThetaStepper::take_checked() {
  return take() && !breaks_down(point_.log_loss);
}

Snapshot ThetaStepper::snapshot() const {
  Snapshot out = objective_.snapshot(point_.outputs, point_.log_loss, clock_);
  out.predictor = objective_.model().predictor(point_.theta);
  if (const auto dual = dual_displacement(objective_.problem(), point_.theta)) out.alignment = objective_.alignment(*dual);
  out.conserved_drift = conserved_drift(objective_.problem(), point_.theta);
  return out;
}

void ThetaStepper::save(Writer& out) const {
  out.section(method_);
  point_.save(out);
  clock_.save(out);
  last_.save(out);
  save_own(out);
}

void ThetaStepper::load(Reader& in) {
  in.section(method_);
  point_.load(in);
  clock_.load(in);
  last_.load(in);
  load_own(in);
}

void ThetaStepper::tick(StepLength length) {
  clock_.tick(length);
  last_ = length;
}

}  // namespace penchant
