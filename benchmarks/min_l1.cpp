// min l1 with its certificate, (samples, features, nonzeros): entries N(0, 1/samples), y = Xβ, β standard normal on its support, or
// the given data (support/given.h).
#include <benchmark/benchmark.h>

#include <cmath>

#include "penchant/core/random.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/given.h"

namespace penchant {
namespace {

MinL1 generated(Index samples, Index features, Index nonzeros) {
  const RandomKey key(1, "min l1 benchmark");
  Matrix x(samples, features);
  for (Index i = 0; i < samples; ++i)
    for (Index j = 0; j < features; ++j)
      x(i, j) = normal(key, 0, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(j)) / std::sqrt(double(samples));
  Vector beta = Vector::Zero(features);
  for (Index k = 0; k < nonzeros; ++k) beta[k * (features / nonzeros)] = normal(key, 1, 0, static_cast<std::uint32_t>(k));
  MinL1 limit;
  limit.y = x * beta;
  limit.x = std::make_shared<DenseMap>(std::move(x));
  return limit;
}

void min_l1(benchmark::State& state) {
  MinL1 limit;
  if (const auto given = benchmarks::given()) {
    limit.x = given->x;
    limit.y = given->y;
  } else {
    limit = generated(state.range(0), state.range(1), state.range(2));
  }
  Solution solution;
  for (auto _ : state) {
    solution = solve_min_l1(limit, {});
    solution.certificate = certify_min_l1(limit, solution);
  }
  state.counters["objective"] = solution.objective;
  state.counters["relative_gap"] = solution.certificate.relative_gap;
  state.counters["feasibility"] = solution.certificate.feasibility;
  benchmarks::answer(solution.predictor.values);
}

BENCHMARK(min_l1)
    ->Args({100, 1000, 10})
    ->Args({200, 2000, 20})
    ->Args({400, 4000, 40})
    ->Args({400, 4000, 130})
    ->ArgNames({"samples", "features", "nonzeros"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace penchant
