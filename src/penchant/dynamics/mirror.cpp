#include "penchant/dynamics/mirror.h"

#include <algorithm>
#include <array>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/dynamics/batches.h"
#include "penchant/dynamics/estimate.h"
#include "penchant/dynamics/weight_stepper.h"

namespace penchant {

namespace {

const double kLogGrowth = 0.5 * std::log(2.0);
constexpr std::size_t kMemory = 10;
constexpr int kPatience = 3;  // halvings that an ordinary change of curvature explains
constexpr int kHalvings = 400;  // 2^-400 of the last step is no step
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// H X^T (d, n) with H the Hessian of phi* at z.
Eigen::MatrixXd tangent_rows(const PotentialMap& map, const LinearMap& x, VecIn z) {
  Eigen::MatrixXd out(x.cols(), x.rows());
  Vector unit = Vector::Zero(x.rows()), row(x.cols()), moved(x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    unit[i] = 1.0;
    x.adjoint(unit, row);
    unit[i] = 0.0;
    map.tangent(z, row, moved);
    out.col(i) = moved;
  }
  return out;
}

// X H X^T (n, n).
Eigen::MatrixXd tangent_kernel(const LinearMap& x, const Eigen::MatrixXd& columns) {
  Eigen::MatrixXd out(x.rows(), x.rows());
  Vector image(x.rows());
  for (Index i = 0; i < x.rows(); ++i) {
    x.apply(columns.col(i), image);
    out.col(i) = image;
  }
  return 0.5 * (out + out.transpose());
}

class MirrorStepper final : public WeightStepper {
 public:
  MirrorStepper(const Problem& problem, const Mirror& dynamics, std::unique_ptr<PotentialMap> map)
      : WeightStepper(problem, "mirror"), dynamics_(dynamics), map_(std::move(map)),
        batches_(problem.data->samples(), dynamics.batch, false, dynamics.seed.value_or(0)) {
    z_ = origin_ = map_->dual(problem.start.blocks.at(0));
    velocity_ = Vector::Zero(z_.size());
    point_.theta.resize(z_.size());
    if (!map_->primal(z_, point_.theta) || !point_.theta.allFinite())
      throw InvalidInput(cat("mirror: β_0 is at the edge of what the potential ", map_->kind(), " can hold in double"));
    objective_.evaluate(point_);
    log_loss_reference_ = objective_.log_loss_reference(point_);
    recent_.fill(-std::numeric_limits<double>::infinity());
    if (!batches_.is_full()) require_dense(objective_.features(), "mirror with a batch");
    check_step_bound();
  }

  bool advance(double log10_time_limit, double max_steps) override {
    if (has_failed()) return false;
    return advance_steps(clock_, log10_time_limit, max_steps, [&] { return next_; }, [&] { return step(); });
  }

  Progress progress() const override { return objective_.progress(current(), clock_); }

  Snapshot snapshot() const override {
    const Point& now = current();
    Snapshot out = objective_.snapshot(now.outputs, now.log_loss, clock_);
    const auto logs = map_->primal_logs(z_);
    out.predictor = logs ? Predictor::vector(*logs) : Predictor::vector(now.theta);
    out.alignment = objective_.alignment(z_ - origin_);
    return out;
  }

  void save(Writer& out) const override {
    out.section("mirror");
    current().save(out);
    out.vector(z_);
    out.vector(velocity_);
    clock_.save(out);
    next_.save(out);
    out.number(log_multiplier_);
    for (double loss : recent_) out.number(loss);
  }

  void load(Reader& in) override {
    in.section("mirror");
    point_.load(in);
    stale_ = false;
    z_ = in.vector();
    velocity_ = in.vector();
    clock_.load(in);
    next_.load(in);
    log_multiplier_ = in.number();
    for (double& loss : recent_) loss = in.number();
  }

  // |H X^T (X H X^T)^+ r|.
  double remaining() const override {
    const Point& now = current();
    if (objective_.classifies() || !now.outputs.allFinite()) return kNaN;
    const Vector residual = now.outputs - objective_.targets();
    // Every gradient from here on is 0, also where the Hessian has no finite entries.
    if (residual.isZero(0.0) && velocity_.isZero(0.0)) return 0.0;
    const Eigen::MatrixXd columns = tangent_rows(*map_, objective_.features(), z_);
    if (!columns.allFinite()) return kNaN;  // p-norms with p > 2 at a zero coordinate
    const Eigen::MatrixXd kernel = tangent_kernel(objective_.features(), columns);
    const Vector s = kernel.completeOrthogonalDecomposition().solve(residual);
    // what the potential's Hessian cannot move from here (p-norms near 0) is still owed
    const Matrix* x = objective_.features().dense();
    if (!x) return kNaN;
    return (columns * s + x->completeOrthogonalDecomposition().solve(residual - kernel * s)).norm();
  }

 private:
  const Point& current() const {
    if (stale_) objective_.evaluate(point_);
    stale_ = false;
    return point_;
  }

  void check_step_bound() const {
    const double largest = largest_step_size(dynamics_.step_size);
    if (!map_->has_constant_hessian() || !batches_.is_full() || dynamics_.force || largest == 0.0) return;
    const Eigen::MatrixXd kernel = tangent_kernel(objective_.features(), tangent_rows(*map_, objective_.features(), z_));
    const double top = kernel.selfadjointView<Eigen::Lower>().eigenvalues().maxCoeff();
    const double bound = 2.0 * (1.0 + dynamics_.momentum) / (objective_.curvature_bound(point_) * top);
    if (largest >= bound)
      throw InvalidInput(cat("mirror: step_size ", largest, " is not below the stability bound 2(1+μ)/(c λ_max(X H X^T)) = ", bound,
                             " of the potential ", map_->kind(), "; force = true runs it and records what happens"));
  }

  Estimate estimate() {
    if (!batches_.is_full()) return estimate_on(objective_, rows(), point_.theta);
    const Point& now = current();
    return {objective_.targets(), now.outputs, now.output_slope, now.gradient, now.log_loss, now.log_scale};
  }

  const std::vector<Index>& rows() { return batches_.at(static_cast<std::uint64_t>(clock_.steps())); }

  // Bound on the scaled second derivatives of the estimate in its outputs.
  double curvature(const Estimate& e) const {
    const double share = static_cast<double>(objective_.targets().size()) / static_cast<double>(e.targets.size());
    const double bound = objective_.loss().curvature_bound(objective_.targets().size()) * share;
    return objective_.classifies() ? std::min(1.0, bound * std::exp(-e.log_scale)) : bound;
  }

  Vector outputs(const Vector& beta) {
    if (!batches_.is_full()) return outputs_on(*objective_.features().dense(), rows(), beta);
    Vector f(objective_.targets().size());
    objective_.features().apply(beta, f);
    return f;
  }

  bool step() {
    const Estimate e = estimate();
    if (breaks_down(e.log_loss)) return false;
    if (batches_.is_full() && e.gradient.isZero(0.0) && velocity_.isZero(0.0))
      return stop(StopReason::stationary, cat("the gradient is exactly 0 after ", clock_.steps(), " steps"));
    const bool automatic = is_automatic(dynamics_.step_size);
    if (automatic && !e.gradient.isZero(0.0) && !find_step(e)) return false;
    const StepLength length = step_length(dynamics_.step_size, clock_.steps(), e.log_loss, automatic_length(e.log_scale));
    const Vector pull = -multiplier(length, e.log_scale) * e.gradient;
    velocity_ = dynamics_.momentum * velocity_ + pull;
    if (automatic && map_->outside(z_ + velocity_) >= 0) velocity_ = pull;  // a restart stays in the row space; the range is convex
    return move_by(velocity_, length);
  }

  // η exp(log_scale), what the scaled gradient is multiplied with.
  static double multiplier(StepLength length, double log_scale) {
    return log_scale == 0.0 ? length.size : std::exp(length.log + log_scale);
  }
  StepLength automatic_length(double log_scale) const {
    return StepLength::of_log(log_multiplier_ - log_scale + std::log1p(-dynamics_.momentum));
  }

  // Halves the multiplier until the condition of the header holds.
  // Where phi* has no second derivative (p-norms with p > 2 at a zero coordinate) a coordinate that crosses zero raises the loss
  // for a while, and steps that never do would be stuck there:
  // hence the second condition, after kPatience halvings because steps that it allows converge slower.
  bool find_step(const Estimate& e) {
    recent_[static_cast<std::size_t>(clock_.steps()) % recent_.size()] = e.log_loss;
    const double allowed = std::exp(*std::max_element(recent_.begin(), recent_.end()) - e.log_scale);
    const double bend = curvature(e);
    log_multiplier_ += kLogGrowth;
    Vector beta(z_.size());
    for (int i = 0; i < kHalvings; ++i, log_multiplier_ -= 2.0 * kLogGrowth) {
      if (!map_->primal(z_ - std::exp(log_multiplier_) * e.gradient, beta)) continue;
      const Vector moved = outputs(beta) - e.outputs;
      const double fall = -e.output_slope.dot(moved);
      if (bend * moved.squaredNorm() <= fall) return true;
      if (!batches_.is_full() || i < kPatience || !(fall > 0.0)) continue;
      const double reached = std::exp(objective_.loss().log_value(e.outputs + moved, e.targets) - e.log_scale);
      if (reached <= allowed - 0.5 * fall) return true;
    }
    return stop(StopReason::stationary, cat("no step along the gradient lowers the loss after ", clock_.steps(), " steps"));
  }

  bool move_by(const Vector& displacement, StepLength length) {
    const Vector z = z_ + displacement;
    if (!z.allFinite())
      return stop(StopReason::not_finite,
                  cat("step ", clock_.steps() + 1.0, " (η = ", length.size, ") overflows the dual iterate"));
    const Index j = map_->outside(z);
    if (j >= 0)
      return stop(StopReason::left_domain,
                  cat("step ", clock_.steps() + 1.0, " (η = ", length.size, ") takes dual coordinate ", j, " from ", z_[j], " to ",
                      z[j], ", outside the range ", map_->range(), " of the gradient of the potential ", map_->kind(),
                      "; a smaller step may stay inside"));
    Vector beta(z.size());
    map_->primal(z, beta);
    if (!beta.allFinite())
      return stop(StopReason::not_finite, cat("step ", clock_.steps() + 1.0, " (η = ", length.size, ") makes β overflow"));
    z_ = z;
    point_.theta = std::move(beta);
    stale_ = true;
    clock_.tick(length);
    next_ = length;
    return true;
  }

  Mirror dynamics_;
  std::unique_ptr<PotentialMap> map_;
  Batches batches_;
  StepLength next_;               // the last length: a guess at the next
  Vector z_, origin_, velocity_;  // (d)
  double log_multiplier_ = 0.0;   // log of the automatic step times exp(log_scale)
  std::array<double, kMemory> recent_{};  // log losses of the last steps
  mutable Point point_;           // β and, unless stale, what follows from it
  mutable bool stale_ = false;
};

}  // namespace

std::unique_ptr<Stepper> make_mirror(const Problem& problem, const Mirror& dynamics, std::unique_ptr<PotentialMap> potential) {
  if (!std::holds_alternative<Linear>(problem.model))
    throw InvalidInput(
        "mirror: mirror descent trains the linear model; a diagonal model has its geometry built in, use gradient_flow or "
        "gradient_descent");
  if (!(dynamics.momentum >= 0.0 && dynamics.momentum < 1.0))
    throw InvalidInput(cat("mirror: momentum is ", dynamics.momentum, ", expected a number in [0, 1)"));
  return std::make_unique<MirrorStepper>(problem, dynamics, std::move(potential));
}

std::unique_ptr<Stepper> make_mirror(const Problem& problem, const Mirror& dynamics) {
  return make_mirror(problem, dynamics, make_potential_map(dynamics.potential, problem.data->dimension()));
}

}  // namespace penchant
