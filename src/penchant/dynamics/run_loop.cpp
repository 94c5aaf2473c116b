#include "penchant/dynamics/run_loop.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "penchant/dynamics/flow_escape.h"
#include "penchant/dynamics/saddle.h"
#include "penchant/dynamics/save_at.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kStepsBetweenTests = 1.0 / 64.0;  // of the steps made so far: less than the spacing of the snapshots

class Loop {
 public:
  Loop(const Problem& problem, Stepper& stepper, bool continuous, const StopLimits& limits, const SimulateOptions& options)
      : problem_(problem), stepper_(stepper), continuous_(continuous), limits_(limits), options_(options), saved_(options.snapshots) {}

  Trajectory run() {
    start_ = now_ = stepper_.progress();
    std::optional<Stop> stop = keep_snapshot();
    if (!stop) stop = reached_limit();
    while (!stop) {
      if (!stepper_.advance(time_limit(), step_limit())) {
        stop = Stop{stepper_.failure(), stepper_.failure_text()};
        now_ = stepper_.progress();
        break;
      }
      now_ = stepper_.progress();
      stop = reached_limit();
      if (!stop && saved_.is_due(now_.log10_time)) stop = keep_snapshot();
    }
    return trajectory(*stop);
  }

 private:
  double time_limit() const {
    const double end = limits_.log10_time.value_or(kInfinity);
    return continuous_ ? std::min(end, saved_.next()) : end;
  }

  double step_limit() const {
    const double some = std::max(1.0, std::floor(now_.steps * kStepsBetweenTests));
    return limits_.steps ? std::min(some, *limits_.steps - now_.steps) : some;
  }

  std::optional<Stop> reached_limit() const {
    if (auto stop = diverged(start_, now_)) return stop;
    for (const auto& target : {loss_reached(limits_, now_), residual_reached(limits_, now_)})
      if (target && is_aligned()) return target;
    if (auto stop = steps_reached(limits_, now_)) return stop;
    if (auto stop = time_reached(limits_, now_, continuous_ ? std::nan("") : stepper_.step_size())) return stop;
    return limits_.seconds ? seconds_reached(limits_, now_, seconds_since_start()) : std::nullopt;
  }

  bool is_aligned() const { return !limits_.alignment || stepper_.snapshot().alignment <= *limits_.alignment; }

  std::optional<Stop> keep_snapshot() {
    Snapshot snapshot = stepper_.snapshot();
    const bool go_on = !options_.observer || options_.observer(snapshot);
    std::optional<Stop> stop = at_rest(limits_, problem_, snapshot);
    if (!go_on) stop = Stop{StopReason::interrupted, cat("interrupted after ", number_text(snapshot.steps), " steps")};
    saved_.keep(std::move(snapshot));
    return stop;
  }

  double seconds_since_start() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
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
    if (!out.left_saddle) out.text += cat("; still at the saddle of its start, which the flow leaves at about log10 time ", log10_escape_time(problem_));
    out.remaining = stepper_.remaining();
    out.snapshots = std::move(saved_).finish(std::move(last));
    return out;
  }

  const Problem& problem_;
  Stepper& stepper_;
  bool continuous_;
  const StopLimits& limits_;
  const SimulateOptions& options_;
  SaveAt saved_;
  Progress start_, now_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

Trajectory run_loop(const Problem& problem, Stepper& stepper, bool continuous, const StopLimits& limits, const SimulateOptions& options) {
  return Loop(problem, stepper, continuous, limits, options).run();
}

}  // namespace penchant
