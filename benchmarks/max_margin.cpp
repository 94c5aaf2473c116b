// Exact ℓ2 maximal margin, solve and certificate together: sizes of the peers' table with data of our own, or the given ones
// (support/given.h).
#include <benchmark/benchmark.h>

#include "penchant/core/random.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/given.h"

namespace {

using namespace penchant;

// planted: Gaussian samples moved 0.2 to their side of a random direction; else coin-flip labels.
MaxMargin gaussian(Index n, Index d, bool planted) {
  const RandomKey entries(0, "benchmark entries"), labels(0, "benchmark labels");
  Matrix x(n, d);
  Vector y(n), direction(d);
  for (Index j = 0; j < d; ++j) direction[j] = normal(labels, 1, 0, static_cast<std::uint32_t>(j));
  direction.normalize();
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < d; ++j) x(i, j) = normal(entries, 0, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(j));
    y[i] = planted ? (x.row(i).dot(direction) > 0 ? 1.0 : -1.0) : rademacher(labels, 0, 0, static_cast<std::uint32_t>(i));
    if (planted) x.row(i) += 0.2 * y[i] * direction.transpose();
  }
  return {std::make_shared<DenseMap>(std::move(x)), std::move(y), Intercept::none};
}

void max_margin(benchmark::State& state) {
  const auto given = benchmarks::given();
  const MaxMargin limit =
      given ? MaxMargin{given->x, given->y, Intercept::none} : gaussian(state.range(0), state.range(1), state.range(2) != 0);
  Solution solution;
  for (auto _ : state) {
    solution = solve_max_margin(limit, {});
    solution.certificate = certify_max_margin(limit, solution);
    benchmark::DoNotOptimize(solution.dual.data());
  }
  state.counters["relative_gap"] = solution.certificate.relative_gap;
  state.counters["complementarity"] = solution.certificate.complementarity;
  state.counters["margin"] = solution.certificate.lower;
  state.counters["support"] = static_cast<double>((solution.dual.array() > 0).count());
  state.counters["iterations"] = solution.iterations;
}

}  // namespace

BENCHMARK(max_margin)
    ->Args({200, 50, 1})
    ->Args({200, 400, 0})
    ->Args({2000, 200, 1})
    ->Args({2000, 1500, 0})
    ->Args({20000, 200, 1})
    ->Args({20000, 1000, 1})
    ->Unit(benchmark::kMillisecond);
