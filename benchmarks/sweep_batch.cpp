// 64 starts of gradient descent on the same 20 x 50 data, per trial: together in one batch, against one by one.
// `whole` trials predict, train, solve and compare; `runs` only train. `error` is the relative residual at the end of the first.
#include <benchmark/benchmark.h>

#include <cmath>

#include "penchant/core/toml.h"
#include "penchant/lab/batch.h"

namespace penchant {
namespace {

constexpr std::size_t kStarts = 64;

std::vector<TrialSpec> trials(int steps) {
  std::vector<TrialSpec> out(kStarts);
  for (std::size_t k = 0; k < kStarts; ++k) {
    const double scale = std::pow(10.0, -2.0 + 2.0 * static_cast<double>(k) / (kStarts - 1.0));
    const std::string text = cat(
        "[data]\ngenerate = \"sparse_regression\"\nsamples = 20\nfeatures = 50\nnonzeros = 3\n[model]\nkind = "
        "\"diagonal\"\n[init]\nscale = ",
        number_text(scale),
        "\n[loss]\nkind = \"squared\"\n[dynamics]\nkind = \"gradient_descent\"\nstep_size = 0.001\n[stop]\nsteps = ", steps, "\n");
    out[k].index = k;
    out[k].experiment = experiment_from(from_toml(text, "benchmark"), "benchmark", ".");
  }
  return out;
}

TrialOptions options(bool whole, bool shared) {
  SweepSpec sweep;
  if (!whole) sweep.verbs = {"simulate"};
  return trial_options(sweep, shared ? std::make_shared<SharedData>() : nullptr);
}

void report(benchmark::State& state, const TrialResult& first) {
  state.counters["units"] = static_cast<double>(kStarts);
  state.counters["error"] = first.values.find("residual")->number();
}

void together(benchmark::State& state, bool whole) {
  const std::vector<TrialSpec> all = trials(static_cast<int>(state.range(0)));
  std::vector<TrialResult> results;
  for (auto _ : state) results = run_batch(all, options(whole, true));
  report(state, results.front());
}

void one_by_one(benchmark::State& state, bool whole) {
  const std::vector<TrialSpec> all = trials(static_cast<int>(state.range(0)));
  TrialResult first;
  for (auto _ : state)
    for (const TrialSpec& trial : all) {
      TrialResult result = run_trial(trial.experiment, options(whole, false));
      if (trial.index == 0) first = std::move(result);
    }
  report(state, first);
}

BENCHMARK_CAPTURE(together, whole, true)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_by_one, whole, true)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(together, runs, false)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_by_one, runs, false)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penchant
