// What a trial of a sweep costs beside its own work: read its spec, hash it, look whether it exists, hand it to a thread,
// write its result to the journal. The trials themselves do nothing. Promise:
// at most 20 microseconds a trial of wall time on two threads.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/lab/engine.h"
#include "penchant/lab/store.h"

namespace penchant {
namespace {

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("penchant-overhead-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Over two tables of the spec.
Grid grid(const Folder& folder, int scales = 400, int seeds = 250) {
  write_file(folder.path("sweep.toml"),
             std::string("[data]\ngenerate = \"sparse_regression\"\nsamples = 20\nfeatures = 50\nnonzeros = 3\n[model]\nkind = "
                         "\"diagonal\"\n[loss]\nkind = \"squared\"\n") +
                 "[dynamics]\nkind = \"gradient_descent\"\nstep_size = 0.01\n[sweep]\n" +
                 cat("\"init.scale\" = { log = [1e-6, 1, ", scales, "] }\n\"data.seed\" = { range = [0, ", seeds, "] }\n"));
  return Grid(read_sweep({folder.path("sweep.toml")}));
}

std::vector<TrialResult> nothing(std::span<const TrialSpec> trials) {
  std::vector<TrialResult> out(trials.size());
  for (TrialResult& result : out) result.values = Value::object({{"loss", 0.0}});
  return out;
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void sweep(benchmark::State& state, bool with_journal, int scales = 400, int seeds = 250) {
  const Folder folder;
  const Grid g = grid(folder, scales, seeds);
  SweepOptions options;
  options.threads = static_cast<int>(state.range(0));
  options.runner = nothing;
  options.done.assign(g.size(), false);
  std::uint64_t finished = 0;
  for (auto _ : state) {
    const std::string out = folder.path("store");
    std::filesystem::remove_all(out);
    const Store store = Store::create_or_open(out, {to_value(g.sweep()), g.size(), {}});
    JournalWriter journal = store.writer("main");
    const auto start = std::chrono::steady_clock::now();
    const auto sink = [&](std::span<const TrialResult> results) {
      if (with_journal) journal.append(results);
    };
    finished += run_sweep(g, sink, options).progress.finished;
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  state.counters["units"] = static_cast<double>(g.size());
  state.counters["error"] = static_cast<double>(g.size() * static_cast<std::uint64_t>(state.iterations()) - finished);
}

// Promise: below 500 MB whatever the number of trials.
void a_million_trials(benchmark::State& state) {
  sweep(state, true, 1000, 1000);
  state.counters["peak_megabytes"] = peak_megabytes();
}

// Trials that exist already: what resuming costs.
void resume(benchmark::State& state) {
  const Folder folder;
  const Grid g = grid(folder);
  SweepOptions options;
  options.threads = 2;
  options.runner = nothing;
  options.done.assign(g.size(), true);
  for (auto _ : state) benchmark::DoNotOptimize(run_sweep(g, [](std::span<const TrialResult>) {}, options));
  state.counters["units"] = static_cast<double>(g.size());
}

void spec(benchmark::State& state) {
  const Folder folder;
  const Grid g = grid(folder);
  TrialReader reader(g);
  std::uint64_t place = 0;
  for (auto _ : state) benchmark::DoNotOptimize(reader.trial(g.index_at(place++ % g.size())));
}

void empty_trials(benchmark::State& state) { sweep(state, true); }
void empty_trials_without_journal(benchmark::State& state) { sweep(state, false); }

BENCHMARK(empty_trials)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(empty_trials_without_journal)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(a_million_trials)->Arg(2)->Iterations(1)->MeasureProcessCPUTime()->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(resume)->Unit(benchmark::kMillisecond);
BENCHMARK(spec)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace penchant
