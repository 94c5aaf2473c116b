#include "penchant/lab/farm.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace penchant {

namespace {

constexpr std::size_t kWords = 5;  // of a message to rank 0

struct Counts {
  std::atomic<std::uint64_t> finished{0}, refused{0}, failed{0};
};

// Counts what has been appended for good.
TrialSink counted(const TrialSink& sink, Counts& counts) {
  return [&](std::span<const TrialResult> results) {
    sink(results);
    for (const TrialResult& result : results) {
      ++counts.finished;
      counts.refused += result.outcome == TrialOutcome::refused;
      counts.failed += result.outcome == TrialOutcome::failed;
    }
  };
}

SweepSummary work(const Grid& grid, const TrialSink& sink, SweepOptions options, Messenger& messenger) {
  Counts counts;
  std::mutex mutex;
  const auto tell = [&](std::uint64_t few, std::uint64_t together) {
    const std::uint64_t words[kWords] = {few, together, counts.finished, counts.refused, counts.failed};
    messenger.send(0, words);
  };
  options.claim = [&](std::uint64_t few, std::uint64_t together) {
    const std::lock_guard lock(mutex);
    tell(few, together);
    return messenger.receive(0).words;
  };
  struct Leave {
    std::function<void()> leave;
    ~Leave() { leave(); }
  };
  const Leave at_the_end{[&] { tell(0, 0); }};  // also when this rank fails: rank 0 would wait for ever
  return run_sweep(grid, counted(sink, counts), options);
}

class Master {
 public:
  Master(const Grid& grid, const SweepOptions& options, Messenger& messenger)
      : options_(options), messenger_(messenger), queue_(grid, options.shard,
                                                         options.done), others_(static_cast<std::size_t>(messenger.size())) {
    left_ = queue_.trials() - queue_.existing();
  }

  SweepSummary run(const Grid& grid, const TrialSink& sink) {
    SweepOptions options = options_;
    options.claim = [this](std::uint64_t few, std::uint64_t together) { return claim(few, together); };
    if (options_.progress)
      options.progress = [this](const SweepProgress& own) { options_.progress(total(own)); };
    std::thread server([this] { serve(); });
    SweepSummary summary;
    std::exception_ptr error;
    try {
      summary = run_sweep(grid, sink, options);
    } catch (...) {
      error = std::current_exception();
      closed_ = true;
    }
    server.join();
    if (error) std::rethrow_exception(error);
    summary.progress = total(summary.progress);
    if (summary.progress.existing + summary.progress.finished == summary.progress.trials) summary.stopped = StopRequest::none;
    return summary;
  }

 private:
  std::vector<std::uint64_t> claim(std::uint64_t few, std::uint64_t together) {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> indices =
        queue_.claim(fair_claim(few, together, left_, static_cast<std::uint64_t>(messenger_.size())));
    left_ -= indices.size();
    return indices;
  }

  bool is_over() const { return closed_ || (options_.stop && options_.stop() != StopRequest::none); }

  void serve() {
    for (int there = messenger_.size() - 1; there > 0;) {
      const Messenger::Message message = messenger_.receive(-1);
      PENCHANT_CHECK(message.words.size() == kWords);
      {
        const std::lock_guard lock(mutex_);
        others_[static_cast<std::size_t>(message.from)] = {message.words[2], message.words[3], message.words[4]};
      }
      if (message.words[0] == 0) --there;
      else messenger_.send(message.from, is_over() ? std::vector<std::uint64_t>() : claim(message.words[0], message.words[1]));
    }
  }

  SweepProgress total(SweepProgress own) {
    const std::lock_guard lock(mutex_);
    own.trials = queue_.trials();
    own.existing = queue_.existing();
    for (const auto& [finished, refused, failed] : others_) {
      own.finished += finished;
      own.refused += refused;
      own.failed += failed;
    }
    return own;
  }

  struct Told {
    std::uint64_t finished = 0, refused = 0, failed = 0;
  };
  const SweepOptions& options_;
  Messenger& messenger_;
  std::mutex mutex_;
  TrialQueue queue_;
  std::uint64_t left_ = 0;
  std::vector<Told> others_;
  std::atomic<bool> closed_{false};
};

}  // namespace

void leave_farm(Messenger& messenger) { messenger.send(0, std::vector<std::uint64_t>(kWords)); }

SweepSummary run_farm(const Grid& grid, const TrialSink& sink, SweepOptions options, Messenger& messenger) {
  if (messenger.rank() == 0) return Master(grid, options, messenger).run(grid, sink);
  return work(grid, sink, std::move(options), messenger);
}

}  // namespace penchant
