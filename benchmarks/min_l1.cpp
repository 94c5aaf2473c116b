// min l1 with its certificate, (samples, features, nonzeros): entries N(0, 1/samples), y = Xβ, β standard normal on its support.
// With PENCHANT_MIN_L1_DATA=FILE (X row-major, then y, doubles) the case of that shape runs on that data instead: for
// peers/min_l1.py.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "penchant/core/file.h"
#include "penchant/core/random.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/solvers.h"

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

MinL1 given(const char* path, Index samples, Index features) {
  const std::string bytes = read_file(path, std::uint64_t{1} << 32);
  Matrix x(samples, features);
  Vector y(samples);
  if (bytes.size() != sizeof(double) * static_cast<std::size_t>(x.size() + y.size())) return {};
  std::memcpy(x.data(), bytes.data(), sizeof(double) * static_cast<std::size_t>(x.size()));
  std::memcpy(y.data(), bytes.data() + sizeof(double) * static_cast<std::size_t>(x.size()),
              sizeof(double) * static_cast<std::size_t>(y.size()));
  MinL1 limit;
  limit.x = std::make_shared<DenseMap>(std::move(x));
  limit.y = std::move(y);
  return limit;
}

void min_l1(benchmark::State& state) {
  const char* path = std::getenv("PENCHANT_MIN_L1_DATA");
  const MinL1 limit =
      path ? given(path, state.range(0), state.range(1)) : generated(state.range(0), state.range(1), state.range(2));
  if (!limit.x) return state.SkipWithError("PENCHANT_MIN_L1_DATA is of another shape");
  Solution solution;
  for (auto _ : state) {
    solution = solve_min_l1(limit, {});
    solution.certificate = certify_min_l1(limit, solution);
  }
  state.counters["objective"] = solution.objective;
  state.counters["relative_gap"] = solution.certificate.relative_gap;
  state.counters["feasibility"] = solution.certificate.feasibility;
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
