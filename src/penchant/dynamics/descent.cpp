#include "penchant/dynamics/descent.h"

#include <cmath>

#include "penchant/dynamics/batches.h"
#include "penchant/dynamics/conserved.h"
#include "penchant/dynamics/curvature.h"
#include "penchant/dynamics/dual_iterate.h"
#include "penchant/dynamics/estimate.h"
#include "penchant/dynamics/noise.h"
#include "penchant/dynamics/normalised_gain.h"
#include "penchant/dynamics/stability.h"
#include "penchant/dynamics/step_gain.h"
#include "penchant/dynamics/wandering.h"
#include "penchant/dynamics/weight_decay.h"
#include "penchant/dynamics/weight_stepper.h"

namespace penchant {

namespace {

class Descent final : public WeightStepper {
 public:
  Descent(const Problem& problem, const DescentRule& rule, std::string_view method)
      : WeightStepper(problem, std::string(method)),
        rule_(rule),
        meter_(rule.measure),
        network_(dynamic_cast<const PredictorModel*>(&objective_.model())),
        batches_(problem.data->samples(), rule.batch, rule.replacement, rule.seed),
        point_(objective_.start()),
        velocity_(Vector::Zero(point_.theta.size())) {
    if (!batches_.is_full() || rule.label_noise) require_dense(objective_.features(), "stochastic");
    if (rule.label_noise) label_noise_.emplace(*rule.label_noise, rule.seed, problem.data->samples());
    if (rule.gradient_noise) gradient_noise_.emplace(*rule.gradient_noise, rule.seed, point_.theta.size());
    require_decay(rule.weight_decay, method);
    const StepCheck check{rule.momentum, rule.nesterov, rule.force, rule.batch, rule.weight_decay};
    require_stable(objective_, point_, rule.step_size, check, method);
    if (is_automatic(rule.step_size)) automatic_ = StepLength::of(automatic_step(objective_, point_, check));
    log_loss_reference_ = objective_.log_loss_reference(point_);
    const bool has_gain = rule.momentum == 0.0 && !rule.gradient_noise && !decays();  // the sums of C6 and C7 are of the loss alone
    if (has_gain) gain_ = StepGain::for_problem(problem);
    if (has_gain) normalised_gain_ = NormalisedGain::for_problem(problem);
  }

  bool advance(double log10_time_limit, double max_steps) override {
    if (has_failed()) return false;
    return advance_steps(clock_, log10_time_limit, max_steps, [&] { return next_; }, [&] { return step(); });
  }

  Progress progress() const override { return objective_.progress(current(), clock_); }

  Snapshot snapshot() const override {
    const Point& now = current();
    Snapshot out = objective_.snapshot(now.outputs, now.log_loss, clock_);
    out.predictor = objective_.model().predictor(now.theta);
    if (decays()) {
      out.rest = decay_rest(objective_, now, rule_.weight_decay);
    } else {
      if (const auto dual = dual_displacement(objective_.problem(), now.theta)) out.alignment = objective_.alignment(*dual);
      out.conserved_drift = conserved_drift(objective_.problem(), now.theta);
    }
    meter_.add_to(out, objective_, now);
    return out;
  }

  void save(Writer& out) const override {
    out.section(method_);
    current().save(out);
    clock_.save(out);
    next_.save(out);
    out.vector(velocity_);
    if (gain_) gain_->save(out);
    if (normalised_gain_) normalised_gain_->save(out);
  }

  void load(Reader& in) override {
    in.section(method_);
    point_.load(in);
    stale_ = false;
    clock_.load(in);
    next_.load(in);
    velocity_ = in.vector();
    if (gain_) gain_->load(in);
    if (normalised_gain_) normalised_gain_->load(in);
  }

  double remaining() const override {
    return decays() ? decay_owed(objective_, current(), rule_.weight_decay) : objective_.remaining(current());
  }
  Measured measured() const override {
    Measured out = gain_ ? gain_->measured() : normalised_gain_ ? normalised_gain_->measured() : Measured{};
    meter_.add_to(out, objective_, current(), clock_.last());
    add_wandering(out, objective_, current(), rule_, clock_.last());
    return out;
  }

 private:
  bool decays() const { return rule_.weight_decay > 0.0; }

  bool step() {
    const bool ahead = rule_.nesterov && rule_.momentum > 0.0;
    const Vector at = ahead ? Vector(point_.theta + rule_.momentum * velocity_) : point_.theta;
    const Estimate h = gradient(at, ahead);
    if (breaks_down(h.log_loss)) return false;
    const StepLength length = step_length(rule_.step_size, clock_.steps(), h.log_loss, automatic_);
    const double multiplier = h.log_scale == 0.0 ? length.size : std::exp(length.log + h.log_scale);
    const Vector step_times_gradient = multiplier * h.gradient;
    if (gain_) gain_->add(step_times_gradient);
    if (normalised_gain_) normalised_gain_->add(point_.theta, step_times_gradient);
    velocity_ = rule_.momentum * velocity_ - pulled_back(at, step_times_gradient);
    if (gradient_noise_) velocity_ -= length.size * gradient_noise_->at(step_number());
    if (decays()) velocity_ -= length.size * rule_.weight_decay * at;
    point_.theta += velocity_;
    stale_ = true;
    clock_.tick(length);
    next_ = length;
    return true;
  }

  std::uint64_t step_number() const { return static_cast<std::uint64_t>(clock_.steps()); }

  // Of the full batch only the gradient, the loss and their scale.
  Estimate gradient(const Vector& at, bool ahead) {
    const std::vector<Index>& rows = batches_.at(step_number());
    if (!batches_.is_full() || label_noise_)
      return estimate_on(objective_, rows, predictor(at), label_noise_ ? label_noise_->at(step_number()) : nullptr);
    Point here;
    here.theta = at;
    const Point& point = ahead ? here : current();
    if (ahead) objective_.evaluate(here);
    Estimate out;
    out.gradient.resize(objective_.features().cols());
    out.log_scale = point.log_scale;
    out.log_loss = point.log_loss;
    objective_.features().adjoint(point.output_slope, out.gradient);
    return out;
  }

  Vector predictor(const Vector& theta) const {
    if (!network_) return theta;
    Vector beta(objective_.features().cols());
    network_->beta(theta, beta);
    return beta;
  }

  Vector pulled_back(const Vector& theta, const Vector& h) const {
    if (!network_) return h;
    Vector g(theta.size());
    network_->pull_back(theta, h, g);
    return g;
  }

  const Point& current() const {
    if (stale_) objective_.evaluate(point_);
    stale_ = false;
    return point_;
  }

  DescentRule rule_;
  CurvatureMeter meter_;
  const PredictorModel* network_;  // null: linear
  Batches batches_;
  std::optional<LabelNoiseStream> label_noise_;
  std::optional<GradientNoiseStream> gradient_noise_;
  StepLength automatic_, next_;
  mutable Point point_;            // theta and, unless stale, what follows from it
  mutable bool stale_ = false;
  Vector velocity_;
  std::optional<StepGain> gain_;
  std::optional<NormalisedGain> normalised_gain_;
};

}  // namespace

std::unique_ptr<Stepper> make_descent(const Problem& problem, const DescentRule& rule, std::string_view method) {
  if (!(rule.momentum >= 0.0 && rule.momentum < 1.0))
    throw InvalidInput(cat(method, ": momentum is ", rule.momentum, ", expected a number in [0, 1)"));
  return std::make_unique<Descent>(problem, rule, method);
}

}  // namespace penchant
