#include "penchant/dynamics/fused_descent.h"

#include <algorithm>
#include <cmath>

#include "penchant/dynamics/batches.h"
#include "penchant/dynamics/curvature.h"
#include "penchant/dynamics/dual_iterate.h"
#include "penchant/dynamics/noise.h"
#include "penchant/dynamics/stability.h"
#include "penchant/dynamics/step_gain.h"
#include "penchant/dynamics/wandering.h"
#include "penchant/dynamics/weight_stepper.h"

namespace penchant {

namespace {

constexpr double kMostSteps = 0x1p40;  // of one call of the kernel, which counts in 64 bits
// Entries of X up to which all of them cost less than the general step costs on its batch.
constexpr Index kLargestForBatches = 32768;

bool is_constant(const StepSize& step) { return is_automatic(step) || std::holds_alternative<double>(step.rule); }

std::unique_ptr<kernels::DescentKernel> make_kernel(const Problem& problem) {
  const Matrix& x = require_dense(*problem.data->features, "gradient_descent");
  const auto rows = static_cast<std::size_t>(x.rows()), cols = static_cast<std::size_t>(x.cols());
  return std::make_unique<kernels::DiagonalDescent>(x.data(), rows, cols, cols, problem.data->targets.data());
}

class FusedDescent final : public WeightStepper {
 public:
  FusedDescent(const Problem& problem, const DescentRule& rule, std::string_view method,
               std::unique_ptr<kernels::DescentKernel> kernel, bool measure)
      : WeightStepper(problem, std::string(method)), rule_(rule), meter_(rule.measure),
        kernel_(kernel ? std::move(kernel) : make_kernel(problem)), dimension_(problem.data->dimension()), measures_(measure),
        constant_(is_constant(rule.step_size)), point_(objective_.start()), zeros_(Vector::Zero(dimension_)) {
    const StepCheck check{0.0, false, rule.force, rule.batch};
    require_stable(objective_, point_, rule.step_size, check, method);
    if (is_automatic(rule.step_size)) automatic_ = StepLength::of(automatic_step(objective_, point_, check));
    if (reduction(problem.loss) == Reduction::mean) weight_ = 1.0 / static_cast<double>(problem.data->samples());
    if (rule.label_noise || rule.batch > 0) plan_steps();
    log_loss_reference_ = objective_.log_loss_reference(point_);
    set_kernel(point_.theta);
    if (measures_) kernel_->start_gains();
  }

  bool advance(double log10_time_limit, double max_steps) override {
    if (has_failed()) return false;
    const double most = std::min(std::floor(max_steps), kMostSteps);
    const double count =
        std::max(1.0, std::isfinite(log10_time_limit) ? std::min(most, steps_that_fit(log10_time_limit, most)) : most);
    const Vector before = point_.theta;
    const StepClock clock = clock_;
    move(count);
    if (!breaks_down(point_.log_loss)) return true;
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
    out.section(cat("fused ", method_));
    point_.save(out);
    clock_.save(out);
    Vector sums(4 * dimension_);
    kernel_->get_gain_sums(sums.data());
    out.vector(sums);
  }

  void load(Reader& in) override {
    in.section(cat("fused ", method_));
    point_.load(in);
    clock_.load(in);
    const Vector sums = in.vector();
    if (point_.theta.size() != objective_.model().parameters() || sums.size() != 4 * dimension_)
      throw InvalidInput("is of a run with another number of features");
    set_kernel(point_.theta);
    kernel_->set_gain_sums(sums.data());
  }

  double remaining() const override { return objective_.remaining(point_); }

  Measured measured() const override {
    Measured out;
    if (measures_) {
      Vector plus(dimension_), minus(dimension_);
      kernel_->get_gains(plus.data(), minus.data());
      out = gain_arrays(2.0, std::move(plus), is_pair() ? std::move(minus) : Vector());
    }
    meter_.add_to(out, objective_, point_, step_size());
    add_wandering(out, objective_, point_, rule_, step_size());
    return out;
  }

 private:
  void plan_steps() {
    plan_.emplace();
    plan_->factor = [this](std::int64_t k) { return factor(length(static_cast<double>(k))); };
    if (const auto& noise = rule_.label_noise) {
      plan_->key = label_noise_key(rule_.seed);
      plan_->gaussian = noise->kind == LabelNoiseKind::gaussian;
      plan_->sigma = noise->sigma;
    }
    if (rule_.batch == 0) return;
    batches_.emplace(objective_.targets().size(), rule_.batch, rule_.replacement, rule_.seed);
    plan_->weigh = [this](std::int64_t k, double* out, std::size_t stride) { weigh_batch(k, out, stride); };
  }

  // n/b a sample: of the sum, and beside weight_ of the mean over the batch.
  void weigh_batch(std::int64_t k, double* out, std::size_t stride) {
    const auto samples = static_cast<std::size_t>(objective_.targets().size());
    const std::vector<Index>& rows = batches_->at(static_cast<std::uint64_t>(k));
    const double weight = static_cast<double>(samples) / static_cast<double>(rows.size());
    for (std::size_t i = 0; i < samples; ++i) out[i * stride] = 0.0;
    for (const Index i : rows) out[static_cast<std::size_t>(i) * stride] += weight;
  }

  bool is_pair() const { return point_.theta.size() == 2 * dimension_; }
  StepLength length(double k) const { return step_length(rule_.step_size, k, point_.log_loss, automatic_); }
  double factor(StepLength step) const { return 2.0 * step.size * weight_; }

  double steps_that_fit(double log10_time_limit, double most) const {
    if (constant_) return std::floor(std::pow(10.0, log10_time_limit) / length(0.0).size) - clock_.steps();
    StepClock clock = clock_;
    double count = 0.0;
    do {
      clock.tick(length(clock.steps()));
      count += 1.0;
    } while (count + 1.0 <= most && clock.log10_time_after(length(clock.steps())) <= log10_time_limit);
    return count;
  }

  void set_kernel(const Vector& theta) { kernel_->set_state(theta.data(), is_pair() ? theta.data() + dimension_ : zeros_.data()); }

  void move(double count) {
    const auto steps = static_cast<std::int64_t>(count);
    if (plan_) kernel_->run_random(*plan_, static_cast<std::int64_t>(clock_.steps()), steps);
    else kernel_->run(factor(length(clock_.steps())), steps);
    kernel_->get_state(point_.theta.data(), is_pair() ? point_.theta.data() + dimension_ : zeros_.data());
    if (constant_) clock_.tick_constant(length(0.0), count);
    else
      for (double k = 0.0; k < count; k += 1.0) clock_.tick(length(clock_.steps()));
    objective_.evaluate(point_);
  }

  // Once more, one by one, so that the run ends at the first step past the limit and not at what overflow left.
  bool replay(const Vector& before, const StepClock& clock, double count) {
    point_.theta = before;
    clock_ = clock;
    zeros_.setZero();
    set_kernel(before);
    for (double k = 0.0; k < count; k += 1.0) {
      move(1.0);
      if (breaks_down(point_.log_loss)) return false;
    }
    return true;
  }

  DescentRule rule_;
  CurvatureMeter meter_;
  std::unique_ptr<kernels::DescentKernel> kernel_;
  Index dimension_;
  bool measures_, constant_;
  double weight_ = 1.0;                        // of a sample in the loss
  std::optional<kernels::RandomSteps> plan_;    // of steps that differ
  std::optional<Batches> batches_;
  StepLength automatic_;
  Point point_;
  Vector zeros_;  // v of a power
};

}  // namespace

bool has_fused_descent(const Problem& problem, const DescentRule& rule) {
  const auto* model = std::get_if<Diagonal>(&problem.model);
  const bool covered = model && model->depth == 2 && model->form != DiagonalForm::product && model->factors == Factors::tied;
  const bool plain = rule.momentum == 0.0 && rule.weight_decay == 0.0 && !rule.gradient_noise;
  const bool planned = rule.label_noise || rule.batch > 0;
  const bool scheduled = planned && !std::holds_alternative<LossProportionalStep>(rule.step_size.rule);
  const Matrix* x = problem.data->features->dense();
  return covered && plain && (scheduled || is_constant(rule.step_size)) && std::holds_alternative<Squared>(problem.loss) && x &&
         (rule.batch == 0 || x->size() <= kLargestForBatches);
}

std::unique_ptr<Stepper> make_fused_descent(const Problem& problem, const DescentRule& rule, std::string_view method,
                                            std::unique_ptr<kernels::DescentKernel> kernel, bool measure) {
  return std::make_unique<FusedDescent>(problem, rule, method, std::move(kernel), measure);
}

}  // namespace penchant
