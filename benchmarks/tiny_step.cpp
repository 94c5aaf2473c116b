// Sweeps that share X: 30 step sizes of a 20 x 30 problem and 32 starts of a 20 x 50 problem, per step and member.
// `error` is the relative residual of the largest step after 2000 steps.
#include <benchmark/benchmark.h>

#include <cmath>

#include "penchant/dynamics/ensemble.h"
#include "support/hashed.h"

namespace penchant {
namespace {

using benchmarks::DiagonalData;

constexpr std::int64_t kCheckedSteps = 2000;

void run(benchmark::State& state, const EnsembleStart& start) {
  const DiagonalData data(20, start.u.rows());
  const std::int64_t steps = 2000;
  const auto descend = [&](std::int64_t count) { return descend_ensemble(data.x, data.y, Reduction::mean, start, count); };
  const double error = descend(kCheckedSteps).residual[start.step_size.size() - 1];
  for (auto _ : state) benchmark::DoNotOptimize(descend(steps));
  state.counters["units"] = static_cast<double>(steps * start.step_size.size());
  state.counters["error"] = error;
}

void step_sizes(benchmark::State& state) {
  constexpr Index kMembers = 30, kFeatures = 30;
  EnsembleStart start{Matrix::Constant(kFeatures, kMembers, 0.1), Matrix::Constant(kFeatures, kMembers, 0.1), Vector(kMembers)};
  for (Index m = 0; m < kMembers; ++m) start.step_size[m] = std::pow(10.0, -3.0 + 1.5 * static_cast<double>(m) / (kMembers - 1.0));
  run(state, start);
}

void starts(benchmark::State& state) {
  constexpr Index kMembers = 32, kFeatures = 50;
  EnsembleStart start{Matrix(kFeatures, kMembers), Matrix(kFeatures, kMembers), Vector::Constant(kMembers, 0.01)};
  for (Index m = 0; m < kMembers; ++m) {
    start.u.col(m).setConstant(std::pow(10.0, -3.0 + 2.0 * static_cast<double>(m) / (kMembers - 1.0)));
    start.v.col(m) = start.u.col(m);
  }
  run(state, start);
}

BENCHMARK(step_sizes);
BENCHMARK(starts);

}  // namespace
}  // namespace penchant
