#include "penchant/dynamics/fused_noisy_descent.h"

#include <algorithm>
#include <cmath>

#include "penchant/dynamics/curvature.h"
#include "penchant/dynamics/dual_iterate.h"
#include "penchant/dynamics/noise.h"
#include "penchant/dynamics/objective.h"
#include "penchant/dynamics/stability.h"
#include "penchant/dynamics/step_gain.h"

namespace penchant {

namespace {

constexpr const char* kMethod = "stochastic";

std::unique_ptr<kernels::DescentKernel> kernel_of(const Problem& problem) {
  const Matrix& x = require_dense(*problem.data->features, kMethod);
  return std::make_unique<kernels::DiagonalDescent>(x.data(), static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(x.cols()),
                                                    static_cast<std::size_t>(x.cols()), problem.data->targets.data());
}

class FusedNoisyDescent final : public Stepper {
 public:
  FusedNoisyDescent(const Problem& problem, const DescentRule& rule, std::unique_ptr<kernels::DescentKernel> kernel, bool measure)
      : objective_(problem), rule_(rule), meter_(rule.measure), own_(kernel ? std::move(kernel) : kernel_of(problem)), kernel_(*own_),
        dimension_(problem.data->dimension()), measures_(measure), point_(objective_.start()), zeros_(Vector::Zero(dimension_)) {
    const StepCheck check{0.0, false, rule.force, 0};
    require_stable(objective_, point_, rule.step_size, check, kMethod);
    if (is_automatic(rule.step_size)) automatic_ = StepLength::of(automatic_step(objective_, point_, check));
    const bool mean = reduction(problem.loss) == Reduction::mean;
    const double weight = mean ? 1.0 / static_cast<double>(problem.data->samples()) : 1.0;
    plan_ = {label_noise_key(rule.seed), rule.label_noise->kind == LabelNoiseKind::gaussian, rule.label_noise->sigma,
             [this, weight](std::int64_t k) { return 2.0 * length(static_cast<double>(k)).size * weight; }};
    log_loss_reference_ = objective_.log_loss_reference(point_);
    set_kernel(point_.theta);
    if (measures_) kernel_.start_gains();
  }

  bool advance(double log10_time_limit, double max_steps) override {
    if (failure_) return false;
    const Vector before = point_.theta;
    const StepClock clock = clock_;
    double count = 1.0;
    if (std::isfinite(log10_time_limit)) count = steps_that_fit(log10_time_limit, max_steps);
    else count = std::max(1.0, std::min(std::floor(max_steps), 0x1p40));
    move(count);
    if (!breaks_down()) return true;
    return count > 1.0 ? replay(before, clock, count) : false;
  }

  Progress progress() const override { return objective_.progress(point_, clock_); }

  Snapshot snapshot() const override {
    Snapshot out = objective_.snapshot(point_.outputs, point_.log_loss, clock_);
    out.predictor = objective_.model().predictor(point_.theta);
    if (const auto dual = dual_displacement(objective_.problem(), point_.theta)) out.alignment = objective_.alignment(*dual);
    meter_.add_to(out, objective_, point_);
    return out;
  }

  void save(Writer& out) const override {
    out.section("fused noisy descent");
    point_.save(out);
    clock_.save(out);
    Vector sums(4 * dimension_);
    kernel_.get_gain_sums(sums.data());
    out.vector(sums);
  }

  void load(Reader& in) override {
    in.section("fused noisy descent");
    point_.load(in);
    clock_.load(in);
    const Vector sums = in.vector();
    if (point_.theta.size() != objective_.model().parameters() || sums.size() != 4 * dimension_)
      throw InvalidInput("is of a run with another number of features");
    set_kernel(point_.theta);
    kernel_.set_gain_sums(sums.data());
  }

  double remaining() const override { return objective_.remaining(point_); }

  Measured measured() const override {
    Measured out;
    if (measures_) {
      Vector plus(dimension_), minus(dimension_);
      kernel_.get_gains(plus.data(), minus.data());
      out = gain_arrays(2.0, std::move(plus), is_pair() ? std::move(minus) : Vector());
    }
    meter_.add_to(out, objective_, point_, clock_.last());
    return out;
  }

  double step_size() const override { return clock_.last(); }
  std::string coordinates() const override { return "weights"; }
  StopReason failure() const override { return failure_ ? failure_->reason : StopReason::not_finite; }
  std::string failure_text() const override { return failure_ ? failure_->text : ""; }

 private:
  bool is_pair() const { return point_.theta.size() == 2 * dimension_; }
  StepLength length(double k) const { return step_length(rule_.step_size, k, point_.log_loss, automatic_); }

  double steps_that_fit(double log10_time_limit, double max_steps) const {
    StepClock clock = clock_;
    double count = 0.0;
    do {
      clock.tick(length(clock.steps()));
      count += 1.0;
    } while (count + 1.0 <= max_steps && clock.log10_time_after(length(clock.steps())) <= log10_time_limit);
    return count;
  }

  void set_kernel(const Vector& theta) { kernel_.set_state(theta.data(), is_pair() ? theta.data() + dimension_ : zeros_.data()); }

  void move(double count) {
    kernel_.run_noisy(plan_, static_cast<std::int64_t>(clock_.steps()), static_cast<std::int64_t>(count));
    kernel_.get_state(point_.theta.data(), is_pair() ? point_.theta.data() + dimension_ : zeros_.data());
    for (double k = 0.0; k < count; k += 1.0) clock_.tick(length(clock_.steps()));
    objective_.evaluate(point_);
  }

  bool breaks_down() {
    failure_ = breakdown(point_.log_loss, log_loss_reference_, clock_, kMethod);
    return failure_.has_value();
  }

  // Once more, one by one, so that the run ends at the first step past the limit and not at what overflow left.
  bool replay(const Vector& before, const StepClock& clock, double count) {
    point_.theta = before;
    clock_ = clock;
    zeros_.setZero();
    set_kernel(before);
    for (double k = 0.0; k < count; k += 1.0) {
      move(1.0);
      if (breaks_down()) return false;
    }
    return true;
  }

  Objective objective_;
  DescentRule rule_;
  CurvatureMeter meter_;
  std::unique_ptr<kernels::DescentKernel> own_;
  kernels::DescentKernel& kernel_;
  Index dimension_;
  bool measures_;
  kernels::NoisySteps plan_;
  StepLength automatic_;
  StepClock clock_;
  double log_loss_reference_ = 0.0;
  Point point_;
  Vector zeros_;  // v of a power
  std::optional<Failure> failure_;
};

}  // namespace

bool has_fused_noisy_descent(const Problem& problem, const DescentRule& rule) {
  const auto* model = std::get_if<Diagonal>(&problem.model);
  const bool covered = model && model->depth == 2 && model->form != DiagonalForm::product && model->factors == Factors::tied;
  return covered && std::holds_alternative<Squared>(problem.loss) && rule.label_noise && !rule.gradient_noise && rule.momentum == 0.0 && rule.weight_decay == 0.0 && rule.batch == 0 &&
         !std::holds_alternative<LossProportionalStep>(rule.step_size.rule) && problem.data->features->dense();
}

std::unique_ptr<Stepper> make_fused_noisy_descent(const Problem& problem, const DescentRule& rule, std::unique_ptr<kernels::DescentKernel> kernel, bool measure) {
  return std::make_unique<FusedNoisyDescent>(problem, rule, std::move(kernel), measure);
}

}  // namespace penchant
