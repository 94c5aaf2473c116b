#include "penchant/dynamics/flow_base.h"

#include <limits>

namespace penchant {

namespace {

// A gradient within so many times its own rounding is nothing else.
constexpr double kVanished = 0.3;

// Of the residual, beyond which a trial step is refused.
constexpr double kOvershoot = 10.0;

// Of the log of the loss, by which a trial step may raise it.
constexpr double kRise = 10.0;

}  // namespace

Flow::Flow(const Problem& problem, FlowTolerance tolerance)
    : data_(problem.data),
      x_(require_dense(*problem.data->features, "gradient_flow")),
      loss_(problem.loss, problem.data->targets),
      tolerance_(tolerance),
      rms_entry_(std::sqrt(x_.squaredNorm() / static_cast<double>(x_.size()))) {
  const auto* diagonal = std::get_if<Diagonal>(&problem.model);
  one_sided_ = (diagonal && diagonal->form == DiagonalForm::power) || std::holds_alternative<WeightNormalised>(problem.model);
}

bool Flow::gradient_vanishes(VecIn y, VecIn f) const {
  Vector slopes(f.size());
  // at any loss
  if (clock_.variable == FlowVariable::log_time) slopes = -loss_.targets().cwiseProduct(loss_.normalised_weights(f));
  else loss_.gradient(f, 0.0, slopes);
  Vector gradient = x_.transpose() * slopes;
  if (one_sided_) {
    // what a feature that shrinks towards 0 still adds to the outputs, beside the targets
    const Vector left = (beta(y).cwiseAbs().array() * x_.colwise().norm().transpose().array()).matrix();
    const double size = loss_.targets().norm();
    for (Index j = 0; j < gradient.size(); ++j)
      if (gradient[j] > 0.0 && left[j] < size) gradient[j] *= left[j] / size;
  }
  // the slopes of regression are as wrong as the outputs, those of classification by as much of themselves
  const double rounding = loss_.classifies() ? slopes.norm() * std::numeric_limits<double>::epsilon()
                                             : std::sqrt(static_cast<double>(f.size())) * output_rounding(y) +
                                                   std::numeric_limits<double>::epsilon() * loss_.targets().norm();
  return gradient.norm() <= kVanished * rounding * x_.norm();
}

void Flow::use_log_time(const Vector& start_metric, const Vector& start_beta) {
  if (!loss_.classifies())
    throw InvalidInput(
        "dynamics.clock = \"normalised\" is for losses without a minimiser (exponential, logistic); this loss takes \"time\"");
  Vector weights(x_.rows());
  loss_.gradient(x_ * start_beta, 0.0, weights);
  const double speed = weights.cwiseAbs().dot(x_.cwiseAbs2() * start_metric);
  clock_ = {FlowVariable::log_time, -std::log(speed > 0.0 && std::isfinite(speed) ? speed : 1.0)};
}

void Flow::note_start(const Vector& outputs) {
  if (!loss_.classifies()) largest_residual_ = kOvershoot * ((outputs - loss_.targets()).norm() + loss_.targets().norm());
}

void Flow::note_step(const Vector& outputs) const {
  if (!loss_.classifies()) return;
  // once all are right, n e^-least margin bounds the loss from above and e^-margin from below
  const double least = loss_.targets().cwiseProduct(outputs).minCoeff();
  least_margin_ =
      least > 0.0 ? least - std::log(static_cast<double>(outputs.size())) - kRise : -std::numeric_limits<double>::infinity();
}

bool Flow::overshoots(const Vector& outputs) const {
  if (!outputs.allFinite()) return true;
  return loss_.classifies() ? loss_.targets().cwiseProduct(outputs).minCoeff() < least_margin_
                            : (outputs - loss_.targets()).norm() > largest_residual_;
}

double Flow::expected_move(const Vector& beta) const {
  const double mean_eigenvalue = x_.squaredNorm() / static_cast<double>(std::min(x_.rows(), x_.cols()));
  const double move = mean_eigenvalue > 0.0 ? (x_.transpose() * (loss_.targets() - x_ * beta)).norm() / mean_eigenvalue : 0.0;
  return std::max({move, beta.norm(), std::numeric_limits<double>::min()}) / std::sqrt(static_cast<double>(x_.cols()));
}

}  // namespace penchant
