// The limit of a depth-2 diagonal network, d = 1000, n = 100: argmin Q_α s.t. Xβ = y to a relative residual of 1e-12, on
// data of our own or on the given ones (support/given.h); digits = -log10 α. Its certificate is timed apart.
#include <benchmark/benchmark.h>

#include <cmath>

#include "penchant/core/random.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/given.h"

namespace {

using penchant::Index;
using penchant::Matrix;
using penchant::Vector;

constexpr Index kSamples = 100, kFeatures = 1000, kNonzeros = 5;
constexpr double kNoise = 0.1;

penchant::BregmanProjection problem(std::shared_ptr<const penchant::DenseMap> x, const Vector& y, double alpha) {
  return {std::move(x), y, penchant::Hypentropy{std::log(2.0) + 2.0 * std::log(alpha)}, {}};
}

penchant::BregmanProjection planted(double alpha, bool noisy) {
  const penchant::RandomKey key(0, "q_alpha");
  Matrix x(kSamples, kFeatures);
  for (Index i = 0; i < kSamples; ++i)
    for (Index j = 0; j < kFeatures; ++j) x(i, j) = penchant::normal(key, 0, std::uint64_t(i), std::uint32_t(j));
  Vector beta = Vector::Zero(kFeatures);
  for (Index k = 0; k < kNonzeros; ++k) beta[200 * k + 7] = (k % 2 == 0 ? 1.0 : -1.0) / std::sqrt(double(kNonzeros));
  Vector y = x * beta;
  for (Index i = 0; noisy && i < kSamples; ++i) y[i] += kNoise * penchant::normal(key, 1, std::uint64_t(i), 0);
  return problem(std::make_shared<penchant::DenseMap>(std::move(x)), y, alpha);
}

void q_alpha(benchmark::State& state) {
  const double alpha = std::pow(10.0, -static_cast<double>(state.range(0)));
  const auto given = penchant::benchmarks::given();
  const auto limit = given ? problem(given->x, given->y, alpha) : planted(alpha, state.range(1) != 0);
  penchant::Solution s;
  for (auto _ : state) {
    s = penchant::solve_bregman_projection(limit, {});
    benchmark::DoNotOptimize(s.dual.data());
  }
  const auto c = penchant::certify_bregman_projection(limit, s);
  state.counters["residual"] = c.feasibility;
  state.counters["gap"] = c.relative_gap;
  state.counters["factorisations"] = s.iterations;
  penchant::benchmarks::answer(s.predictor.values);
}
BENCHMARK(q_alpha)
    ->ArgNames({"digits", "noisy"})
    ->ArgsProduct({{1, 2, 4, 8, 12, 16, 30, 300}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

void certify_alone(benchmark::State& state) {
  const auto limit = planted(1e-4, false);
  const penchant::Solution s = penchant::solve_bregman_projection(limit, {});
  for (auto _ : state) benchmark::DoNotOptimize(penchant::certify_bregman_projection(limit, s).gap);
}
BENCHMARK(certify_alone)->Unit(benchmark::kMillisecond);

}  // namespace
