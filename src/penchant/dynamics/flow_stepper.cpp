#include "penchant/dynamics/flow_stepper.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr double kLogTen = 2.302585092994045684;
constexpr double kFarthestHorizon = 1e10;  // of the first move
constexpr double kMostLogTime = 300.0 * kLogTen;  // no step is made far beyond
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// The gradient is looked at when the log of the loss has not fallen by this much.
constexpr double kFlat = 1e-3;
// Steps between two looks at the loss, so that a run that is at its end is seen.
constexpr double kMostSteps = 16.0;
// Loss weights are e^-margin: a rounding of the margins above this is all that decides them.
constexpr double kDecidingRounding = 1.0;
// A step this short beside x has lost half of its digits.
constexpr double kResolution = 1e-8;

class FlowStepper final : public Stepper {
 public:
  FlowStepper(std::unique_ptr<Flow> flow, std::int64_t checkpoint_steps, IntegrationMethod method)
      : flow_(std::move(flow)), integrator_(*flow_, method), checkpoint_steps_(checkpoint_steps), next_renewal_(checkpoint_steps),
        state_(flow_->start()) {
    first_move_ = first_move();
    read_outputs();
    lowest_log_loss_ = log_loss_;
  }

  bool advance(double log10_time_limit, double max_steps) override {
    const double limit = log10_time_limit * kLogTen;
    asked_.reset();
    if (!(reached() > limit) && stationary_) return fail(StopReason::stationary, stationary_text());
    if (!(reached() > limit) && margin_rounding_ > kDecidingRounding) return fail(StopReason::stationary, rounded_text());
    bool steps = true;
    const double most = std::min(max_steps, kMostSteps);
    for (double taken = 0.0;
         steps && !(reached() > limit) && !is_out_of_time() && (taken == 0.0 || (taken + 1.0 <= most && !renewal_is_due()));
         ++taken)
      steps = step();
    if (reached() > limit) {
      move_to_time(limit);
      asked_ = log10_time_limit;
    } else {
      show_reached();
    }
    if (steps && is_out_of_time()) return fail(StopReason::stationary, out_of_time_text());
    return steps || fail(StopReason::integrator, broken_text());
  }

  Progress progress() const override {
    return {.log10_time = asked_ ? *asked_ : flow_->log_time(position_, state_) / kLogTen,
            .steps = static_cast<double>(integrator_.steps()),
            .log_loss = log_loss_,
            .residual = flow_->loss().residual(outputs_)};
  }

  Snapshot snapshot() const override {
    const Progress now = progress();
    return {.log10_time = now.log10_time,
            .steps = now.steps,
            .log10_loss = now.log_loss / kLogTen,
            .predictor = flow_->predictor(state_),
            .loss_weights = flow_->loss().normalised_weights(outputs_),
            .residual = now.residual,
            .rest = flow_->rest(state_),
            .alignment = flow_->alignment(state_),
            .conserved_drift = flow_->conserved_drift(state_)};
  }

  double remaining() const override {
    if (flow_->loss().classifies() && !flow_->decays()) return kNaN;
    return flow_->owed(state_, outputs_ - flow_->loss().targets());
  }

  Measured measured() const override { return flow_->measured(state_); }

  // Points inside the last step are read off its history, so it must have none left that are asked for.
  bool can_save(double log10_time_limit) const override { return renewal_is_due() && !(reached() > log10_time_limit * kLogTen); }

  void save(Writer& out) const override {
    out.section(coordinates());
    for (double x : {integrator_.previous(), integrator_.position(), position_, log_loss_, lowest_log_loss_}) out.number(x);
    out.vector(integrator_.state());
    out.integer(integrator_.steps());
    out.vector(state_);
    out.vector(outputs_);
    out.flag(stationary_);
    out.flag(asked_.has_value());
    out.number(asked_.value_or(0.0));
    flow_->save(out);
  }

  void load(Reader& in) override {
    in.section(coordinates());
    double previous = 0.0, position = 0.0;
    for (double* x : {&previous, &position, &position_, &log_loss_, &lowest_log_loss_}) *x = in.number();
    const Vector reached = in.vector();
    if (reached.size() != state_.size()) throw InvalidInput("is of a run with another number of parameters");
    integrator_.resume(previous, position, reached, in.integer());
    next_renewal_ = integrator_.steps();
    state_ = in.vector();
    outputs_ = in.vector();
    stationary_ = in.flag();
    const bool asked = in.flag();
    const double at = in.number();
    asked_ = asked ? std::optional(at) : std::nullopt;
    flow_->load(in);
  }

  double step_size() const override { return kNaN; }
  std::string coordinates() const override { return flow_->coordinates(); }
  StopReason failure() const override { return reason_; }
  std::string failure_text() const override { return text_; }

 private:
  double reached() const { return flow_->log_time(integrator_.position(), integrator_.state()); }

  // The x in which the first coordinate moves by its natural size, tolerance / rtol.
  double first_move() {
    Vector tolerance(state_.size()), velocity(state_.size());
    flow_->tolerance(state_, 0.0, tolerance);
    if (!flow_->velocity(0.0, state_, velocity)) return 1.0;
    const double moves = (velocity.array().abs() / tolerance.array()).maxCoeff() * flow_->relative_tolerance();
    return moves > 0.0 && std::isfinite(moves) ? 1.0 / moves : 1.0;
  }

  void read_outputs() {
    outputs_ = flow_->outputs(state_);
    log_loss_ = flow_->loss().log_value(outputs_);
  }

  // The point of the last step whose time is e^log_time.
  void move_to_time(double log_time) {
    double x = 0.0;
    if (flow_->clock().variable == FlowVariable::speed) {
      double low = integrator_.previous(), high = integrator_.position();
      for (int i = 0; i < 200 && low < high; ++i) {  // bisection ends when no double is left between the two
        x = low + 0.5 * (high - low);
        if (x <= low || x >= high) break;
        integrator_.interpolate(x, state_);
        (flow_->log_time(x, state_) > log_time ? high : low) = x;
      }
      x = low;
    } else {
      x = std::clamp(flow_->clock().position(log_time), integrator_.previous(), integrator_.position());
    }
    position_ = x;
    if (integrator_.steps() == 0) return;
    integrator_.interpolate(x, state_);
    read_outputs();
  }

  void show_reached() {
    position_ = integrator_.position();
    state_ = integrator_.state();
    read_outputs();
    const bool falls = log_loss_ < lowest_log_loss_ - kFlat;
    lowest_log_loss_ = std::min(log_loss_, lowest_log_loss_);
    stationary_ = !falls && !flow_->decays() && flow_->gradient_vanishes(state_, outputs_);
    if (flow_->loss().classifies()) margin_rounding_ = flow_->output_rounding(state_);
  }

  bool step() {
    if (!renewal_is_due()) {
      restart_where_resolution_is_lost();
      return integrator_.step(integrator_.position() + first_move_);
    }
    double length = integrator_.position() - integrator_.previous();
    integrator_.renew();
    if (flow_->clock().variable == FlowVariable::speed) {
      // Without a history a first step is guessed, and after a wait of 1e58 x has no room for a guess. Nor has a horizon that far:
      // the library would not try less than 1e-14 of it, and a prediction that moves a log by 1e46 takes with it what the log was.
      integrator_.restart();
      length = std::min(length, kFarthestHorizon * first_move_);
    }
    next_renewal_ = integrator_.steps() + checkpoint_steps_;
    return integrator_.step(integrator_.position() + length);
  }

  bool renewal_is_due() const { return integrator_.steps() >= next_renewal_; }

  // Leaving a saddle after a wait of 1e60 takes a time 1, which x no longer resolves.
  void restart_where_resolution_is_lost() {
    const double length = integrator_.position() - integrator_.previous();
    if (flow_->clock().variable == FlowVariable::speed && length < kResolution * integrator_.position()) integrator_.restart();
  }

  std::string stationary_text() const {
    const Progress now = progress();
    if (flow_->loss().classifies() && now.log_loss < -600.0)
      return "the loss weights underflow: dynamics.clock = \"normalised\" goes on from here";
    return cat("the gradient vanished to rounding at t = ", power_of_ten_text(now.log10_time), loss_stays_text());
  }

  bool is_out_of_time() const { return flow_->clock().variable == FlowVariable::time && reached() > kMostLogTime; }

  std::string out_of_time_text() const {
    return cat("t = ", power_of_ten_text(progress().log10_time), " is the end of the range of a double", loss_stays_text());
  }

  std::string loss_stays_text() const {
    const char* held = flow_->one_sided() ? "; features that would have to be negative are held at 0" : "";
    return cat(": the loss stays at ", power_of_ten_text(progress().log_loss / kLogTen), held);
  }

  std::string rounded_text() const {
    return cat("the margins are sums whose rounding reaches ", margin_rounding_,
               " at t = ", power_of_ten_text(progress().log10_time),
               ": beyond this time rounding dominates; standardise the features (data.standardise = true) to go further");
  }

  std::string broken_text() const {
    return cat("the integrator cannot go on at t = ", power_of_ten_text(progress().log10_time), " in ", coordinates(), ": ",
               integrator_.failure(), " What is shown is the last step that counted.");
  }

  bool fail(StopReason reason, std::string text) {
    reason_ = reason;
    text_ = std::move(text);
    return false;
  }

  std::unique_ptr<Flow> flow_;
  Integrator integrator_;
  double first_move_ = 1.0;
  std::int64_t checkpoint_steps_;
  std::int64_t next_renewal_;  // in steps
  std::optional<double> asked_;  // log10 t of the state that is shown, where it was asked for: the way through x would round it
  double position_ = 0.0;  // of the state that is shown: the integrator's own, or a time asked for inside its last step
  Vector state_;
  Vector outputs_;
  double log_loss_ = 0.0;
  double lowest_log_loss_ = 0.0;
  bool stationary_ = false;
  double margin_rounding_ = 0.0;  // classification: of the margins at the integrator's own state
  StopReason reason_ = StopReason::not_finite;
  std::string text_;
};

}  // namespace

std::unique_ptr<Stepper> make_flow_stepper(std::unique_ptr<Flow> flow, std::int64_t checkpoint_steps, IntegrationMethod method) {
  return std::make_unique<FlowStepper>(std::move(flow), checkpoint_steps, method);
}

}  // namespace penchant
