#include "penchant/dynamics/normalised_gain.h"

#include <cmath>

#include "penchant/dynamics/step_gain.h"

namespace penchant {

namespace {

void add_compensated(double x, double& sum, double& error) {
  const double total = sum + x;
  error += std::abs(sum) >= std::abs(x) ? (sum - total) + x : (x - total) + sum;
  sum = total;
}

}  // namespace

NormalisedGain::NormalisedGain(const WeightNormalised& model, Index features)
    : model_(model), gain_(Vector::Zero(features)), gain_error_(Vector::Zero(features)) {}

std::optional<NormalisedGain> NormalisedGain::for_problem(const Problem& problem) {
  const auto* model = std::get_if<WeightNormalised>(&problem.model);
  if (!model || model->depth != 2 || !std::holds_alternative<Squared>(problem.loss)) return {};
  return NormalisedGain(*model, problem.data->dimension());
}

void NormalisedGain::add(VecIn theta, VecIn step_times_gradient) {
  const Index d = gain_.size();
  const double r = std::sqrt(model_.rate_r) * theta[0], norm = theta.tail(d).norm();
  // η dL/dw
  const Vector direction = theta.tail(d) / norm, p = (2.0 * r * direction.array() * step_times_gradient.array()).matrix();
  const double along = p.dot(direction), a = r * along / (norm * norm);
  const double turn = r / norm * (p - along * direction).norm();  // |η dL/dv|
  // log |v'/v| = ½ log(1 + |η dL/dv|²/|v|²): the two are orthogonal
  const double log_a = std::log(std::abs(1.0 - model_.rate_r * along / r)) + std::log(std::abs(1.0 + a)) -
                       0.5 * std::log1p(turn * turn / (norm * norm));
  add_compensated(-log_a, log_rho_, log_rho_error_);
  const double factor = 2.0 * r * r / (norm * norm) / (1.0 + a);
  for (Index j = 0; j < d; ++j) add_compensated(step_gain(factor * step_times_gradient[j]), gain_[j], gain_error_[j]);
}

void NormalisedGain::save(Writer& out) const {
  out.number(log_rho_);
  out.number(log_rho_error_);
  out.vector(gain_);
  out.vector(gain_error_);
}

void NormalisedGain::load(Reader& in) {
  log_rho_ = in.number();
  log_rho_error_ = in.number();
  gain_ = in.vector();
  gain_error_ = in.vector();
}

Measured NormalisedGain::measured() const {
  return {{"log_magnification",
           {"-Σ_k log|(r'/r)(‖v‖/‖v'‖)(1+a_k)|, a_k = η_k r P_k/‖v‖²", Vector::Constant(1, log_rho_ + log_rho_error_)}},
          {"sgd_gain_plus", {"Σ_k -2 x_k - log((1-x_k)²), x_k = 2η_k (r²/‖v‖²) h_k/(1+a_k)", gain_ + gain_error_}}};
}

}  // namespace penchant
