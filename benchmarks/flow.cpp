// The whole gradient flow of beta = u^2 - v^2 from 1e-4 to a loss of 1e-10 (mean), d = 1000, n = 100, exactly sparse y.
// `error` is the largest distance of an entry of the end from the limit of the flow, argmin Q_alpha;
// the part of it that is not the flow's is what the loss leaves.
#include <benchmark/benchmark.h>

#include "penchant/dynamics/simulate.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/mixed.h"

namespace penchant {
namespace {

constexpr double kScale = 1e-4;

void flow(benchmark::State& state, Coordinates coordinates, double rtol) {
  const DatasetPtr data = benchmarks::sparse_data(100, 1000);
  const Problem problem = make_problem(data, Diagonal{}, Squared{Reduction::mean}, InitSpec{.scale = kScale});
  Trajectory end;
  for (auto _ : state)
    end = simulate(problem, GradientFlow{.coordinates = coordinates, .rtol = rtol}, {.loss = 1e-10}, {.snapshots = 2});
  const BregmanProjection limit{data->features, data->targets, Hypentropy{std::log(2.0) + 2.0 * std::log(kScale)}, {}};
  state.counters["units"] = 1.0;
  state.counters["error"] = (end.predictor.values - solve_bregman_projection(limit, {}).predictor.values).cwiseAbs().maxCoeff();
  state.counters["steps"] = end.steps;
}
BENCHMARK_CAPTURE(flow, dual, Coordinates::dual, 1e-6)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(flow, log_weights, Coordinates::log_weights, 1e-6)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(flow, weights, Coordinates::weights, 1e-8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penchant
