#include "penchant/dynamics/flow_loss.h"

#include <cmath>
#include <limits>

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;
constexpr double kTail = 37.0;  // beyond it log(1 + e^-m) is e^-m to rounding

// Subnormal numbers, which exp would give instead of 0, make every product with them a hundred times slower.
Array exp_or_zero(const Array& x) {
  constexpr double kSmallest = -650.0;
  Array out = x.max(kSmallest - 1.0).exp();
  for (Index i = 0; i < out.size(); ++i)
    if (x[i] < kSmallest) out[i] = 0.0;
  return out;
}

}  // namespace

FlowLoss::FlowLoss(const LossSpec& spec, Vector targets)
    : loss_(make_loss(spec)),
      y_(std::move(targets)),
      classifies_(is_classification_loss(spec)),
      logistic_(std::holds_alternative<Logistic>(spec)),
      log_scale_(penchant::reduction(spec) == Reduction::mean ? -std::log(static_cast<double>(y_.size())) : 0.0) {}

// e^shift -dL/dm_i. Written so that every function in it has a vector form.
Array FlowLoss::weights(const Array& margins, double shift) const {
  if (!logistic_) return exp_or_zero(shift + log_scale_ - margins);
  return exp_or_zero(shift + log_scale_ - margins.max(0.0)) / (1.0 + exp_or_zero(-margins.abs()));
}

void FlowLoss::gradient(VecIn f, double shift, VecOut df) const {
  if (classifies_) {
    df.array() = -y_.array() * weights(y_.array() * f.array(), shift);
    return;
  }
  loss_->gradient(f, y_, df);
  if (shift != 0.0) df *= std::exp(shift);
}

void FlowLoss::curvature(VecIn f, double shift, VecOut d2f) const {
  if (classifies_) {
    const Array margins = y_.array() * f.array();
    d2f.array() = weights(margins, shift);
    if (logistic_) d2f.array() /= 1.0 + (-margins).exp();  // w (1 - w) with w = 1/(1+e^m)
    return;
  }
  loss_->curvature(f, y_, d2f);
  if (shift != 0.0) d2f *= std::exp(shift);
}

double FlowLoss::log_value(VecIn f) const {
  if (!classifies_) return loss_->log_value(f, y_);
  // losses over that of the smallest margin, which are numbers at any size
  const Array margins = y_.array() * f.array();
  const double least = margins.minCoeff();
  if (!logistic_ || least > kTail) return log_scale_ - least + std::log(exp_or_zero(least - margins).sum());
  const Array e = exp_or_zero(-margins.abs());
  const Array sum = 1.0 + e;
  const Array log1p = (sum == 1.0).select(e, sum.log() * e / (sum - 1.0));  // Kahan's: right to a few eps for every e
  return log_scale_ + std::log(((-margins).max(0.0) + log1p).sum());
}

Vector FlowLoss::normalised_weights(VecIn f) const {
  if (!classifies_) return {};
  const Vector margins = y_.cwiseProduct(f);
  // scaled by the largest first: their sum is a number at any margin
  const Vector scaled = weights(margins.array(), std::max(margins.minCoeff(), 0.0)).matrix();
  return scaled / scaled.sum();
}

double FlowLoss::residual(VecIn f) const {
  if (classifies_) return std::numeric_limits<double>::quiet_NaN();
  const double size = y_.norm();
  return (f - y_).norm() / (size > 0.0 ? size : 1.0);
}

}  // namespace penchant
