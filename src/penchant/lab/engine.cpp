#include "penchant/lab/engine.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <system_error>
#include <thread>

#include "penchant/core/text.h"
#include "penchant/lab/batch.h"

namespace penchant {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetweenAppends = std::chrono::milliseconds(200);
constexpr std::size_t kMostWaiting = 8192;             // results not appended yet; whoever makes more waits
constexpr std::size_t kMostWaitingEntries = 8'000'000;  // of their arrays: 64 MB

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::size_t entries(const TrialResult& result) {
  std::size_t count = 0;
  for (const auto& [name, array] : result.arrays) count += static_cast<std::size_t>(array.size());
  return count;
}

// Results on their way to the disk: many threads put, one takes.
class Outbox {
 public:
  void put(std::vector<TrialResult> results) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return !is_full() || closed_; });
    for (TrialResult& result : results) {
      entries_ += entries(result);
      waiting_.push_back(std::move(result));
    }
    if (is_full()) arrived_.notify_one();
  }

  // What has come, after a while at most; nullopt: closed and empty.
  std::optional<std::vector<TrialResult>> take() {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, kBetweenAppends, [&] { return is_full() || closed_; });
    if (closed_ && waiting_.empty()) return std::nullopt;
    std::vector<TrialResult> out = std::move(waiting_);
    waiting_.clear();
    entries_ = 0;
    room_.notify_all();
    return out;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    arrived_.notify_all();
    room_.notify_all();
  }

 private:
  bool is_full() const { return waiting_.size() >= kMostWaiting || entries_ >= kMostWaitingEntries; }

  std::mutex mutex_;
  std::condition_variable arrived_, room_;
  std::vector<TrialResult> waiting_;
  std::size_t entries_ = 0;
  bool closed_ = false;
};

// The first exception of any thread ends the sweep.
class FirstError {
 public:
  void keep(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
    happened_ = true;
  }
  bool happened() const { return happened_; }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr error_;
  std::atomic<bool> happened_{false};
};

class ThreadedSweep {
 public:
  ThreadedSweep(const Grid& grid, const TrialSink& sink, const SweepOptions& options)
      : grid_(grid), sink_(sink), options_(options), queue_(grid, options.shard, options.done) {
    progress_.trials = queue_.trials();
    progress_.existing = queue_.existing();
  }

  SweepSummary run() {
    const std::uint64_t left = progress_.trials - progress_.existing;
    const int wanted =
        options_.threads > 0 ? options_.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    const std::uint64_t most = options_.claim ? static_cast<std::uint64_t>(wanted) : std::max<std::uint64_t>(left, 1);
    const int threads = static_cast<int>(std::min(static_cast<std::uint64_t>(wanted), most));
    threads_ = static_cast<std::uint64_t>(threads);
    const TrialSpec some = grid_.trial(0);
    batches_ = !options_.runner && some.refusal.empty() && trains_together(some.experiment) &&
               trains_together(trial_options(grid_.sweep()));
    std::thread writer([this] { write(); });
    std::vector<std::thread> workers;
    start(workers, threads);
    for (std::thread& worker : workers) worker.join();
    outbox_.close();
    writer.join();
    error_.rethrow();
    progress_.seconds = seconds_since(start_);
    const bool all = progress_.existing + progress_.finished == progress_.trials;
    return {progress_, all || !options_.stop ? StopRequest::none : options_.stop()};
  }

 private:
  bool should_stop() const { return error_.happened() || (options_.stop && options_.stop() != StopRequest::none); }

  // A thread less than asked for ends the sweep like an error of one: those that run must still be joined.
  void start(std::vector<std::thread>& workers, int threads) {
    workers.reserve(static_cast<std::size_t>(threads));
    try {
      for (int t = 0; t < threads; ++t) workers.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      error_.keep(std::make_exception_ptr(
          InvalidInput(cat("threads = ", threads, ": the system gave ", workers.size(), "; ask for fewer"))));
    }
  }

  void work() {
    try {
      SweepWorker worker(grid_, options_, data_);
      ChunkSize chunk;
      while (!should_stop()) {
        const std::vector<std::uint64_t> indices = claim(chunk.next(), batches_ ? chunk.together() : 1);
        if (indices.empty()) return;
        const auto start = Clock::now();
        std::vector<TrialResult> results = worker.run(indices);
        chunk.measured(indices.size(), seconds_since(start));
        outbox_.put(std::move(results));
      }
    } catch (...) {
      error_.keep(std::current_exception());
    }
  }

  std::vector<std::uint64_t> claim(std::uint64_t few, std::uint64_t together) {
    if (options_.claim) return options_.claim(few, together);
    const std::uint64_t left = progress_.trials - progress_.existing - claimed_;
    std::vector<std::uint64_t> indices = queue_.claim(fair_claim(few, together, left, threads_));
    claimed_ += indices.size();
    return indices;
  }

  void write() {
    auto last_report = start_;
    while (auto results = outbox_.take()) {
      if (error_.happened()) continue;  // nobody is left waiting, nothing more is written
      try {
        if (!results->empty()) sink_(*results);
        count(*results);
        const bool is_time = Clock::now() - last_report >= kBetweenAppends;
        if (options_.progress && is_time) {
          progress_.seconds = seconds_since(start_);
          options_.progress(progress_);
          last_report = Clock::now();
        }
      } catch (...) {
        error_.keep(std::current_exception());
        outbox_.close();
      }
    }
  }

  void count(const std::vector<TrialResult>& results) {
    for (const TrialResult& result : results) {
      ++progress_.finished;
      progress_.refused += result.outcome == TrialOutcome::refused;
      progress_.failed += result.outcome == TrialOutcome::failed;
    }
  }

  const Grid& grid_;
  const TrialSink& sink_;
  const SweepOptions& options_;
  TrialQueue queue_;
  Outbox outbox_;
  FirstError error_;
  std::shared_ptr<SharedData> data_ = std::make_shared<SharedData>();
  SweepProgress progress_;  // the writer's, but for the counts set before any thread began
  std::uint64_t threads_ = 1;
  bool batches_ = false;
  std::atomic<std::uint64_t> claimed_{0};
  Clock::time_point start_ = Clock::now();
};

}  // namespace

SweepSummary run_sweep(const Grid& grid, const TrialSink& sink, const SweepOptions& options) {
  return ThreadedSweep(grid, sink, options).run();
}

}  // namespace penchant
