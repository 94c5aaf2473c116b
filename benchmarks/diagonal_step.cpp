// One exact gradient step of the network beta = u^2 - v^2, squared loss, mean over the samples, at d = 1000, n = 100 and 20 x 50:
// the fused kernel without and with the step gains of C6, the same step in Eigen, and what reading X once and twice takes at least.
// `error` is the relative residual after 2000 steps.
#include <benchmark/benchmark.h>

#include "penchant/dynamics/kernels/diagonal_descent.h"
#include "support/cache_reading.h"
#include "support/hashed.h"

namespace penchant {
namespace {

using benchmarks::DiagonalData;

constexpr double kStep = 0.01, kScale = 0.01;
constexpr std::int64_t kCheckedSteps = 2000;

kernels::DiagonalDescent kernel_of(const DiagonalData& data) {
  return {data.x.data(), static_cast<std::size_t>(data.x.rows()), static_cast<std::size_t>(data.x.cols()),
          static_cast<std::size_t>(data.x.cols()), data.y.data()};
}

double residual(const DiagonalData& data, const Vector& u, const Vector& v) {
  return (data.x * (u.cwiseAbs2() - v.cwiseAbs2()) - data.y).norm() / data.y.norm();
}

void fused_step(benchmark::State& state, bool gains) {
  const DiagonalData data(state.range(0), state.range(1));
  const std::int64_t steps = state.range(2);
  kernels::DiagonalDescent kernel = kernel_of(data);
  Vector u = Vector::Constant(state.range(1), kScale), v = u;
  kernel.set_state(u.data(), v.data());
  if (gains) kernel.start_gains();
  const double s = 2.0 * kStep / static_cast<double>(state.range(0));
  kernel.run(s, kCheckedSteps);
  kernel.get_state(u.data(), v.data());
  for (auto _ : state) kernel.run(s, steps);
  state.counters["units"] = static_cast<double>(steps);
  state.counters["error"] = residual(data, u, v);
}

void eigen_step(benchmark::State& state) {
  const DiagonalData data(state.range(0), state.range(1));
  const std::int64_t steps = state.range(2);
  Vector u = Vector::Constant(state.range(1), kScale), v = u, beta(u.size()), r(data.y.size()), g(u.size());
  const double s = 2.0 * kStep / static_cast<double>(state.range(0));
  const auto step = [&] {
    beta = u.cwiseAbs2() - v.cwiseAbs2();
    r.noalias() = data.x * beta;
    r -= data.y;
    r *= s;
    g.noalias() = data.x.transpose() * r;
    u -= u.cwiseProduct(g);
    v += v.cwiseProduct(g);
  };
  for (std::int64_t k = 0; k < kCheckedSteps; ++k) step();
  const double error = residual(data, u, v);
  for (auto _ : state)
    for (std::int64_t k = 0; k < steps; ++k) step();
  state.counters["units"] = static_cast<double>(steps);
  state.counters["error"] = error;
}

BENCHMARK_CAPTURE(fused_step, plain, false)->Args({100, 1000, 20})->Args({20, 50, 1000});
BENCHMARK_CAPTURE(fused_step, gains, true)->Args({100, 1000, 20})->Args({20, 50, 1000});
BENCHMARK(eigen_step)->Args({100, 1000, 20})->Args({20, 50, 1000});
#if defined(__x86_64__) && defined(__GNUC__)
using benchmarks::reading;
BENCHMARK_CAPTURE(reading, once, benchmarks::read_once)->Arg(0);
BENCHMARK_CAPTURE(reading, twice_in_blocks, benchmarks::read_twice_in_blocks)->Arg(200)->Arg(400);
BENCHMARK_CAPTURE(reading, twice_interleaved, benchmarks::read_twice_interleaved)->Arg(200)->Arg(416);
#endif

}  // namespace
}  // namespace penchant
