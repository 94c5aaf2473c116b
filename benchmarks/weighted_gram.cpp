// X diag(w) X^T at the size of the project's Newton steps.
#include "penchant/core/decompositions.h"
#include "penchant/core/gram.h"

#include <benchmark/benchmark.h>

namespace {

void weighted_gram(benchmark::State& state) {
  const penchant::Matrix x = penchant::Matrix::Random(state.range(0), state.range(1));
  const penchant::Vector w = penchant::Vector::Random(state.range(1)).cwiseAbs2();
  const penchant::PackedFeatures packed(x);
  Eigen::MatrixXd h;
  for (auto _ : state) {
    penchant::weighted_gram(packed, w, h);
    benchmark::DoNotOptimize(h.data());
    benchmark::ClobberMemory();
  }
  const double flops = double(state.range(0)) * double(state.range(0)) * double(state.range(1));
  state.counters["flops"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(weighted_gram)->Args({100, 1000})->Args({40, 65})->Args({400, 4000});

void eigen_rank_update(benchmark::State& state) {
  const penchant::Matrix x = penchant::Matrix::Random(state.range(0), state.range(1));
  const penchant::Vector w = penchant::Vector::Random(state.range(1)).cwiseAbs2();
  Eigen::MatrixXd h(x.rows(), x.rows()), scaled;
  for (auto _ : state) {
    scaled = x * w.cwiseSqrt().asDiagonal();
    h.setZero();
    h.selfadjointView<Eigen::Lower>().rankUpdate(scaled);
    benchmark::DoNotOptimize(h.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(eigen_rank_update)->Args({100, 1000})->Args({40, 65})->Args({400, 4000});

void cholesky(benchmark::State& state) {
  const penchant::Matrix x = penchant::Matrix::Random(state.range(0), 2 * state.range(0));
  const Eigen::MatrixXd h = x * x.transpose();
  Eigen::LLT<Eigen::MatrixXd> factor(h);
  for (auto _ : state) {
    factor.compute(h);
    benchmark::DoNotOptimize(factor.matrixLLT().data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(cholesky)->Arg(100)->Arg(400);

}  // namespace
