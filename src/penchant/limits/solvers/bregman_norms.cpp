// p-norms: β = |z|^{q-1} sign z (p_norm), the same times ‖z‖_q^{2-q} (squared_p_norm).
#include <cmath>

#include "penchant/limits/solvers/bregman_newton.h"

namespace penchant {

namespace {

// Where q < 2 the weight |z|^{q-2} is infinite at z = 0: it is taken at this share of the largest |z| instead, in the Hessian only.
constexpr double kSmallest = 1e-10;

class NormState final : public DualState {
 public:
  NormState(double q, const Vector& z0, bool squared) : q_(q), squared_(squared), z_(z0) {
    beta_.resize(z_.size());
    weights_.resize(z_.size());
    refresh();
  }

  RaySlope slope(const Vector& dv, double t) const override {
    const Vector z = z_ + t * dv;
    const double factor = squared_ ? std::pow(norm(z), 2.0 - q_) : 1.0;
    RaySlope out;
    double along = 0.0;
    for (Index j = 0; j < z.size(); ++j) {
      const double power = std::pow(std::abs(z[j]), q_ - 1.0);
      along += std::copysign(power, z[j]) * dv[j];
      out.derivative += (q_ - 1.0) * (z[j] == 0.0 ? 0.0 : power / std::abs(z[j])) * dv[j] * dv[j];
    }
    out.value = factor * along;
    out.derivative *= factor;
    if (squared_ && along != 0.0) out.derivative += (2.0 - q_) * std::pow(norm(z), 2.0 - 2.0 * q_) * along * along;
    return out;
  }

  void move(const Vector& dv, double t) override {
    z_ += t * dv;
    refresh();
  }

  double rank_one(Vector& direction) const override {
    if (!squared_ || !(norm(z_) > 0.0)) return 0.0;
    direction = z_.unaryExpr([&](double z) { return std::copysign(std::pow(std::abs(z), q_ - 1.0), z); });
    return (q_ - 2.0) * std::pow(norm(z_), 2.0 - 2.0 * q_);
  }

 private:
  double norm(const Vector& z) const {
    const double top = z.cwiseAbs().maxCoeff();
    return top > 0.0 ? top * std::pow((z.array().abs() / top).pow(q_).sum(), 1.0 / q_) : 0.0;
  }

  void refresh() {
    const double top = z_.cwiseAbs().maxCoeff(), factor = squared_ && top > 0.0 ? std::pow(norm(z_), 2.0 - q_) : 1.0;
    for (Index j = 0; j < z_.size(); ++j) {
      const double size = std::abs(z_[j]);
      beta_[j] = factor * std::copysign(std::pow(size, q_ - 1.0), z_[j]);
      const double held = q_ < 2.0 ? std::max(size, kSmallest * top) : size;
      weights_[j] = top > 0.0 ? factor * (q_ - 1.0) * std::pow(held, q_ - 2.0) : 1.0;
    }
  }

  double q_;
  bool squared_;
  Vector z_;
};

Solution solve_norm(double q, const Vector& z0, bool squared, const DualData& data, const Vector& y, const SolveOptions& options) {
  NormState state(q, z0, squared);
  DualHessian hessian(data);
  Solution out;
  out.dual = Vector::Zero(y.size());
  const double start_size = (data.x * state.beta()).norm();
  const double scale = y.norm() > 0.0 ? y.norm() : start_size > 0.0 ? start_size : 1.0;
  const NewtonOptions newton{options.tolerance, scale, options.max_iterations > 0 ? options.max_iterations : 300, false};
  const NewtonResult result = maximise_dual(data, y, newton, hessian, state, out.dual);
  out.iterations = hessian.factorisations();
  out.outcome = outcome_of(result, options.tolerance, out.iterations);
  out.predictor = Predictor::vector(state.beta());
  return out;
}

}  // namespace

Solution solve_norm_power(const NormPower& form, const DualData& data, const Vector& y, const SolveOptions& options) {
  return solve_norm(form.q(), form.z0, false, data, y, options);
}

Solution solve_squared_norm_power(const SquaredNormPower& form, const DualData& data, const Vector& y, const SolveOptions& options) {
  if (form.z0.size() > 0 && form.z0.cwiseAbs().maxCoeff() > 0.0) return solve_norm(form.q(), form.z0, true, data, y, options);
  // From 0 the minimiser is that of the p-norm itself; the dual is in the units of its square.
  Solution out = solve_norm(form.q(), form.z0, false, data, y, options);
  const double size = std::pow(out.predictor.values.array().abs().pow(form.p).sum(), 1.0 / form.p);
  if (size > 0.0) out.dual *= std::pow(size, 2.0 - form.p);
  return out;
}

}  // namespace penchant
