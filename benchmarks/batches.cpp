// 64 trials at once: on data of their own (20 x 50), and with noise on the labels of shared data (40 x 100),
// per step and trial. `error` is the relative residual of the first trial.
#include <benchmark/benchmark.h>

#include "penchant/dynamics/kernels/diagonal_descent.h"
#include "penchant/dynamics/together.h"
#include "support/hashed.h"

namespace penchant {
namespace {

using benchmarks::DiagonalData;

constexpr std::size_t kTrials = 64;

// Trial m has the rows of one large matrix from 20 m on.
void own_data(benchmark::State& state) {
  constexpr Index kRows = 20, kCols = 50;
  constexpr double kScale = 0.1, kStep = 0.01;
  constexpr std::int64_t kSteps = 2000;
  const DiagonalData all(kRows * static_cast<Index>(kTrials), kCols);
  const Vector start = Vector::Constant(kCols, kScale);
  std::vector<std::unique_ptr<kernels::DiagonalDescent>> trials;
  for (std::size_t m = 0; m < kTrials; ++m) {
    const auto first = static_cast<Index>(m) * kRows;
    trials.push_back(
        std::make_unique<kernels::DiagonalDescent>(all.x.row(first).data(), kRows, kCols, kCols, all.y.data() + first));
  }
  for (auto _ : state)
    for (auto& trial : trials) {
      trial->set_state(start.data(), start.data());
      trial->run(2.0 * kStep / kRows, kSteps);
    }
  Vector u(kCols), v(kCols);
  trials.front()->get_state(u.data(), v.data());
  const Vector y = all.y.head(kRows);
  state.counters["units"] = static_cast<double>(kTrials * kSteps);
  state.counters["error"] = (all.x.topRows(kRows) * (u.cwiseAbs2() - v.cwiseAbs2()) - y).norm() / y.norm();
}

void label_noise(benchmark::State& state, LabelNoiseKind kind, int snapshots) {
  constexpr Index kRows = 40, kCols = 100;
  const DiagonalData data(kRows, kCols);
  const DatasetPtr set = make_dataset(data.x, data.y);
  const Problem problem = make_problem(set, Diagonal{2, DiagonalForm::power}, Squared{Reduction::mean}, InitSpec{.scale = 1.0});
  const auto steps = static_cast<std::int64_t>(state.range(0));
  std::vector<Dynamics> seeds;
  for (std::size_t m = 0; m < kTrials; ++m)
    seeds.push_back(Stochastic{.step_size = {PiecewiseStep{{0.01, 0.001, 0.0001}, {steps / 3, 2 * steps / 3}}}, .batch = 0,
                               .seed = m, .label_noise = LabelNoise{kind, 1.0}});
  std::vector<Training> trainings;
  SimulateOptions options;
  options.measure = false;
  options.snapshots = snapshots;
  for (const Dynamics& dynamics : seeds) trainings.push_back({&problem, &dynamics, StopSpec{.steps = steps}, options});
  std::vector<Trained> trained;
  for (auto _ : state) trained = simulate_together(trainings);
  state.counters["units"] = static_cast<double>(kTrials) * static_cast<double>(steps);
  state.counters["error"] = trained.front().trajectory->snapshots.back().residual;
}

BENCHMARK(own_data);
BENCHMARK_CAPTURE(label_noise, gaussian, LabelNoiseKind::gaussian, 2)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(label_noise, sign, LabelNoiseKind::sign, 2)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(label_noise, gaussian, LabelNoiseKind::gaussian,
                  200)->Name("whole_run")->Arg(300000)->Iterations(1)->MeasureProcessCPUTime()->Unit(benchmark::kSecond);

}  // namespace
}  // namespace penchant
