// β = a e^v - b e^-v: entropy and the hypentropies, starts of any size. The state is p = log a + v and m = log b - v, so β keeps
// all its digits where |v| is a thousand.
#include <cmath>

#include "penchant/core/accurate.h"
#include "penchant/limits/solvers/bregman_newton.h"

namespace penchant {

namespace {

// A step may bring the largest |β| to this multiple (as a log) of the largest seen or of some solution: beyond, the search would
// only come back.
constexpr double kGrowth = 5.0;

// The start is lowered in stages once log(|β|/a) exceeds this: there the dual is nearly piecewise linear, and Newton from far away
// finds its active coordinates one by one, while along the way down the path is nearly straight between a few corners.
constexpr double kFirstStage = 28.0;
constexpr double kOvershoot = 1.0;
constexpr double kStageTolerance = 1e-4;
constexpr int kStageFactorisations = 30;
constexpr int kMaxStages = 400;

class ExponentialState final : public DualState {
 public:
  ExponentialState(const Exponentials& form, double log_size)
      : p_(form.log_a),
        m_(form.log_b),
        v_(Vector::Zero(p_.size())),
        a_(p_.array().exp()),
        b_(m_.array().exp()),
        log_size_(log_size),
        near_(p_.maxCoeff() > log_size || m_.maxCoeff() > log_size) {
    beta_.resize(p_.size());
    weights_.resize(p_.size());
    refresh();
  }

  RaySlope slope(const Vector& dv, double t) const override {
    if (near_) return slope_near_start(dv, t);
    return exponentials_slope(p_.data(), m_.data(), dv.data(), t, std::size_t(p_.size()));
  }

  double largest_step(const Vector& dv) const override {
    const double top = std::max({log_size_, p_.maxCoeff(), m_.maxCoeff()}) + kGrowth;
    double step = std::numeric_limits<double>::infinity();
    for (Index j = 0; j < p_.size(); ++j) {
      if (dv[j] > 0.0) step = std::min(step, (top - p_[j]) / dv[j]);
      if (dv[j] < 0.0 && std::isfinite(m_[j])) step = std::min(step, (m_[j] - top) / dv[j]);
    }
    return step;
  }

  void move(const Vector& dv, double t) override {
    p_ += t * dv;
    m_ -= t * dv;
    v_ += t * dv;
    refresh();
  }

  // Multiplies a and b by e^shift, v as it is. Not for a start larger than the solution.
  void rescale(double shift) {
    p_.array() += shift;
    m_.array() += shift;
    refresh();
  }

  // How far log a and log b can fall, v following at `rate`, before some exponent passes the largest by kOvershoot; at most
  // `limit`.
  double largest_shift(const Vector& rate, double limit) const {
    const double top = std::max({log_size_, p_.maxCoeff(), m_.maxCoeff()}) + kOvershoot;
    double shift = limit;
    for (Index j = 0; j < p_.size(); ++j) {
      if (rate[j] > 1.0) shift = std::min(shift, (top - p_[j]) / (rate[j] - 1.0));
      if (rate[j] < -1.0 && std::isfinite(m_[j])) shift = std::min(shift, (top - m_[j]) / (-rate[j] - 1.0));
    }
    return shift;
  }

  // log|β| with its sign.
  SignedLog logs() const {
    SignedLog out{Vector(p_.size()), Vector(p_.size())};
    for (Index j = 0; j < p_.size(); ++j) {
      out.sign[j] = p_[j] > m_[j] ? 1.0 : p_[j] < m_[j] ? -1.0 : 0.0;
      out.log_abs[j] = log_subtract(p_[j], m_[j]);
    }
    if (near_) {
      const SignedLog plain = SignedLog::from(beta_);
      for (Index j = 0; j < p_.size(); ++j) {
        if (!(std::abs(beta_[j]) >= std::numeric_limits<double>::min())) continue;
        out.sign[j] = plain.sign[j];
        out.log_abs[j] = plain.log_abs[j];
      }
    }
    return out;
  }

 private:
  void refresh() {
    exponentials_value(p_.data(), m_.data(), std::size_t(p_.size()), beta_.data(), weights_.data());
    if (!near_) return;
    for (Index j = 0; j < p_.size(); ++j) beta_[j] = near_start(j, v_[j]);
  }

  // A start larger than the solution: v is small and the two parts nearly cancel.
  double near_start(Index j, double v) const {
    const double a = a_[j], b = b_[j];
    if (std::abs(v) > 0.5) return a * std::exp(v) - b * std::exp(-v);
    return (a - b) + (a * std::expm1(v) - b * std::expm1(-v));
  }

  RaySlope slope_near_start(const Vector& dv, double t) const {
    RaySlope out;
    for (Index j = 0; j < p_.size(); ++j) {
      out.value += near_start(j, v_[j] + t * dv[j]) * dv[j];
      out.derivative += (std::exp(p_[j] + t * dv[j]) + std::exp(m_[j] - t * dv[j])) * dv[j] * dv[j];
    }
    return out;
  }

  Vector p_, m_, v_;
  Vector a_, b_;  // at v = 0: p - v is rounded with every step
  double log_size_;
  bool near_;
};

}  // namespace

Solution solve_exponentials(const Exponentials& form, const DualData& data, const Vector& y, const SolveOptions& options) {
  const double size = y.norm() > 0.0 ? data.some_solution(y).lpNorm<Eigen::Infinity>() : 0.0;
  const double log_size = size > 0.0 ? std::log(size) : -std::numeric_limits<double>::infinity();
  ExponentialState state(form, log_size);
  Solution out;
  out.dual = Vector::Zero(y.size());
  const double start_size = (data.x * state.beta()).norm();
  const double scale = y.norm() > 0.0 ? y.norm() : start_size > 0.0 ? start_size : 1.0;
  const int budget = options.max_iterations > 0 ? options.max_iterations : 200;
  DualHessian hessian(data);
  NewtonResult result;

  // a = e^{left} times the real one: lowered along the path of solutions until left = 0.
  double left = std::max(0.0, log_size - kFirstStage - std::max(form.log_a.maxCoeff(), form.log_b.maxCoeff()));
  state.rescale(left);
  bool reuse = false;
  for (int stage = 0; left > 0.0 && stage < kMaxStages; ++stage) {
    result = maximise_dual(data, y, {kStageTolerance, scale, kStageFactorisations, reuse}, hessian, state, out.dual);
    if (!result.converged) break;
    hessian.factorise(state);
    Vector ds, rate;  // per unit of log a lost
    hessian.direction(data.x * state.beta(), kStageTolerance * scale, ds, rate);
    const double shift = state.largest_shift(rate, left);
    state.move(rate, shift);
    state.rescale(-shift);
    out.dual += shift * ds;
    left = left - shift < 1e-12 * left ? 0.0 : left - shift;
    reuse = true;
  }
  if (left == 0.0) result = maximise_dual(data, y, {0.9 * options.tolerance, scale, budget, reuse}, hessian, state, out.dual);
  out.iterations = hessian.factorisations();
  out.outcome = outcome_of(result, options.tolerance, out.iterations);
  if (left > 0.0) out.outcome.status = Status::not_converged;
  out.predictor = Predictor::vector(state.logs());
  if (out.predictor.logs.size() == 0) out.predictor.values = state.beta();
  return out;
}

}  // namespace penchant
