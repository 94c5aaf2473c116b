// Runs the trials of a grid on threads, each once, and hands the results to one writer.
//   claim: a thread takes the next trials that do not exist yet, as many as took it about 50 ms last time
//   run:   reads their specs, runs them batch by batch (a batch shares data), looks for a request to stop in between
//   write: one thread appends what has come, about five times a second; what it has appended lasts
// Results do not depend on threads, chunks or order.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penchant/lab/grid.h"
#include "penchant/lab/shared_data.h"
#include "penchant/lab/trial.h"

namespace penchant {

// Trials with index % count == index of the shard.
struct Shard {
  std::uint64_t index = 0, count = 1;
};
// "0/4" … "3/4"; throws InvalidInput for anything else.
Shard shard_from(std::string_view text);
// Of a Slurm array, from SLURM_ARRAY_TASK_ID, …_MIN, …_COUNT; throws InvalidInput where they contradict each other.
std::optional<Shard> slurm_shard();

enum class StopRequest {
  none,
  finish,   // no new trial; those that run are finished
  abandon   // trials that run are given up and not recorded
};

// Trials that share data. Results in their order; nothing of one depends on the others.
using TrialRunner = std::function<std::vector<TrialResult>(std::span<const TrialSpec>)>;

struct SweepProgress {
  std::uint64_t trials = 0;    // of this shard
  std::uint64_t existing = 0;  // were there before
  std::uint64_t finished = 0;  // now
  std::uint64_t refused = 0, failed = 0;  // of those finished
  double seconds = 0.0;
  double rate() const { return seconds > 0.0 ? static_cast<double>(finished) / seconds : 0.0; }
  double seconds_left() const;  // NaN before anything is finished
};

struct SweepOptions {
  int threads = 0;                                      // 0: as many as there are processors
  Shard shard;
  std::vector<bool> done;                               // by index: exist already; empty: none
  std::vector<bool> failed_before;                      // by index: tried before, and failed
  std::function<StopRequest()> stop;                    // asked from every thread
  std::function<void(const SweepProgress&)> progress;   // from one thread, about five times a second
  // The trials to run next, none at the end: `few` make about 50 ms, `together` (or 1) may train as one batch.
  // Called from every thread.
  // Default: a TrialQueue over shard and done.
  std::function<std::vector<std::uint64_t>(std::uint64_t few, std::uint64_t together)> claim;
  // for tests and benchmarks, one trial at a time; default: all that [sweep] asks for
  TrialRunner runner;
};

// Appends results for good; called from one thread at a time. May throw: the sweep ends and the exception comes out of run_sweep.
using TrialSink = std::function<void(std::span<const TrialResult>)>;

struct SweepSummary {
  SweepProgress progress;
  StopRequest stopped = StopRequest::none;
};

SweepSummary run_sweep(const Grid& grid, const TrialSink& sink, const SweepOptions& options);

// How many of `left` trials one of `workers` takes: at most a quarter of its share at a time, a batch up to all of it.
std::uint64_t fair_claim(std::uint64_t few, std::uint64_t together, std::uint64_t left, std::uint64_t workers);

// The trials of a shard that are not done, in the order of work. Thread-safe.
class TrialQueue {
 public:
  TrialQueue(const Grid& grid, Shard shard, const std::vector<bool>& done);
  // At most `count` indices, fewer at the end; empty: nothing is left.
  std::vector<std::uint64_t> claim(std::uint64_t count);
  std::uint64_t trials() const { return trials_; }      // of the shard
  std::uint64_t existing() const { return existing_; }  // of those, done before

 private:
  bool is_wanted(std::uint64_t index) const { return index % shard_.count == shard_.index; }

  const Grid& grid_;
  Shard shard_;
  const std::vector<bool>& done_;
  std::uint64_t trials_ = 0, existing_ = 0, place_ = 0;
  std::mutex mutex_;
};

// How many trials make about 50 ms, from what the last ones took.
class ChunkSize {
 public:
  std::uint64_t next() const { return size_; }
  // Trials that share data may be claimed up to this many at a time, to run as one batch: 1 before any was measured,
  // and where a batch would keep a request to stop waiting for long.
  std::uint64_t together() const;
  void measured(std::uint64_t trials, double seconds);

 private:
  std::uint64_t size_ = 1;
  double seconds_of_one_ = 0.0;  // 0: not known
};

// One thread's (or one process's) part: reads and runs claimed trials.
class SweepWorker {
 public:
  SweepWorker(const Grid& grid, const SweepOptions& options, std::shared_ptr<SharedData> data = nullptr);
  SweepWorker(const SweepWorker&) = delete;  // its functions know where it is
  // In order; ends early, with what is finished, when a stop is requested.
  std::vector<TrialResult> run(const std::vector<std::uint64_t>& indices);

 private:
  StopRequest stop_request() const { return options_.stop ? options_.stop() : StopRequest::none; }

  const SweepOptions& options_;
  TrialReader reader_;
  TrialOptions trial_;
  TrialRunner runner_;
  std::string host_;
};

}  // namespace penchant
