// A loss as flows need it: scaled by e^shift, so that weights which underflow still move a run whose clock runs e^-shift times
// faster.
#pragma once

#include <memory>

#include "penchant/losses/loss.h"

namespace penchant {

class FlowLoss {
 public:
  FlowLoss(const LossSpec& spec, Vector targets);

  bool classifies() const { return classifies_; }
  const Vector& targets() const { return y_; }
  // df_i = e^shift dL/df_i; f, df (n).
  void gradient(VecIn f, double shift, VecOut df) const;
  // d2f_i = e^shift d2L/df_i^2.
  void curvature(VecIn f, double shift, VecOut d2f) const;
  double log_value(VecIn f) const;           // natural log of L
  Vector normalised_weights(VecIn f) const;  // -dL/dm_i over their sum; empty for regression
  double residual(VecIn f) const;            // ‖f-y‖ / ‖y‖ (‖f‖ where y = 0); NaN for classification

 private:
  Eigen::ArrayXd weights(const Eigen::ArrayXd& margins, double shift) const;

  std::unique_ptr<Loss> loss_;
  Vector y_;
  bool classifies_;
  bool logistic_;
  double log_scale_;  // log 1/n under "mean"
};

}  // namespace penchant
