#include "penchant/dynamics/step_gain.h"

#include <cmath>

namespace penchant {

namespace {

// log1p(x) - x. Near 0 the two cancel, so: with r = x/(2+x), log1p(x) = 2 atanh(r) and x = 2r/(1-r).
double log1p_minus(double x) {
  constexpr double kSeries = 0.5;
  if (!(std::abs(x) < kSeries)) return std::log1p(x) - x;
  const double r = x / (2.0 + x), r2 = r * r;
  double sum = 0.0;  // Σ r^{2k} / (2k+3); r^2 <= 1/9, 18 terms leave 1e-17
  for (int k = 17; k >= 0; --k) sum = sum * r2 + 1.0 / (2.0 * k + 3.0);
  return -r * x + 2.0 * r * r2 * sum;
}

void add_compensated(double x, double& sum, double& error) {
  const double total = sum + x;
  error += std::abs(sum) >= std::abs(x) ? (sum - total) + x : (x - total) + sum;
  sum = total;
}

}  // namespace

double step_gain(double x) {
  if (x < 1.0) return -2.0 * log1p_minus(-x);
  return -2.0 * x - 2.0 * std::log(x - 1.0);  // past the sign change (1-x)^2 grows again
}

StepGain::StepGain(Index dimension, double factor, bool both)
    : both_(both),
      factor_(factor),
      plus_(Vector::Zero(dimension)),
      plus_error_(Vector::Zero(dimension)),
      minus_(Vector::Zero(dimension)),
      minus_error_(Vector::Zero(dimension)) {}

std::optional<StepGain> StepGain::for_problem(const Problem& problem) {
  const auto* model = std::get_if<Diagonal>(&problem.model);
  if (!model || model->depth != 2 || !std::holds_alternative<Squared>(problem.loss)) return {};
  const Index d = problem.data->dimension();
  if (model->form == DiagonalForm::product) return StepGain(d, 1.0, true);
  if (model->factors != Factors::tied) return {};
  return StepGain(d, 2.0, model->form == DiagonalForm::difference_of_powers);
}

Measured StepGain::measured() const {
  return gain_arrays(factor_, plus_ + plus_error_, both_ ? Vector(minus_ + minus_error_) : Vector());
}

void StepGain::add(VecIn step_times_gradient) {
  for (Index j = 0; j < plus_.size(); ++j) {
    const double x = factor_ * step_times_gradient[j];
    add_compensated(step_gain(x), plus_[j], plus_error_[j]);
    add_compensated(step_gain(-x), minus_[j], minus_error_[j]);
  }
}

void StepGain::save(Writer& out) const {
  for (const Vector* v : {&plus_, &plus_error_, &minus_, &minus_error_}) out.vector(*v);
}

void StepGain::load(Reader& in) {
  for (Vector* v : {&plus_, &plus_error_, &minus_, &minus_error_}) *v = in.vector();
}

Measured gain_arrays(double factor, Vector plus, Vector minus) {
  const std::string x = factor == 1.0 ? "x_k = η_k h_k" : "x_k = 2 η_k h_k";
  const std::string tail = cat(", ", x, ", h_k the gradient in β that step k used (sum: n/b X_B^T r_B, mean: 1/b X_B^T r_B)");
  Measured out = {{"sgd_gain_plus", {cat("Σ_k -2 x_k - log((1-x_k)^2)", tail), std::move(plus)}}};
  if (minus.size() > 0) out["sgd_gain_minus"] = {cat("Σ_k 2 x_k - log((1+x_k)^2)", tail), std::move(minus)};
  return out;
}

}  // namespace penchant
