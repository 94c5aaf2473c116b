// One exact gradient step of the network beta = u^2 - v^2 at d = 1000, n = 100, squared loss: the fused kernel, with and without the
// step gains of C6, and the general stepper's arithmetic in plain loops.
#include <benchmark/benchmark.h>

#include "penchant/core/random.h"
#include "penchant/core/types.h"
#include "penchant/dynamics/kernels/diagonal_descent.h"

namespace penchant {
namespace {

constexpr std::int64_t kSteps = 20;

struct Data {
  Matrix x;
  Vector y;
  Data(Index n, Index d) : x(n, d) {
    const RandomKey key(0, "benchmark");
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < d; ++j) x(i, j) = normal(key, 0, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(j));
    y = x.col(0) + x.col(1);
  }
};

void fused_step(benchmark::State& state, bool gains) {
  const Data data(state.range(0), state.range(1));
  kernels::DiagonalDescent kernel(data.x.data(), static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)),
                                  static_cast<std::size_t>(state.range(1)), data.y.data());
  const Vector start = Vector::Constant(state.range(1), 0.01);
  kernel.set_state(start.data(), start.data());
  if (gains) kernel.start_gains();
  const double s = 0.2 / static_cast<double>(state.range(0));
  for (auto _ : state) kernel.run(s, kSteps);
  state.SetItemsProcessed(state.iterations() * kSteps);
}

void eigen_step(benchmark::State& state) {
  const Data data(state.range(0), state.range(1));
  Vector u = Vector::Constant(state.range(1), 0.01), v = u, beta(u.size()), r(data.y.size()), g(u.size());
  const double s = 0.2 / static_cast<double>(state.range(0));
  for (auto _ : state)
    for (std::int64_t k = 0; k < kSteps; ++k) {
      beta = u.cwiseAbs2() - v.cwiseAbs2();
      r.noalias() = data.x * beta;
      r -= data.y;
      g.noalias() = s * data.x.transpose() * r;
      u -= u.cwiseProduct(g);
      v += v.cwiseProduct(g);
    }
  state.SetItemsProcessed(state.iterations() * kSteps);
}

BENCHMARK_CAPTURE(fused_step, plain, false)->Args({100, 1000});
BENCHMARK_CAPTURE(fused_step, with_gains, true)->Args({100, 1000});
BENCHMARK(eigen_step)->Args({100, 1000});

}  // namespace
}  // namespace penchant
