#include "penchant/dynamics/flow_loss.h"

#include <cmath>
#include <limits>

namespace penchant {

FlowLoss::FlowLoss(const LossSpec& spec, Vector targets)
    : loss_(make_loss(spec)),
      y_(std::move(targets)),
      classifies_(is_classification_loss(spec)),
      logistic_(std::holds_alternative<Logistic>(spec)),
      log_scale_(penchant::reduction(spec) == Reduction::mean ? -std::log(static_cast<double>(y_.size())) : 0.0) {}

Eigen::ArrayXd FlowLoss::log_weights(VecIn margins) const {
  const auto m = margins.array();
  if (!logistic_) return log_scale_ - m;
  return log_scale_ - m.max(0.0) - (-m.abs()).exp().log1p();
}

void FlowLoss::gradient(VecIn f, double shift, VecOut df) const {
  if (!classifies_) {
    loss_->gradient(f, y_, df);
    if (shift != 0.0) df *= std::exp(shift);
    return;
  }
  const Vector margins = y_.cwiseProduct(f);
  df.array() = -y_.array() * (log_weights(margins) + shift).exp();
}

void FlowLoss::curvature(VecIn f, double shift, VecOut d2f) const {
  if (!classifies_) {
    loss_->curvature(f, y_, d2f);
    if (shift != 0.0) d2f *= std::exp(shift);
    return;
  }
  const Vector margins = y_.cwiseProduct(f);
  d2f.array() = (log_weights(margins) + shift).exp();
  if (logistic_) d2f.array() /= 1.0 + (-margins.array()).exp();  // w (1 - w) with w = 1/(1+e^m)
}

Vector FlowLoss::normalised_weights(VecIn f) const {
  if (!classifies_) return {};
  const Vector margins = y_.cwiseProduct(f);
  // by the largest first: the log of the sum is itself rounded, at margins of 1e9 to 1e-7
  const Eigen::ArrayXd logs = log_weights(margins);
  const Vector weights = (logs - logs.maxCoeff()).exp().matrix();
  return weights / weights.sum();
}

double FlowLoss::residual(VecIn f) const {
  if (classifies_) return std::numeric_limits<double>::quiet_NaN();
  const double size = y_.norm();
  return (f - y_).norm() / (size > 0.0 ? size : 1.0);
}

}  // namespace penchant
