// sweep: the grid in [sweep], into the store --out; goes on where an earlier one stopped.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>

#include "farm_mpi.h"
#include "options.h"
#include "penchant/core/json.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/lab/batch.h"
#include "penchant/lab/engine.h"
#include "penchant/lab/provenance.h"
#include "penchant/lab/store.h"
#include "penchant/lab/sweep_check.h"
#include "progress.h"
#include "signals.h"

namespace penchant::app {

namespace {

constexpr std::size_t kProbes = 5;          // trials that --dry-run runs
constexpr double kProbeSeconds = 10.0;      // and for how long in all
constexpr std::size_t kSentences = 3;       // of failures, in the summary

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

int threads_of(const Options& options) {
  return options.threads > 0 ? options.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

std::string store_folder(const Options& options, const SweepSpec& sweep) {
  return options.out.empty() ? (std::filesystem::path("penchant-out") / sweep.name).string() : options.out;
}

Shard shard_of(const Options& options) {
  if (!options.shard.empty()) return shard_from(options.shard);
  return slurm_shard().value_or(Shard{});
}

// Every writer has a journal of its own.
std::string journal_name(const Shard& shard) {
  return shard.count == 1 ? std::string("main") : cat("shard-", shard.index, "-of-", shard.count);
}

SweepDescription description(const Grid& grid) { return {to_value(grid.sweep()), grid.size(), provenance()}; }

StopRequest stop_request() {
  if (interrupted()) return StopRequest::abandon;
  return checkpoint_requested() ? StopRequest::finish : StopRequest::none;
}

std::string progress_text(const SweepProgress& now) {
  std::string out = pace_text({now.existing + now.finished, now.trials, now.finished, now.seconds}, "trials");
  if (now.refused > 0) out += cat("  ", now.refused, " refused");
  if (now.failed > 0) out += cat("  ", now.failed, " failed");
  return out;
}

// The first few sentences of what failed.
struct Failures {
  std::vector<std::string> sentences;
  void look_at(std::span<const TrialResult> results) {
    for (const TrialResult& result : results)
      if (result.outcome == TrialOutcome::failed && sentences.size() < kSentences)
        sentences.push_back(cat("trial ", result.index, " ", to_json(result.assignments, -1), ": ", result.text));
  }
};

Value summary_value(const Grid& grid, const SweepSummary& summary, const std::string& folder) {
  const SweepProgress& p = summary.progress;
  const std::uint64_t there = p.existing + p.finished;
  return Value::object({{"name", grid.sweep().name},
                        {"store", folder},
                        {"grid", grid.size()},
                        {"trials", p.trials},
                        {"existing", p.existing},
                        {"run", p.finished},
                        {"done", p.finished - p.refused - p.failed},
                        {"refused", p.refused},
                        {"failed", p.failed},
                        {"missing", p.trials - there},
                        {"seconds", p.seconds},
                        {"stopped", summary.stopped != StopRequest::none}});
}

void print_summary(const Grid& grid, const SweepSummary& summary, const Failures& failures, const std::string& folder) {
  const SweepProgress& p = summary.progress;
  std::cout << grid.sweep().name << ": " << count_of(p.trials, "trial") << ", " << p.existing << " existed already, " << p.finished
            << " run in " << duration_text(p.seconds) << " (" << p.finished - p.refused - p.failed << " done, " << p.refused
            << " refused, " << p.failed << " failed)\n";
  for (const std::string& sentence : failures.sentences) std::cout << "  failed     " << sentence << "\n";
  if (summary.stopped != StopRequest::none)
    std::cout << "  stopped    "
              << count_of(p.trials - p.existing - p.finished, "trial is", "trials are") << " left; the same command goes on\n";
  std::cout << "  store      " << folder << "\n";
}

// Which trials exist; nothing is made.
std::vector<bool> existing_trials(const Grid& grid, const std::string& folder, bool retry_failed) {
  if (!std::filesystem::exists(std::filesystem::path(folder) / "sweep.json")) return {};
  return Store::create_or_open(folder, description(grid)).done_indices(retry_failed);
}

struct Estimate {
  std::vector<double> seconds;  // of the trials that were run
  bool cut_short = false;
};

// The first trial at or after `place`, in the order of work, that is there to be run.
std::optional<std::uint64_t> trial_from(const Grid& grid, std::uint64_t place, const std::vector<bool>& done, const Shard& shard) {
  for (; place < grid.size(); ++place) {
    const std::uint64_t index = grid.index_at(place);
    if (index % shard.count == shard.index && (done.empty() || !done[index])) return index;
  }
  return std::nullopt;
}

Estimate probe(const Grid& grid, std::vector<bool> done, const Shard& shard) {
  const auto start = Clock::now();
  Estimate out;
  TrialOptions options = trial_options(grid.sweep());
  options.verbs.observer = [&](const Snapshot&) { return !interrupted() && seconds_since(start) < kProbeSeconds; };
  done.resize(grid.size(), false);
  for (std::uint64_t k = 0; k < kProbes && !out.cut_short; ++k) {
    const auto index = trial_from(grid, k * (grid.size() - 1) / (kProbes - 1), done, shard);
    if (!index) continue;
    done[*index] = true;
    const TrialSpec trial = grid.trial(*index);
    const auto began = Clock::now();
    if (trial.refusal.empty()) run_batch(std::span(&trial, 1), options);
    out.seconds.push_back(seconds_since(began));
    out.cut_short = interrupted() || seconds_since(start) >= kProbeSeconds;
  }
  return out;
}

int dry_run(const Options& options, const Grid& grid, const std::string& folder, const Shard& shard) {
  const std::vector<bool> done = existing_trials(grid, folder, options.retry_failed);
  const TrialQueue queue(grid, shard, done);
  const std::uint64_t left = queue.trials() - queue.existing();
  const Estimate estimate = probe(grid, done, shard);
  const int threads = threads_of(options);
  double sum = 0.0, least = INFINITY, most = 0.0;
  for (double s : estimate.seconds) {
    sum += s;
    least = std::min(least, s);
    most = std::max(most, s);
  }
  const double mean = estimate.seconds.empty() ? 0.0 : sum / static_cast<double>(estimate.seconds.size());
  const double seconds = mean * static_cast<double>(left) / threads;
  if (options.json) {
    Value::List each;
    for (double s : estimate.seconds) each.emplace_back(s);
    std::cout << to_json(Value::object({{"name", grid.sweep().name},
                                        {"store", folder},
                                        {"grid", grid.size()},
                                        {"trials", queue.trials()},
                                        {"existing", queue.existing()},
                                        {"missing", left},
                                        {"estimate", Value::object({{"seconds", seconds},
                                                                    {"threads", threads},
                                                                    {"at_least", estimate.cut_short},
                                                                    {"trial_seconds", each}})}}))
              << "\n";
    return 0;
  }
  std::cout << grid.sweep().name << ": " << count_of(queue.trials(), "trial") << ", " << queue.existing()
            << " exist already, " << left
            << " to run\n";
  if (!estimate.seconds.empty())
    std::cout << "  estimate   " << (estimate.cut_short ? "more than " : "about ") << duration_text(seconds) << " on " << threads
              << (threads == 1 ? " thread" : " threads") << ", from "
              << count_of(estimate.seconds.size(), "trial") << " spread over the grid ("
              << duration_text(least) << " to " << duration_text(most) << " each)\n";
  std::cout << "  store      " << folder << ", nothing was written\n";
  return interrupted() ? kExitInterrupted : 0;
}

int exit_code_of(const SweepSummary& summary, bool failed_before) {
  constexpr int kDone = 0, kNotConverged = 3;
  if (summary.stopped == StopRequest::abandon) return kExitInterrupted;
  if (summary.stopped == StopRequest::finish) return kExitCheckpointed;
  return summary.progress.failed > 0 || failed_before ? kNotConverged : kDone;
}

std::string journal_name(const Shard& shard, const Messenger* ranks) {
  if (!ranks) return journal_name(shard);
  return cat(shard.count == 1 ? std::string() : journal_name(shard) + "-", "rank-", ranks->rank(), "-of-", ranks->size());
}

// What one process, or one rank of many, needs before it can run trials.
struct Part {
  JournalWriter journal;
  SweepOptions sweep;
  bool failed_before = false;  // some trials, which are not tried again
};

Part make_part(const Options& options, const Grid& grid, const Store& store, const Shard& shard, const Messenger* ranks) {
  Part part{store.writer(journal_name(shard, ranks)), {}};
  SweepOptions& sweep = part.sweep;
  sweep.threads = ranks && options.threads == 0 ? 1 : options.threads;
  sweep.shard = shard;
  sweep.stop = stop_request;
  sweep.done = store.done_indices(false);
  sweep.failed_before = store.done_indices(true);
  for (std::uint64_t i = 0; i < grid.size(); ++i) {
    sweep.failed_before[i] = sweep.done[i] && !sweep.failed_before[i];
    if (options.retry_failed && sweep.failed_before[i]) sweep.done[i] = false;
    part.failed_before = part.failed_before || (sweep.done[i] && sweep.failed_before[i] && i % shard.count == shard.index);
  }
  return part;
}

SweepSummary run_part(Part& part, const Grid& grid, Failures& failures, Messenger* ranks, bool quiet) {
  Progress progress(quiet);
  if (progress.shown()) part.sweep.progress = [&progress](const SweepProgress& now) { progress.show(progress_text(now)); };
  const auto sink = [&](std::span<const TrialResult> results) {
    part.journal.append(results);
    failures.look_at(results);
  };
  return ranks ? run_farm(grid, sink, part.sweep, *ranks) : run_sweep(grid, sink, part.sweep);
}

Grid read_grid(const Options& options) { return Grid(read_sweep(options.specs, options.settings, options.sweeps, options.seed)); }

constexpr std::uint64_t kGo = 1, kGiveUp = 0;

void tell_all(Messenger& ranks, std::uint64_t word) {
  for (int rank = 1; rank < ranks.size(); ++rank) ranks.send(rank, std::span(&word, 1));
}

// A rank other than 0: rank 0 makes the store, says what is wrong with the input, and gives the account of all.
int follow(const Options& options, Messenger& ranks) {
  if (ranks.receive(0).words.at(0) == kGiveUp) return 0;
  std::optional<Grid> grid;
  std::optional<Part> part;
  try {
    listen_for_checkpoint();
    grid.emplace(read_grid(options));
    part.emplace(make_part(options, *grid, Store::create_or_open(store_folder(options, grid->sweep()), description(*grid)),
                           shard_of(options), &ranks));
  } catch (...) {
    leave_farm(ranks);
    throw;
  }
  Failures failures;
  run_part(*part, *grid, failures, &ranks, options.quiet);
  return 0;
}

// Whoever folds at the moment, or reads next, folds the rest.
void fold_if_free(const Store& store) {
  try {
    store.fold();
  } catch (const StoreBusy&) {
  }
}

// What exists is folded once, before every rank asks for it.
Store open_store(const Options& options, const Grid& grid) {
  Store store = Store::create_or_open(store_folder(options, grid.sweep()), description(grid));
  fold_if_free(store);
  return store;
}

int run_and_tell(const Options& options, const Grid& grid, const Store& store, Part& part, Messenger* ranks) {
  Failures failures;
  const SweepSummary summary = run_part(part, grid, failures, ranks, options.quiet);
  fold_if_free(store);
  if (options.json) std::cout << to_json(summary_value(grid, summary, store.folder())) << "\n";
  else if (!options.quiet) print_summary(grid, summary, failures, store.folder());
  std::cout.flush();
  if (!std::cout) throw InvalidInput("cannot write to standard output");
  return exit_code_of(summary, part.failed_before);
}

int lead(const Options& options, Messenger* ranks) {
  bool gone = false;
  try {
    const Grid grid = read_grid(options);
    const Shard shard = shard_of(options);
    check_usable(grid);
    if (options.dry_run) {
      if (ranks) tell_all(*ranks, kGiveUp);
      gone = true;
      return dry_run(options, grid, store_folder(options, grid.sweep()), shard);
    }
    listen_for_checkpoint();
    const Store store = open_store(options, grid);
    Part part = make_part(options, grid, store, shard, ranks);
    if (ranks) tell_all(*ranks, kGo);
    gone = true;
    return run_and_tell(options, grid, store, part, ranks);
  } catch (...) {
    if (ranks && !gone) tell_all(*ranks, kGiveUp);
    throw;
  }
}

}  // namespace

int sweep_command(const Options& options) {
  const std::unique_ptr<Messenger> ranks = messenger_of_mpirun();
  if (ranks && ranks->rank() > 0) return follow(options, *ranks);
  return lead(options, ranks.get());
}

}  // namespace penchant::app
