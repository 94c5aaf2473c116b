// The limit of a depth-2 diagonal network, d = 1000, n = 100: argmin Q_α s.t. Xβ = y to a relative residual of 1e-12.
//
// For the peer script, `q_alpha_benchmark serve DATA n d` reads X (n, d) row-major and y (n) as doubles from DATA, then solves for each α it
// reads from standard input and answers with a line "seconds residual relative_gap factorisations"; β is left in DATA.beta.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "penchant/core/accurate.h"
#include "penchant/core/random.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/solvers.h"

namespace {

using penchant::Index;
using penchant::Matrix;
using penchant::Vector;

constexpr Index kSamples = 100, kFeatures = 1000, kNonzeros = 5;
constexpr double kNoise = 0.1;

penchant::BregmanProjection problem(const Matrix& x, const Vector& y, double alpha) {
  return {std::make_shared<penchant::DenseMap>(x), y, penchant::Hypentropy{std::log(2.0) + 2.0 * std::log(alpha)}, {}};
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
  return problem(x, y, alpha);
}

void QAlpha(benchmark::State& state) {
  const auto limit = planted(std::pow(10.0, double(-state.range(0))), state.range(1) != 0);
  penchant::Solution s;
  for (auto _ : state) {
    s = penchant::solve_bregman_projection(limit, {});
    benchmark::DoNotOptimize(s.dual.data());
  }
  const auto c = penchant::certify_bregman_projection(limit, s);
  state.counters["residual"] = c.feasibility;
  state.counters["gap"] = c.relative_gap;
  state.counters["factorisations"] = s.iterations;
}
BENCHMARK(QAlpha)->ArgNames({"minus_log10_alpha", "noisy"})->ArgsProduct({{1, 2, 4, 8, 12, 30, 300}, {0, 1}})->Unit(benchmark::kMillisecond);

void Certify(benchmark::State& state) {
  const auto limit = planted(1e-4, false);
  const penchant::Solution s = penchant::solve_bregman_projection(limit, {});
  for (auto _ : state) benchmark::DoNotOptimize(penchant::certify_bregman_projection(limit, s).gap);
}
BENCHMARK(Certify)->Unit(benchmark::kMillisecond);

int serve(const char* file, Index n, Index d) {
  Matrix x(n, d);
  Vector y(n);
  std::ifstream in(file, std::ios::binary);
  in.read(reinterpret_cast<char*>(x.data()), std::streamsize(sizeof(double)) * n * d);
  in.read(reinterpret_cast<char*>(y.data()), std::streamsize(sizeof(double)) * n);
  if (!in) return 2;
  for (double alpha; std::cin >> alpha;) {
    const auto limit = problem(x, y, alpha);
    const auto start = std::chrono::steady_clock::now();
    const penchant::Solution s = penchant::solve_bregman_projection(limit, {});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto c = penchant::certify_bregman_projection(limit, s);
    std::ofstream(std::string(file) + ".beta", std::ios::binary)
        .write(reinterpret_cast<const char*>(s.predictor.values.data()), std::streamsize(sizeof(double)) * d);
    std::printf("%.9g %.3g %.3g %d\n", seconds, c.feasibility, c.relative_gap, s.iterations);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::string(argv[1]) == "serve") return serve(argv[2], std::stol(argv[3]), std::stol(argv[4]));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
