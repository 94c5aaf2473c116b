#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/lab/batch.h"
#include "penchant/lab/engine.h"

namespace penchant {

namespace {

constexpr double kChunkSeconds = 0.05;
constexpr double kMostBatchSeconds = 10.0;  // of work that a request to stop waits for
constexpr std::uint64_t kMostInChunk = 4096;
constexpr std::uint64_t kGrowth = 8;  // a chunk is at most so many times the last: one quick trial says little about the next

std::optional<std::uint64_t> integer(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

// The spec of this trial cannot be read; that is its result.
TrialResult unreadable(const TrialSpec& trial) {
  TrialResult out;
  out.outcome = TrialOutcome::refused;
  out.text = trial.refusal;
  out.values = Value::Object{};
  return out;
}

bool was_interrupted(const TrialResult& result) {
  const Value* reason = result.values.find("stop_reason");
  return reason && reason->as_string() && *reason->as_string() == name(StopReason::interrupted);
}

}  // namespace

Shard shard_from(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = integer(text.substr(0, slash)), count = integer(text.substr(std::min(slash + 1, text.size())));
  if (!index || !count || *count < 1 || *index >= *count)
    throw InvalidInput(cat("--shard: got ", in_quotes(text), ", expected i/n with 0 <= i < n, such as 0/4"));
  return {*index, *count};
}

std::optional<Shard> slurm_shard() {
  const auto read = [](const char* name) -> std::optional<std::uint64_t> {
    const char* text = std::getenv(name);
    if (!text) return std::nullopt;
    const auto out = integer(text);
    if (!out) throw InvalidInput(cat(name, ": got ", in_quotes(text), ", expected an integer >= 0"));
    return out;
  };
  const auto id = read("SLURM_ARRAY_TASK_ID");
  if (!id) return std::nullopt;
  const auto count = read("SLURM_ARRAY_TASK_COUNT");
  const std::uint64_t first = read("SLURM_ARRAY_TASK_MIN").value_or(0), step = read("SLURM_ARRAY_TASK_STEP").value_or(1);
  if (!count || *id < first || step < 1 || (*id - first) % step != 0 || (*id - first) / step >= *count)
    throw InvalidInput(cat("SLURM_ARRAY_TASK_ID = ", *id, " is none of SLURM_ARRAY_TASK_COUNT = ", count.value_or(0),
                           " tasks from ", first, " by ", step, "; --shard i/n says which part this is"));
  return Shard{(*id - first) / step, *count};
}

double SweepProgress::seconds_left() const {
  if (finished == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(trials - existing - finished) / rate();
}

std::uint64_t fair_claim(std::uint64_t few, std::uint64_t together, std::uint64_t left, std::uint64_t workers) {
  return std::max({std::uint64_t{1}, std::min(few, left / (4 * workers)), std::min(together, left / workers)});
}

TrialQueue::TrialQueue(const Grid& grid, Shard shard, const std::vector<bool>& done) : grid_(grid), shard_(shard), done_(done) {
  PENCHANT_CHECK(done.empty() || done.size() == grid.size());
  trials_ = grid.size() > shard.index ? (grid.size() - shard.index - 1) / shard.count + 1 : 0;
  for (std::uint64_t index = shard.index; index < done.size(); index += shard.count) existing_ += done[index];
}

std::vector<std::uint64_t> TrialQueue::claim(std::uint64_t count) {
  std::vector<std::uint64_t> out;
  const std::lock_guard lock(mutex_);
  for (; place_ < grid_.size() && out.size() < count; ++place_) {
    const std::uint64_t index = grid_.index_at(place_);
    if (is_wanted(index) && (done_.empty() || !done_[index])) out.push_back(index);
  }
  return out;
}

void ChunkSize::measured(std::uint64_t trials, double seconds) {
  const double wanted = static_cast<double>(trials) * kChunkSeconds / std::max(seconds, 1e-9);
  const std::uint64_t most = std::min(kMostInChunk, size_ * kGrowth);
  seconds_of_one_ = seconds / static_cast<double>(std::max<std::uint64_t>(trials, 1));
  size_ = wanted >= static_cast<double>(most) ? most : std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
}

std::uint64_t ChunkSize::together() const {
  const bool quick = seconds_of_one_ > 0.0 && seconds_of_one_ * static_cast<double>(kMostTogether) <= kMostBatchSeconds;
  return quick ? kMostTogether : 1;
}

SweepWorker::SweepWorker(const Grid& grid, const SweepOptions& options, std::shared_ptr<SharedData> data)
    : options_(options), reader_(grid), runner_(options.runner), host_(host_name()) {
  if (runner_) return;
  trial_ = trial_options(grid.sweep(), std::move(data));
  trial_.verbs.observer = [this](const Snapshot&) { return stop_request() != StopRequest::abandon; };
  runner_ = [this](std::span<const TrialSpec> trials) { return run_batch(trials, trial_); };
}

std::vector<TrialResult> SweepWorker::run(const std::vector<std::uint64_t>& indices) {
  std::vector<TrialSpec> trials;
  trials.reserve(indices.size());
  for (std::uint64_t index : indices) trials.push_back(reader_.trial(index));
  std::vector<TrialResult> out;
  out.reserve(trials.size());
  for (std::size_t i = 0; i < trials.size();) {
    if (stop_request() != StopRequest::none) break;
    const std::span<const TrialSpec> rest = std::span(trials).subspan(i);
    std::size_t count = 1;
    std::vector<TrialResult> results;
    if (!rest.front().refusal.empty()) {
      results.push_back(unreadable(rest.front()));
    } else {
      count = options_.runner ? 1 : batch_size(rest, reader_, trial_);
      results = runner_(rest.first(count));
    }
    PENCHANT_CHECK(results.size() == count);
    for (std::size_t k = 0; k < count; ++k) {
      TrialResult& result = results[k];
      if (was_interrupted(result) && stop_request() == StopRequest::abandon) continue;
      TrialSpec& trial = trials[i + k];
      result.key = trial.key;
      result.index = trial.index;
      result.assignments = std::move(trial.assignments);
      result.host = host_;
      result.attempt = !options_.failed_before.empty() && options_.failed_before[trial.index] ? 2 : 1;
      out.push_back(std::move(result));
    }
    i += count;
  }
  return out;
}

}  // namespace penchant
