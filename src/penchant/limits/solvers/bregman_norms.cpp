// p-norms: β = |z|^{q-1} sign z (p_norm), the same times ‖z‖_q^{2-q} (squared_p_norm). For p <= 2 by the dual.
// For p > 2 the dual is hardly smooth (|z|^{q-1} is nearly a sign) and the primal is: Newton on β, kept feasible,
// whose multipliers are s.
#include <cmath>

#include "penchant/core/text.h"
#include "penchant/limits/bregman_gap.h"
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
  const NewtonOptions newton{0.9 * options.tolerance, scale, options.max_iterations > 0 ? options.max_iterations : 300, false};
  const NewtonResult result = maximise_dual(data, y, newton, hessian, state, out.dual);
  out.iterations = hessian.factorisations();
  out.outcome = outcome_of(result, options.tolerance, out.iterations);
  out.predictor = Predictor::vector(state.beta());
  return out;
}

// Weights of the primal Newton step, 1/φ'' = |β|^{2-p}/(p-1), held where β is near 0 so that they span no more than kWeightRange.
constexpr double kWeightRange = 1e12;
constexpr double kPolished = 1e-24;  // relative gap at which β and s agree to twelve digits

class PrimalWeights final : public DualState {
 public:
  PrimalWeights(double p, const Vector& beta) {
    const double top = beta.cwiseAbs().maxCoeff(), least = std::pow(kWeightRange, -1.0 / (p - 2.0));
    weights_ = top > 0.0
                   ? Vector((beta.cwiseAbs() / top).cwiseMax(least).array().pow(2.0 - p) / ((p - 1.0) * std::pow(top, p - 2.0)))
                   : Vector(Vector::Ones(beta.size()));
  }
  RaySlope slope(const Vector&, double) const override { return {}; }
  void move(const Vector&, double) override {}
};

Vector norm_gradient(double p, const Vector& beta) {
  return beta.unaryExpr([&](double b) { return std::copysign(std::pow(std::abs(b), p - 1.0), b); });
}

// t in [0, 1] at which φ(β + t step) - ⟨z_0, β + t step⟩, convex in t, stops falling: bisection on the sign of its slope.
double primal_step(double p, const Vector& z0, const Vector& beta, const Vector& step) {
  const auto slope = [&](double t) { return (norm_gradient(p, beta + t * step) - z0).dot(step); };
  if (slope(1.0) <= 0.0) return 1.0;
  double low = 0.0, high = 1.0;
  for (int k = 0; k < 12; ++k) {
    const double t = 0.5 * (low + high);
    (slope(t) <= 0.0 ? low : high) = t;
  }
  return low > 0.0 ? low : high;
}

Solution solve_norm_primal(const NormPower& form, const DualData& data, const Vector& y, const SolveOptions& options) {
  const double p = form.p;
  const int budget = options.max_iterations > 0 ? options.max_iterations : 300;
  DualHessian hessian(data);
  Vector beta = data.some_solution(y), ds, image;
  Solution out;
  out.dual = Vector::Zero(y.size());
  double gap = 0.0, size = 0.0, residual = 0.0;
  while (hessian.factorisations() < budget) {
    const PrimalWeights state(p, beta);
    hessian.factorise(state);
    const Vector& w = state.weights();
    const Vector gradient = norm_gradient(p, beta) - form.z0 - data.x.transpose() * out.dual, miss = y - data.x * beta;
    hessian.direction(miss + data.x * w.cwiseProduct(gradient), 0.0, ds, image);
    out.dual += ds;
    const Vector step = w.cwiseProduct(image - gradient);
    // The first steps may be far from a minimum along the step; one that only restores Xβ = y is taken whole.
    beta += primal_step(p, form.z0 + data.x.transpose() * out.dual, beta, step) * step;
    residual = (y - data.x * beta).norm();
    const double before = gap;
    gap = fenchel_gap(form, Predictor::vector(beta), data.x.transpose() * out.dual);
    size = divergence_from_start(form, Predictor::vector(beta));
    const bool met = gap <= 0.1 * options.tolerance * size && residual <= 0.5 * options.tolerance * y.norm();
    // The gap is quadratic in the error of β: Newton goes on while that pays.
    if (met && (gap <= kPolished * size || gap >= 0.25 * before)) break;
  }
  out.iterations = hessian.factorisations();
  const bool done = gap <= options.tolerance * size && residual <= options.tolerance * y.norm();
  out.outcome = {done ? Status::solved : Status::not_converged,
                 cat("gap ", gap, " of ", size, ", residual ", residual, " after ", out.iterations, " factorisations")};
  out.predictor = Predictor::vector(beta);
  return out;
}

}  // namespace

Solution solve_norm_power(const NormPower& form, const DualData& data, const Vector& y, const SolveOptions& options) {
  if (form.p > 2.0 && y.norm() > 0.0) return solve_norm_primal(form, data, y, options);
  return solve_norm(form.q(), form.z0, false, data, y, options);
}

Solution solve_squared_norm_power(const SquaredNormPower& form, const DualData& data, const Vector& y,
                                  const SolveOptions& options) {
  if (form.z0.size() > 0 && form.z0.cwiseAbs().maxCoeff() > 0.0) return solve_norm(form.q(), form.z0, true, data, y, options);
  // From 0 the minimiser is that of the p-norm itself; the dual is in the units of its square.
  Solution out = solve_norm_power({form.p, form.z0}, data, y, options);
  const double size = std::pow(out.predictor.values.array().abs().pow(form.p).sum(), 1.0 / form.p);
  if (size > 0.0) out.dual *= std::pow(size, 2.0 - form.p);
  return out;
}

}  // namespace penchant
