// Powers of a slack: diagonal networks of depth N > 2 and the Burg entropy, β_j = a x₊^{-q} - b x₋^{-q}, x₊ = 1 - τz, x₋ = 1 + σz.
//
// The slack of a coordinate that carries weight is of the size a^{1/q}: 1e-240 at depth 6 from 1e-60,
// where s in doubles cannot tell it from 0. So log x₊ and log x₋ are unknowns of their own,
// moved by the increments of a Newton step,
// each of which is accurate relative to itself.
//
// The solution is followed along y_θ = Xβ_0 + θ (y - Xβ_0) from a small θ, where the map is nearly linear, to 1.
// Everything is divided by θ (log a and log b are lifted by -log θ), and the tangent along log θ extrapolates: linearly in z,
// and exponentially for the slacks that z no longer resolves,
// for which log x is linear in log θ as soon as the active coordinates are known.
#include <cmath>

#include "penchant/core/accurate.h"
#include "penchant/core/text.h"
#include "penchant/limits/solvers/bregman_newton.h"

namespace penchant {

namespace {

constexpr double kUnresolved = 1e-12;   // a slack below this leaves no trace in z within the promise
constexpr double kShrink = 0.6;         // share of a resolved slack that one extrapolation may use up
constexpr double kLongStage = 2.0;      // of log θ: a longer one needs every resolved coordinate to stand still
constexpr double kBoundary = 0.99;      // and that one Newton step may
constexpr double kStageTolerance = 1e-2;
constexpr int kStageFactorisations = 25;
constexpr int kMaxStages = 5000;
constexpr double kFirstMove = 0.5;      // of the way to the boundary, at the first θ
constexpr double kLogRange = 690.0;     // of a positive double

double safe_exp(double x) { return std::exp(std::min(x, 709.0)); }

class PowerState final : public DualState {
 public:
  explicit PowerState(const Powers& form)
      : form_(&form), plus_(Vector::Zero(form.log_a.size())), minus_(Vector::Zero(form.log_b.size())) {
    beta_.resize(plus_.size());
    weights_.resize(plus_.size());
    refresh();
  }

  double lift() const { return lift_; }
  void lift(double value) {
    lift_ = value;
    refresh();
  }

  RaySlope slope(const Vector& dv, double t) const override {
    RaySlope out;
    for (Index j = 0; j < plus_.size(); ++j) {
      const Part at = part(j, moved_plus(j, t * dv[j]), moved_minus(j, t * dv[j]));
      out.value += at.beta * dv[j];
      out.derivative += at.weight * dv[j] * dv[j];
    }
    return out;
  }

  double largest_step(const Vector& dv) const override {
    double fastest = 0.0;
    for (Index j = 0; j < plus_.size(); ++j) fastest = std::max(fastest, closing_rate(j, dv[j]));
    return fastest > 0.0 ? kBoundary / fastest : std::numeric_limits<double>::infinity();
  }

  void move(const Vector& dv, double t) override {
    for (Index j = 0; j < plus_.size(); ++j) {
      const double plus = moved_plus(j, t * dv[j]), minus = moved_minus(j, t * dv[j]);
      plus_[j] = plus;
      if (minus_.size() > 0) minus_[j] = minus;
    }
    refresh();
  }

  // How far log θ can grow, z following at `rate`, before a resolved slack shrinks too much.
  double largest_stage(const Vector& rate, double limit) const {
    double stage = limit, fastest = 0.0;  // of what z resolves
    for (Index j = 0; j < plus_.size(); ++j) {
      const bool up = rate[j] > 0.0 || minus_.size() == 0;
      if ((up ? plus_[j] : minus_[j]) <= std::log(kUnresolved)) continue;
      const double closing = closing_rate(j, rate[j]);
      if (closing > 0.0) stage = std::min(stage, kShrink / closing);
      fastest = std::max(fastest, std::abs(rate[j]) * safe_exp(up ? form_->log_tau[j] : form_->log_sigma[j]));
    }
    return stage > kLongStage && fastest * stage > kUnresolved ? kLongStage : stage;
  }

  void extrapolate(const Vector& rate, double stage) {
    for (Index j = 0; j < plus_.size(); ++j) {
      plus_[j] = extrapolated(plus_[j], -form_->log_tau[j], -rate[j], stage);
      if (minus_.size() > 0) minus_[j] = extrapolated(minus_[j], -form_->log_sigma[j], rate[j], stage);
    }
    lift(lift_ - stage < 1e-12 ? 0.0 : lift_ - stage);
  }

  // β at z = 0, lifted like the rest.
  Vector start() const {
    Vector out(plus_.size());
    for (Index j = 0; j < out.size(); ++j) {
      out[j] = safe_exp(form_->log_a[j] + lift_);
      if (minus_.size() > 0) out[j] -= safe_exp(form_->log_b[j] + lift_);
    }
    return out;
  }

  Vector log_slack() const { return minus_.size() > 0 ? Vector(plus_.cwiseMin(minus_)) : plus_; }

  SignedLog logs() const {
    SignedLog out{Vector(plus_.size()), Vector::Ones(plus_.size())};
    for (Index j = 0; j < plus_.size(); ++j) {
      out.log_abs[j] = form_->log_a[j] + lift_ - form_->q * plus_[j];
      if (minus_.size() == 0) continue;
      const double down = form_->log_b[j] + lift_ - form_->q * minus_[j];
      out.sign[j] = out.log_abs[j] > down ? 1.0 : out.log_abs[j] < down ? -1.0 : 0.0;
      out.log_abs[j] = log_subtract(out.log_abs[j], down);
      if (std::max(std::abs(plus_[j]), std::abs(minus_[j])) < 0.25 && beta_[j] != 0.0) {
        out.sign[j] = beta_[j] > 0.0 ? 1.0 : -1.0;
        out.log_abs[j] = std::log(std::abs(beta_[j]));
      }
    }
    return out;
  }

 private:
  struct Part {
    double beta, weight;
  };

  Part part(Index j, double plus, double minus) const {
    const double up = form_->log_a[j] + lift_ - form_->q * plus;
    Part out{safe_exp(up), form_->q * safe_exp(up + form_->log_tau[j] - plus)};
    if (minus_.size() > 0) {
      const double down = form_->log_b[j] + lift_ - form_->q * minus;
      out.weight += form_->q * safe_exp(down + form_->log_sigma[j] - minus);
      out.beta = std::max(std::abs(plus), std::abs(minus)) < 0.25 ? near_start(j, plus, minus) : out.beta - safe_exp(down);
    }
    return out;
  }

  // β where both slacks are near 1: the two parts cancel.
  double near_start(Index j, double plus, double minus) const {
    const double a = safe_exp(form_->log_a[j] + lift_), b = safe_exp(form_->log_b[j] + lift_);
    return (a - b) + (a * std::expm1(-form_->q * plus) - b * std::expm1(-form_->q * minus));
  }

  // Relative speed at which the slack ahead shrinks when z moves at dz.
  double closing_rate(Index j, double dz) const {
    if (dz > 0.0) return dz * safe_exp(form_->log_tau[j] - plus_[j]);
    return dz < 0.0 && minus_.size() > 0 ? -dz * safe_exp(form_->log_sigma[j] - minus_[j]) : 0.0;
  }

  double moved_plus(Index j, double dz) const {
    return dz == 0.0 ? plus_[j] : plus_[j] + std::log1p(-dz * safe_exp(form_->log_tau[j] - plus_[j]));
  }
  double moved_minus(Index j, double dz) const {
    if (minus_.size() == 0) return 0.0;
    return dz == 0.0 ? minus_[j] : minus_[j] + std::log1p(dz * safe_exp(form_->log_sigma[j] - minus_[j]));
  }

  // log x after `stage` of dx = e^{-log_scale} speed.
  static double extrapolated(double log_x, double log_scale, double speed, double stage) {
    const double relative = speed * safe_exp(-log_scale - log_x);
    const bool tiny = log_x <= std::log(kUnresolved) && relative < 0.0;  // an opening slack soon is resolved
    return log_x + (tiny ? relative * stage : std::log1p(relative * stage));
  }

  void refresh() {
    for (Index j = 0; j < plus_.size(); ++j) {
      const Part at = part(j, plus_[j], minus_.size() > 0 ? minus_[j] : 0.0);
      beta_[j] = at.beta;
      weights_[j] = at.weight;
    }
  }

  const Powers* form_;
  Vector plus_, minus_;  // log x₊, log x₋
  double lift_ = 0.0;
};

class PathFollower {
 public:
  PathFollower(const Powers& form, const DualData& data, const Vector& y, const SolveOptions& options)
      : data_(data), y_(y), options_(options), q_(form.q), state_(form), hessian_(data), dual_(Vector::Zero(y.size())) {
    begin(form);
  }

  Solution run() {
    NewtonResult result = correct();
    double cautious = 1.0;
    for (int stage = 0; result.converged && state_.lift() > 0.0 && stage < kMaxStages; ++stage) {
      const PowerState kept_state = state_;
      const Vector kept_dual = dual_;
      predict(cautious);
      result = correct();
      if (result.converged) {
        cautious = std::min(1.0, 2.0 * cautious);
      } else if (cautious > 1e-6) {
        state_ = kept_state;
        dual_ = kept_dual;
        cautious *= 0.25;
        result.converged = true;
      }
    }
    Solution out;
    out.dual = dual_;
    out.log_slack = state_.log_slack();
    out.iterations = hessian_.factorisations();
    out.outcome = outcome_of(result, options_.tolerance, out.iterations);
    if (state_.lift() > 0.0) out.outcome = {Status::not_converged, cat("the path ended at θ = exp(-", state_.lift(), ")")};
    out.predictor = Predictor::vector(state_.logs());
    if (out.predictor.logs.size() == 0) out.predictor.values = state_.beta();
    return out;
  }

 private:
  // The first θ: the linear prediction from z = 0 uses at most kFirstMove of every slack.
  void begin(const Powers& form) {
    double size = (form.log_a + form.log_tau).maxCoeff();
    if (!form.is_positive()) size = std::max(size, (form.log_b + form.log_sigma).maxCoeff());
    state_.lift(-size);
    hessian_.factorise(state_);
    Vector ds, move;
    hessian_.direction(y_ - std::exp(size) * (data_.x * state_.start()), 0.0, ds, move);
    const double closing = kBoundary / state_.largest_step(move);
    state_.lift(closing > 0.0 ? std::max(0.0, -size + std::log(closing / kFirstMove)) : 0.0);
  }

  Vector target() const { return y_ - std::expm1(-state_.lift()) * (data_.x * state_.start()); }

  NewtonResult correct() {
    const Vector y = target();
    const bool last = state_.lift() == 0.0;
    const double size = y.norm() > 0.0 ? y.norm() : (data_.x * state_.beta()).norm();
    NewtonOptions newton{last ? 0.9 * options_.tolerance : kStageTolerance, size > 0.0 ? size : 1.0,
                         last ? 200 : kStageFactorisations, false};
    if (options_.max_iterations > 0) newton.max_factorisations = options_.max_iterations;
    return maximise_dual(data_, y, newton, hessian_, state_, dual_);
  }

  void predict(double cautious) {
    hessian_.factorise(state_);
    Vector ds, rate;
    hessian_.direction(data_.x * (state_.beta() - state_.start()), kStageTolerance * y_.norm(), ds, rate);
    const double stage = cautious * state_.largest_stage(rate, state_.lift());
    state_.extrapolate(rate, stage);
    // In a long stage all that moves is unresolved: slacks go as e^{-stage/q}, and s by what they lose.
    dual_ += (stage > kLongStage ? q_ * -std::expm1(-stage / q_) : stage) * ds;
  }

  const DualData& data_;
  const Vector& y_;
  const SolveOptions& options_;
  double q_;
  PowerState state_;
  DualHessian hessian_;
  Vector dual_;
};

// The smallest slack of a solution of size 1, as a log.
double deepest_slack(const Powers& form) {
  const double a = form.log_a.minCoeff() / form.q;
  return form.is_positive() ? a : std::min(a, form.log_b.minCoeff() / form.q);
}

}  // namespace

Solution solve_powers(const Powers& form, const DualData& data, const Vector& y, const SolveOptions& options) {
  if (deepest_slack(form) < -kLogRange) {
    Solution out;
    out.predictor = Predictor::vector(Vector::Constant(data.x.cols(), std::nan("")));
    out.dual = Vector::Zero(y.size());
    out.outcome = {Status::failed, cat("slacks of exp(", deepest_slack(form),
                                       ") are below the range of a double: a larger start or a smaller depth is needed")};
    return out;
  }
  return PathFollower(form, data, y, options).run();
}

}  // namespace penchant
