// A gradient flow in one set of coordinates: the equation and what can be read off a state.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "penchant/core/binary.h"
#include "penchant/core/predictor.h"
#include "penchant/dynamics/flow_clock.h"
#include "penchant/dynamics/flow_loss.h"
#include "penchant/dynamics/owed.h"
#include "penchant/dynamics/integrator.h"
#include "penchant/dynamics/spec.h"
#include "penchant/dynamics/trajectory.h"
#include "penchant/problem.h"

namespace penchant {

struct FlowTolerance {
  double relative = 1e-10;  // of the natural size of a coordinate
  double absolute = 0.0;    // in the coordinate's own units
};

class Flow : public FlowEquation {
 public:
  Flow(const Problem& problem, FlowTolerance tolerance);

  const FlowLoss& loss() const { return loss_; }
  const Matrix& features() const { return x_; }
  const FlowClock& clock() const { return clock_; }
  double relative_tolerance() const { return tolerance_.relative; }
  bool one_sided() const { return one_sided_; }
  double log_time(double x, VecIn y) const {
    return clock_.log_time(x, clock_.variable == FlowVariable::speed ? y[y.size() - 1] : 0.0);
  }

  virtual Vector beta(VecIn y) const = 0;          // (d)
  virtual Predictor predictor(VecIn y) const = 0;
  virtual Vector metric(VecIn y) const = 0;        // (d) M with dbeta/dt = -M ⊙ g, up to a common factor
  virtual double alignment(VecIn y) const = 0;     // Snapshot::alignment
  virtual double output_rounding(VecIn y) const = 0;  // root mean square rounding of X beta: of the terms and logs beta is made of
  virtual std::string coordinates() const = 0;
  virtual Vector term_sizes(VecIn y) const = 0;    // (d) of the terms that beta_j is a sum of; infinite where M is constant
  // Displacement of beta still owed (owed.h) with the residual given.
  virtual double owed(VecIn y, VecIn residual) const { return owed_displacement(x_, metric(y), term_sizes(y), residual); }
  virtual bool decays() const { return false; }  // with weight decay: the loss alone is not what falls
  virtual double rest(VecIn) const { return std::numeric_limits<double>::quiet_NaN(); }  // Snapshot::rest
  virtual Measured measured(VecIn) const { return {}; }
  // What a run carries beside its state.
  virtual void save(Writer&) const {}
  virtual void load(Reader&) {}
  virtual double conserved_drift(VecIn) const { return std::numeric_limits<double>::quiet_NaN(); }  // Snapshot::conserved_drift

  Vector outputs(VecIn y) const { return x_ * beta(y); }
  // Whether X^T dL/df is 0 to rounding at y, whose outputs are f; features that a positive model holds at 0 apart.
  bool gradient_vanishes(VecIn y, VecIn f) const;

 protected:
  // To be called once with X beta_0.
  void note_start(const Vector& outputs);
  // To be called with X beta at the end of each step.
  void note_step(const Vector& outputs) const;
  // t_0 of the log clock: the time in which weights change by a factor e at the start, whose metric is given.
  void use_log_time(const Vector& start_metric, const Vector& start_beta);

  // A flow only lowers its loss: outputs this far beyond the start's (regression) or the last step's (classification)
  // belong to a trial step that is too long, and its Newton matrix would hold nothing but the overshoot.
  bool overshoots(const Vector& outputs) const;
  // Root mean square entry of the move that fits the targets from beta (regression): |X^T r| / (mean eigenvalue of X^T X),
  // or |beta|.
  double expected_move(const Vector& beta) const;

  DatasetPtr data_;
  const Matrix& x_;
  FlowLoss loss_;
  FlowTolerance tolerance_;
  FlowClock clock_;
  bool one_sided_;     // beta >= 0: form "power", weight normalisation
  double largest_residual_ = std::numeric_limits<double>::infinity();
  mutable double least_margin_ = -std::numeric_limits<double>::infinity();  // classification: no step goes below
  double rms_entry_;   // of X
};

}  // namespace penchant
