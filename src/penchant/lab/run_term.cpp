#include "penchant/lab/run_term.h"

#include <cmath>
#include <limits>

namespace penchant {

namespace {

double measured(const Trajectory& trajectory, const char* quantity) {
  const auto found = trajectory.measured.find(quantity);
  return found == trajectory.measured.end() ? 0.0 : found->second.values[0];
}

// The first-order displacement still owed, doubled for the second order.
double owed(const Trajectory& trajectory) { return 2.0 * trajectory.remaining; }

// Three root mean squares: a run is farther from its mean a ninth of the time at most (Chebyshev), and far less often where many
// draws add up.
double wandering(const Trajectory& trajectory) { return 3.0 * measured(trajectory, "wandering"); }

}  // namespace

bool has_noise_of_unknown_size(const Trajectory& trajectory) { return std::isnan(wandering(trajectory)); }

bool moved_by_noise(const Trajectory& trajectory) {
  return std::isfinite(wandering(trajectory)) && wandering(trajectory) > owed(trajectory);
}

double run_error(const Trajectory& trajectory, double norm, double integration_error) {
  constexpr double kEps = std::numeric_limits<double>::epsilon();
  // Every step may leave a rounding that nothing contracts, but a closed form makes no steps; methods whose steps round by more
  // than that measure it.
  const double rounding = 4.0 * kEps * (100.0 + (trajectory.coordinates == "spectral" ? 0.0 : trajectory.steps)) +
                          2.0 * measured(trajectory, "rounding") / norm;
  // What the integration error is relative to; beside a limit 0 it is nothing.
  const double size = trajectory.predictor.values.norm();
  const double integration = size > 0.0 ? integration_error * (size / norm) : integration_error;
  const bool noise = moved_by_noise(trajectory) || has_noise_of_unknown_size(trajectory);
  const double rest = noise ? wandering(trajectory) : owed(trajectory);
  return rest / norm + integration + rounding;
}

}  // namespace penchant
