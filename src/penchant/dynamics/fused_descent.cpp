#include "penchant/dynamics/fused_descent.h"

#include <algorithm>
#include <cmath>

#include "penchant/dynamics/conserved.h"
#include "penchant/dynamics/curvature.h"
#include "penchant/dynamics/dual_iterate.h"
#include "penchant/dynamics/objective.h"
#include "penchant/dynamics/stability.h"
#include "penchant/dynamics/step_gain.h"

namespace penchant {

namespace {

std::unique_ptr<kernels::DescentKernel> make_kernel(const Problem& problem) {
  const Matrix& x = require_dense(*problem.data->features, "gradient_descent");
  return std::make_unique<kernels::DiagonalDescent>(x.data(), static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(x.cols()),
                                                    static_cast<std::size_t>(x.cols()), problem.data->targets.data());
}

class FusedDescent final : public Stepper {
 public:
  FusedDescent(const Problem& problem, const DescentRule& rule, std::string_view method, std::unique_ptr<kernels::DescentKernel> kernel, bool measure)
      : objective_(problem), method_(method), meter_(rule.measure), own_(std::move(kernel)), kernel_(*own_), dimension_(problem.data->dimension()), measures_(measure), point_(objective_.start()) {
    const StepCheck check{0.0, false, rule.force, 0};
    require_stable(objective_, point_, rule.step_size, check, method);
    step_ = StepLength::of(is_automatic(rule.step_size) ? automatic_step(objective_, point_, check) : std::get<double>(rule.step_size.rule));
    const bool mean = reduction(problem.loss) == Reduction::mean;
    factor_ = 2.0 * step_.size * (mean ? 1.0 / static_cast<double>(problem.data->samples()) : 1.0);
    log_loss_reference_ = objective_.log_loss_reference(point_);
    set_kernel(point_.theta);
    if (measures_) kernel_.start_gains();
  }

  bool advance(double log10_time_limit, double max_steps) override {
    if (failure_) return false;
    const double fit = std::floor(std::pow(10.0, log10_time_limit) / step_.size) - steps_;
    const double count = std::max(1.0, std::min({std::floor(max_steps), fit, 0x1p40}));
    const Vector before = point_.theta;
    move(count);
    if (!breakdown_now()) return true;
    return count > 1.0 ? replay(before, count) : false;
  }

  Progress progress() const override { return {log10_time(), steps_, point_.log_loss, objective_.residual(point_.outputs)}; }

  Snapshot snapshot() const override {
    Snapshot out = objective_.snapshot(point_.outputs, point_.log_loss, StepClock{});
    out.log10_time = log10_time();
    out.steps = steps_;
    out.predictor = objective_.model().predictor(point_.theta);
    if (const auto dual = dual_displacement(objective_.problem(), point_.theta)) out.alignment = objective_.alignment(*dual);
    out.conserved_drift = conserved_drift(objective_.problem(), point_.theta);
    meter_.add_to(out, objective_, point_);
    return out;
  }

  void save(Writer& out) const override {
    out.section("fused descent");
    point_.save(out);
    out.number(steps_);
    Vector sums(4 * dimension_);
    kernel_.get_gain_sums(sums.data());
    out.vector(sums);
  }

  void load(Reader& in) override {
    in.section("fused descent");
    point_.load(in);
    steps_ = in.number();
    const Vector sums = in.vector();
    if (point_.theta.size() != 2 * dimension_ || sums.size() != 4 * dimension_) throw InvalidInput("is of a run with another number of features");
    set_kernel(point_.theta);
    kernel_.set_gain_sums(sums.data());
  }

  double remaining() const override { return objective_.remaining(point_); }

  Measured measured() const override {
    Measured out;
    if (measures_) {
      Vector plus(dimension_), minus(dimension_);
      kernel_.get_gains(plus.data(), minus.data());
      out = gain_arrays(2.0, std::move(plus), std::move(minus));
    }
    meter_.add_to(out, objective_, point_, step_size());
    return out;
  }

  double step_size() const override { return steps_ > 0.0 ? step_.size : std::nan(""); }
  std::string coordinates() const override { return "weights"; }
  StopReason failure() const override { return failure_ ? failure_->reason : StopReason::not_finite; }
  std::string failure_text() const override { return failure_ ? failure_->text : ""; }

 private:
  double log10_time() const { return std::log10(steps_ * step_.size); }

  void set_kernel(const Vector& theta) { kernel_.set_state(theta.data(), theta.data() + dimension_); }

  void move(double count) {
    kernel_.run(factor_, static_cast<std::int64_t>(count));
    kernel_.get_state(point_.theta.data(), point_.theta.data() + dimension_);
    steps_ += count;
    objective_.evaluate(point_);
  }

  bool breakdown_now() {
    StepClock clock;
    clock.tick(step_);
    failure_ = breakdown(point_.log_loss, log_loss_reference_, clock, method_);
    if (failure_) failure_->text = cat(method_, ": the loss is 10^", point_.log_loss / std::log(10.0), " after step ", number_text(steps_),
                                       " of η = ", step_.size, ", from 10^", log_loss_reference_ / std::log(10.0));
    return failure_.has_value();
  }

  // Once more, one by one, so that the run ends at the first step past the limit and not at what overflow left.
  bool replay(const Vector& before, double count) {
    point_.theta = before;
    steps_ -= count;
    set_kernel(before);
    for (double k = 0.0; k < count; k += 1.0) {
      move(1.0);
      if (breakdown_now()) return false;
    }
    return true;
  }

  Objective objective_;
  std::string method_;
  CurvatureMeter meter_;
  std::unique_ptr<kernels::DescentKernel> own_;
  kernels::DescentKernel& kernel_;
  Index dimension_;
  bool measures_;
  StepLength step_;
  double factor_ = 0.0, steps_ = 0.0, log_loss_reference_ = 0.0;
  Point point_;
  std::optional<Failure> failure_;
};

}  // namespace

bool has_fused_descent(const Problem& problem, const DescentRule& rule) {
  const auto* model = std::get_if<Diagonal>(&problem.model);
  const bool constant = is_automatic(rule.step_size) || std::holds_alternative<double>(rule.step_size.rule);
  return model && model->depth == 2 && model->form == DiagonalForm::difference_of_powers && model->factors == Factors::tied &&
         std::holds_alternative<Squared>(problem.loss) && rule.momentum == 0.0 && rule.weight_decay == 0.0 && rule.batch == 0 && constant && problem.data->features->dense();
}

std::unique_ptr<Stepper> make_fused_descent(const Problem& problem, const DescentRule& rule, std::string_view method,
                                            std::unique_ptr<kernels::DescentKernel> kernel, bool measure) {
  return std::make_unique<FusedDescent>(problem, rule, method, kernel ? std::move(kernel) : make_kernel(problem), measure);
}

}  // namespace penchant
