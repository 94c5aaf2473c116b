#include "penchant/dynamics/steepest.h"

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/dense_copy.h"
#include "penchant/dynamics/stability.h"
#include "penchant/dynamics/theta_stepper.h"

namespace penchant {

namespace {

constexpr int kHalvings = 60;           // 2^-60 of the last step is below the rounding of theta
constexpr Index kLargestGram = 3000;    // (d, d) entries of |X^T X| are summed up to this d: 72 MB

const char* text_of(SteepestNorm norm) {
  switch (norm) {
    case SteepestNorm::l1: return "l1";
    case SteepestNorm::l2: return "l2";
    case SteepestNorm::linf: return "linf";
  }
  return "";
}

class SteepestStepper final : public ThetaStepper {
 public:
  SteepestStepper(const Problem& problem, const Steepest& dynamics)
      : ThetaStepper(problem, cat("steepest ", text_of(dynamics.norm))), dynamics_(dynamics),
        cyclic_(dynamics.norm == SteepestNorm::l1 && dynamics.rule == CoordinateRule::cyclic) {
    if (!objective_.is_linear()) return;
    curvature_ = objective_.curvature_bound(point_);
    columns_ = dense_copy(objective_.features()).transpose();
    automatic_ = StepLength::of(1.0 / (smoothness(objective_.features(), dynamics_.norm) * curvature_));
    if (!std::isfinite(automatic_.size)) throw InvalidInput("steepest: every feature is 0: nothing can be fitted");
    check_step_bound();
  }

 protected:
  StepLength next() const override {
    return step_length(dynamics_.step_size, clock_.steps(), point_.log_loss,
                       is_automatic(dynamics_.step_size) ? automatic_ : StepLength{});
  }

  bool take() override {
    const auto k = static_cast<std::uint64_t>(clock_.steps());
    const auto p = static_cast<std::uint64_t>(point_.theta.size());
    const bool new_sweep = k % p == 0;
    if ((!cyclic_ || new_sweep) && point_.gradient.isZero(0.0))
      return stop(StopReason::stationary, cat("the gradient is exactly 0 after ", clock_.steps(), " steps"));
    if (dynamics_.norm != SteepestNorm::l1) return move(direction(), dual_norm_squared());
    Index j = static_cast<Index>(k % p);
    if (!cyclic_) point_.gradient.cwiseAbs().maxCoeff(&j);
    return objective_.is_linear() ? move_coordinate(j) : move(coordinate_direction(j), point_.gradient[j] * point_.gradient[j]);
  }

  // What is left to fit, for a theory of runs that are stopped before their end.
  Measured measured() const override {
    if (!objective_.is_linear() || dynamics_.norm != SteepestNorm::l1) return {};
    const Vector rest = point_.outputs - objective_.targets();
    return {{"residual_norm", {"‖Xβ - y‖ at the end of the run", Vector::Constant(1, rest.norm())}}};
  }

  void save_own(Writer& out) const override {
    out.number(trial_multiplier_);
    out.integer(idle_);
  }
  void load_own(Reader& in) override {
    trial_multiplier_ = in.number();
    idle_ = in.integer();
  }

 private:
  void check_step_bound() const {
    const double largest = largest_step_size(dynamics_.step_size), bound = 2.0 * automatic_.size;
    if (dynamics_.force || largest < bound) return;
    throw InvalidInput(cat(method_, ": step_size ", largest, " is not below 2/(S c) = ", bound,
                           ", up to which the loss falls at every step; force = true runs it and records what happens"));
  }

  // ‖g‖_* s in the scale of Point.
  Vector direction() const {
    if (dynamics_.norm == SteepestNorm::l2) return point_.gradient;
    return point_.gradient.lpNorm<1>() * point_.gradient.array().sign();
  }
  Vector coordinate_direction(Index j) const {
    Vector out = Vector::Zero(point_.theta.size());
    out[j] = point_.gradient[j];
    return out;
  }
  double dual_norm_squared() const {
    const double norm = dynamics_.norm == SteepestNorm::l2 ? point_.gradient.norm() : point_.gradient.lpNorm<1>();
    return norm * norm;
  }

  // What a scaled direction is multiplied with.
  double multiplier(StepLength length) const {
    return point_.log_scale == 0.0 ? length.size : std::exp(length.log + point_.log_scale);
  }

  bool move(const Vector& along, double fall) {
    if (!objective_.is_linear() && is_automatic(dynamics_.step_size)) return search(along, fall);
    const StepLength length = next();
    point_.theta -= multiplier(length) * along;
    objective_.evaluate(point_);
    tick(length);
    return true;
  }

  // `fall`: ⟨g, along⟩ in the scale of Point, twice what a step of length η must lower the loss by, over η.
  bool search(const Vector& along, double fall) {
    const double relative_fall = fall * std::exp(point_.log_scale - point_.log_loss);  // of L, per unit of the scaled step
    const double last = trial_multiplier_;
    Point trial;
    trial_multiplier_ *= 2.0;
    for (int i = 0; i < kHalvings; ++i, trial_multiplier_ *= 0.5) {
      trial.theta = point_.theta - trial_multiplier_ * along;
      objective_.evaluate(trial);
      if (!(std::exp(trial.log_loss - point_.log_loss) <= 1.0 - 0.5 * trial_multiplier_ * relative_fall)) continue;
      const StepLength length = StepLength::of_log(std::log(trial_multiplier_) - point_.log_scale);
      point_ = std::move(trial);
      tick(length);
      idle_ = 0;
      return true;
    }
    trial_multiplier_ = last;
    if (cyclic_) {  // this coordinate is at its minimum, others may not be
      tick(StepLength::of(0.0));
      return ++idle_ < point_.theta.size() ||
             stop(StopReason::stationary, cat("no coordinate lowers the loss after ", clock_.steps(), " steps"));
    }
    return stop(StopReason::stationary,
                cat("no step along the steepest direction lowers the loss after ", clock_.steps(), " steps"));
  }

  // One column: outputs follow the coordinate and are computed afresh at each sweep of p steps, so that rounding does not pile up.
  bool move_coordinate(Index j) {
    const double slope = columns_.row(j).dot(point_.output_slope);
    StepLength length = next();
    if (cyclic_ && is_automatic(dynamics_.step_size)) {
      const double square = columns_.row(j).squaredNorm();
      length = StepLength::of(square > 0.0 ? 1.0 / (curvature_ * square) : 0.0);
    }
    const double change = slope == 0.0 ? 0.0 : -multiplier(length) * slope;
    point_.theta[j] += change;
    point_.outputs += change * columns_.row(j).transpose();
    tick(length);
    const auto p = static_cast<std::uint64_t>(point_.theta.size());
    if (static_cast<std::uint64_t>(clock_.steps()) % p == 0) {
      objective_.evaluate(point_);
    } else {
      objective_.evaluate_loss(point_);
      if (!cyclic_) point_.gradient.noalias() = columns_ * point_.output_slope;
    }
    return true;
  }

  Steepest dynamics_;
  bool cyclic_;
  Matrix columns_;               // X^T (d, n), linear models
  double curvature_ = 0.0;
  StepLength automatic_;
  double trial_multiplier_ = 1.0;  // other models: automatic step times exp(log_scale)
  Index idle_ = 0;               // cyclic: coordinates in a row that could not move
};

}  // namespace

double smoothness(const LinearMap& x, SteepestNorm norm) {
  if (norm == SteepestNorm::l1) return dense_copy(x).colwise().squaredNorm().maxCoeff();
  const double top = top_eigenvalue(x, Vector::Ones(x.cols()));
  if (norm == SteepestNorm::l2) return top;
  const double by_dimension = static_cast<double>(x.cols()) * top;
  if (x.cols() > kLargestGram) return by_dimension;
  const Matrix dense = dense_copy(x);
  return std::min(by_dimension, Eigen::MatrixXd(dense.transpose() * dense).cwiseAbs().sum());
}

std::unique_ptr<Stepper> make_steepest(const Problem& problem, const Steepest& dynamics) {
  if (dynamics.rule == CoordinateRule::cyclic && dynamics.norm != SteepestNorm::l1)
    throw InvalidInput(cat("steepest: rule = \"cyclic\" needs norm = \"l1\", got ", text_of(dynamics.norm)));
  return std::make_unique<SteepestStepper>(problem, dynamics);
}

}  // namespace penchant
