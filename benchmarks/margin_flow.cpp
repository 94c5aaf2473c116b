// Gradient flow of the logistic loss on separable data, n = 200, d = 50, to log t = 14 (where 10^6 gradient steps get)
// and log t = 10^6.
// A step may be wrong by 1e-4 in the margins, which are 1e6 at the end; at log t = 14 that is 1e-6 in the gap.
// `error` is the gap between the margin reached and the upper bound ‖Z^T q‖ of the same run continued to log10 t = 1e9, relative.
#include <benchmark/benchmark.h>

#include <cmath>

#include "penchant/dynamics/simulate.h"
#include "support/mixed.h"

namespace penchant {
namespace {

constexpr GradientFlow kFlow{.clock = Clock::normalised, .rtol = 1e-4};

void margin_flow(benchmark::State& state, double log_time) {
  const DatasetPtr data = benchmarks::separable_data(200, 50);
  const Problem problem = make_problem(data, Linear{}, Logistic{Reduction::mean}, InitSpec{});
  const Matrix z = data->targets.asDiagonal() * *data->features->dense();
  Trajectory end;
  for (auto _ : state) end = simulate(problem, kFlow, {.log10_time = log_time / std::log(10.0)}, {.snapshots = 2});
  const Trajectory far = simulate(problem, kFlow, {.log10_time = 1e9}, {.snapshots = 2});
  const double optimum = (z.transpose() * far.snapshots.back().loss_weights).norm();
  state.counters["units"] = 1.0;
  state.counters["error"] = 1.0 - (z * end.predictor.values).minCoeff() / end.predictor.values.norm() / optimum;
  state.counters["steps"] = end.steps;
}
BENCHMARK_CAPTURE(margin_flow, log_time_14, 14.0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(margin_flow, log_time_1e6, 1e6)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penchant
