// The store of a sweep with trials as wide as real ones (2 axes, every name of trial_value_names()):
// appending to a journal, folding it into SQLite, reading two columns, reading every column. Items are trials.
// STORE_BENCHMARK_TRIALS sets their number (default 10^5);
// `peak_mb` is the largest memory of the process so far.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "penchant/core/hash.h"
#include "penchant/core/text.h"
#include "penchant/lab/store.h"

namespace penchant {
namespace {

constexpr std::uint64_t kBatch = 10'000;  // what the writer of a sweep of empty trials collects in 200 ms

std::uint64_t trials() {
  const char* text = std::getenv("STORE_BENCHMARK_TRIALS");
  return text ? std::strtoull(text, nullptr, 10) : 100'000;
}

std::string folder() { return (std::filesystem::temp_directory_path() / "penchant-store-benchmark").string(); }

double peak_mb() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

// Every number with all its digits, as results have them.
TrialResult trial(std::uint64_t index) {
  const auto number = [&](std::size_t k) { return std::exp(std::sin(static_cast<double>(index * 31 + k))); };
  TrialResult result;
  result.key = content_hash(cat(index));
  result.index = index;
  result.assignments = Value::object({{"init.scale", number(0)}, {"data.seed", index % 100}});
  result.text = "agrees: the distance 0.001234 is within the error budget 0.002345";
  std::size_t k = 1;
  for (const std::string& name : trial_value_names()) {
    const bool word =
        name == "prediction" || name == "strength" || name == "verdict" || name == "limit_status" || name == "stop_reason";
    const bool truth = name == "independent" || name == "left_saddle";
    result.values.set(name, word ? Value("diagonal_flow") : truth ? Value(index % 2 == 0) : Value(number(k++)));
  }
  result.seconds = number(40);
  result.host = "node-17";
  return result;
}

Store fresh_store() {
  std::filesystem::remove_all(folder());
  return Store::create_or_open(folder(), {.sweep = Value::object({}), .trials = trials(), .provenance = Value::object({})});
}

void write_journal(const Store& store, benchmark::State* state) {
  JournalWriter writer = store.writer("a");
  std::vector<TrialResult> batch;
  for (std::uint64_t i = 0; i < trials(); i += batch.size()) {
    if (state) state->PauseTiming();
    batch.clear();
    while (batch.size() < kBatch && i + batch.size() < trials()) batch.push_back(trial(i + batch.size()));
    if (state) state->ResumeTiming();
    writer.append(batch);
  }
}

void report(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(trials()) * static_cast<std::int64_t>(state.iterations()));
  state.counters["peak_mb"] = peak_mb();
  state.counters["units"] = static_cast<double>(trials());
}

void append(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const Store store = fresh_store();
    state.ResumeTiming();
    write_journal(store, &state);
  }
  report(state);
}

void fold(benchmark::State& state) {
  const Store store = fresh_store();
  write_journal(store, nullptr);
  for (auto _ : state) {
    state.PauseTiming();
    std::filesystem::remove(store.database_path());
    state.ResumeTiming();
    benchmark::DoNotOptimize(store.fold());
  }
  state.counters["sqlite_mb"] = static_cast<double>(std::filesystem::file_size(store.database_path())) / 1e6;
  state.counters["journal_mb"] = static_cast<double>(std::filesystem::file_size(store.journals()[0])) / 1e6;
  state.counters["rows"] = static_cast<double>(store.table({.columns = {"steps"}}).rows());
  report(state);
}

// On what `fold` has left.
void done(benchmark::State& state) {
  const Store store = Store::open(folder());
  for (auto _ : state) benchmark::DoNotOptimize(store.done_indices());
  report(state);
}

void read_two_columns(benchmark::State& state) {
  const Store store = Store::open(folder());
  for (auto _ : state) benchmark::DoNotOptimize(store.table({.columns = {"init.scale", "distance"}}));
  report(state);
}

void read_all_columns(benchmark::State& state) {
  const Store store = Store::open(folder());
  for (auto _ : state) benchmark::DoNotOptimize(store.table());
  report(state);
  std::filesystem::remove_all(folder());
}

BENCHMARK(append)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(fold)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(done)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(read_two_columns)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(read_all_columns)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace penchant
