#include "penchant/dynamics/run_loop.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "penchant/core/number_words.h"
#include "penchant/dynamics/alignment.h"
#include "penchant/dynamics/flow_escape.h"
#include "penchant/dynamics/saddle.h"
#include "penchant/dynamics/save_at.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kStepsBetweenTests = 1.0 / 64.0;  // of the steps made so far: less than the spacing of the snapshots
constexpr double kMostWork = 0x1p30;               // multiplications between two tests: about a second, so that a signal is seen
constexpr double kWorkOfAnyStep = 512.0;           // of a step on the smallest problem

class Loop {
 public:
  Loop(const Problem& problem, Stepper& stepper, bool continuous, const StopLimits& limits, const SimulateOptions& options)
      : problem_(problem),
        stepper_(stepper),
        continuous_(continuous),
        limits_(limits),
        options_(options),
        saved_(options.snapshots) {
    const double work =
        kWorkOfAnyStep + static_cast<double>(problem.data->samples()) * static_cast<double>(problem.data->dimension());
    most_steps_ = stepper.has_closed_form() ? kInfinity : std::max(1.0, std::floor(kMostWork / work));
  }

  Trajectory run() {
    start_ = now_ = stepper_.progress();
    std::optional<Stop> stop = options_.resume.empty() ? begin() : resume();
    while (!stop) {
      remember();
      if ((stop = answer_request())) break;
      if (!stepper_.advance(time_limit(), step_limit())) {
        stop = Stop{stepper_.failure(), stepper_.failure_text()};
        now_ = stepper_.progress();
        break;
      }
      now_ = stepper_.progress();
      stop = reached_limit();
      if (!stop && limits_.decays && limits_.stationary) stop = at_rest(limits_, problem_, stepper_.snapshot());
      if (!stop && saved_.is_due(now_.log10_time)) stop = keep_snapshot();
    }
    return trajectory(*stop);
  }

 private:
  std::optional<Stop> begin() {
    const std::optional<Stop> stop = keep_snapshot();
    return stop ? stop : reached_limit();
  }

  // Where nothing had ended the run.
  std::optional<Stop> resume() {
    try {
      Reader in(options_.resume);
      stepper_.load(in);
      saved_.load(in);
      seconds_before_ = in.number();
      if (!in.at_end()) throw InvalidInput("holds more than this run");
    } catch (const InvalidInput& error) {
      throw InvalidInput(cat("resume: the saved state ", error.what()));
    }
    now_ = stepper_.progress();
    return {};
  }

  std::string state() const {
    Writer out;
    stepper_.save(out);
    saved_.save(out);
    out.number(seconds());
    return std::move(out).take();
  }

  // Of a run that cannot be saved at any time.
  void remember() {
    const bool keeps = options_.save && continuous_ && !stepper_.has_closed_form();
    if (!keeps || !stepper_.can_save(time_limit())) return;
    remembered_ = state();
    remembered_steps_ = now_.steps;
  }

  void save() {
    if (!options_.save) return;
    if (stepper_.can_save(time_limit())) {
      options_.save(state());
    } else if (!remembered_.empty()) {
      options_.save(remembered_);
    }
  }

  std::optional<Stop> answer_request() {
    const Request request = options_.request ? options_.request() : Request::go_on;
    if (request == Request::stop) return interrupted(now_.steps);
    if (request != Request::go_on) save();
    if (request != Request::save_and_stop) return {};
    return Stop{StopReason::checkpointed, cat("stopped after ", number_text(now_.steps), " steps, ", saved_text())};
  }

  std::string saved_text() const {
    if (stepper_.can_save(time_limit())) return "all of them saved";
    if (!remembered_.empty()) return cat("the first ", number_text(remembered_steps_), " of them saved");
    return "none of them saved: a flow can be saved every dynamics.checkpoint_steps steps";
  }

  static Stop interrupted(double steps) {
    return {StopReason::interrupted, cat("interrupted after ", number_text(steps), " steps")};
  }

  double time_limit() const {
    const double end = limits_.log10_time.value_or(kInfinity);
    return continuous_ ? std::min(end, saved_.next()) : end;
  }

  double step_limit() const {
    const double some = std::clamp(std::floor(now_.steps * kStepsBetweenTests), 1.0, most_steps_);
    return limits_.steps ? std::min(some, *limits_.steps - now_.steps) : some;
  }

  std::optional<Stop> reached_limit() const {
    if (auto stop = diverged(start_, now_)) return stop;
    for (const auto& target : {loss_reached(limits_, now_), residual_reached(limits_, now_)})
      if (target && is_aligned()) return target;
    if (auto stop = steps_reached(limits_, now_)) return stop;
    if (auto stop = time_reached(limits_, now_, continuous_ ? std::nan("") : stepper_.step_size())) return stop;
    return limits_.seconds ? seconds_reached(limits_, now_, seconds()) : std::nullopt;
  }

  bool is_aligned() const { return !limits_.alignment || stepper_.snapshot().alignment <= *limits_.alignment; }

  std::optional<Stop> keep_snapshot() {
    Snapshot snapshot = stepper_.snapshot();
    const bool go_on = !options_.observer || options_.observer(snapshot);
    std::optional<Stop> stop = at_rest(limits_, problem_, snapshot);
    if (!go_on) stop = interrupted(snapshot.steps);
    saved_.keep(std::move(snapshot));
    return stop;
  }

  double seconds() const {
    return seconds_before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

  Trajectory trajectory(const Stop& stop) {
    Trajectory out;
    out.coordinates = stepper_.coordinates();
    out.reason = stop.reason;
    out.text = stop.text;
    Snapshot last = stepper_.snapshot();
    out.steps = last.steps;
    out.log10_time = last.log10_time;
    out.time = std::pow(10.0, last.log10_time);
    out.log10_loss = last.log10_loss;
    out.loss = std::pow(10.0, last.log10_loss);
    const bool underflows = out.loss < std::numeric_limits<double>::min() && last.log10_loss != -kInfinity;
    if (underflows) out.loss = std::nan("");
    out.predictor = last.predictor;
    out.measured = stepper_.measured();
    out.step_size = stepper_.step_size();
    out.left_saddle = left_saddle(problem_, last.predictor);
    if (!out.left_saddle && std::isnan(last.rest)) out.text += saddle_text(out.step_size);
    // At the saddle the dual iterate has hardly moved, and what it is off is rounding.
    if (out.left_saddle && last.alignment > kLeftRowSpace && continuous_ &&
        (out.coordinates == "weights" || out.coordinates == "log_weights"))
      out.text += cat("; the dual iterate is off the row space by ", last.alignment,
                      " of its way, where the flow stays: this may be the run of something else");
    out.remaining = stepper_.remaining();
    out.seconds = seconds();
    out.snapshots = std::move(saved_).finish(std::move(last));
    for (const Snapshot& snapshot : out.snapshots) out.conserved_drift = std::fmax(out.conserved_drift, snapshot.conserved_drift);
    return out;
  }

  std::string saddle_text(double step) const {
    const double escape = log10_escape_time(problem_);
    if (escape == -std::numeric_limits<double>::infinity()) return "";  // the start is no saddle: it is large enough
    const std::string text =
        cat("; still at the saddle of its start, which the flow leaves at about t = ", power_of_ten_text(escape));
    if (continuous_ || !(step > 0.0) || !std::isfinite(escape)) return text;
    return cat(text, ", after about ", power_of_ten_text(escape - std::log10(step)),
               " steps of this size: gradient_flow passes it in hundreds, in log_weights or dual coordinates from any start "
               "however small");
  }

  const Problem& problem_;
  Stepper& stepper_;
  bool continuous_;
  const StopLimits& limits_;
  const SimulateOptions& options_;
  SaveAt saved_;
  Progress start_, now_;
  double most_steps_;            // between two tests
  double seconds_before_ = 0.0;  // of the parts of this run before it was resumed
  std::string remembered_;       // the last state that could be saved, where not every one can
  double remembered_steps_ = 0.0;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

Trajectory run_loop(const Problem& problem, Stepper& stepper, bool continuous, const StopLimits& limits,
                    const SimulateOptions& options) {
  return Loop(problem, stepper, continuous, limits, options).run();
}

}  // namespace penchant
